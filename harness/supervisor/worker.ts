/** A started worker: makes attempts one after another, and ends with everything that carries its marker. */
import type { AttemptReport } from '../model/attempt/attempt.ts';
import { emptyReport } from '../model/attempt/empty-report.ts';
import type { EnvironmentVersions } from '../model/events.ts';
import { AttemptWatch } from './attempt/attempt-watch.ts';
import type { Home } from './attempt/processes.ts';
import { runAttempt } from './attempt/run-attempt.ts';
import type { Guarded, Loss, WorkerProcess } from './launch.ts';
import { unaccounted } from './left-over.ts';
import { holdFolder } from '../machine/files/own-folder.ts';
import { endGroup } from '../machine/processes/end-group.ts';
import { Sightings, findFamily, sameProcess } from '../machine/processes/family.ts';
import { isAlive, signalProcess } from '../machine/processes/signal.ts';
import type { Identity, ProcessStat } from '../machine/processes/stat.ts';
import { sweep, type Swept } from '../machine/processes/sweep.ts';
import { waitUntil } from '../machine/time.ts';
import type { AttemptRequest, OnPhase, Worker } from './types.ts';
import type { WorkerEvent } from './wire/worker-events.ts';
import { messageOf } from '../model/errors.ts';

const STOP_SECONDS = 1;
/** How long a container's client may take to clean up behind it. */
const GUEST_SECONDS = 5;
const NOBODY: ReadonlySet<number> = new Set();

export class WorkerClient implements Worker {
  readonly versions: EnvironmentVersions;
  readonly #process: WorkerProcess;
  readonly #home: Home;
  readonly #killWait: number;
  #current: AttemptWatch | null = null;
  #lost: string | null = null;
  #unkillable: readonly Identity[] = [];
  #stopping: Promise<void> | null = null;
  unaccounted: string | null = null;
  readonly exchange?: string;

  constructor(process: WorkerProcess, versions: EnvironmentVersions, home: Home, killWait: number) {
    this.versions = versions;
    this.#process = process;
    if (process.guest?.exchange !== undefined) this.exchange = process.guest.exchange;
    this.#home = home;
    this.#killWait = killWait;
  }

  get alive(): boolean {
    return this.#lost === null && this.#stopping === null && this.#process.lost() === null;
  }

  async attempt(
    request: AttemptRequest,
    options: { readonly signal: AbortSignal; readonly onPhase: OnPhase },
  ): Promise<AttemptReport> {
    const { signal } = options;
    if (signal.aborted) return emptyReport({ kind: 'cancelled', reason: reasonOf(signal) });
    const why = this.#current !== null ? 'an attempt is still running' : this.#whyUnusable();
    if (why !== null) return emptyReport({ kind: 'error', phase: 'start', errorClass: 'harness', message: why });
    // What the probe makes of the folder's path meanwhile does not matter to us.
    const folder = await holdFolder(request.directory);
    const held = { ...request, directory: folder.path };
    const observer = new AttemptWatch(held, this.#home, options.onPhase);
    const hear = (event: WorkerEvent): void => observer.hear(event);
    const lose = ({ kind, reason }: Loss): void =>
      observer.settle({ kind: 'lost', reason, wasKilled: kind === 'killed' });
    const cancel = (): void => observer.settle({ kind: 'cancelled', reason: reasonOf(signal) });
    const { link } = this.#process;
    link.on('event', hear);
    link.on('lost', lose);
    signal.addEventListener('abort', cancel);
    this.#current = observer;
    try {
      this.#process.send(asLine(request));
      const { report, left, workerLost } = await runAttempt(held, this.#home, observer);
      const { notKnown } = report.cleanup;
      if (workerLost === null && notKnown === undefined) return report;
      this.#lost = workerLost ?? `it is not known what is left of the attempt before: ${notKnown}`;
      this.#unkillable = left;
      return withEnd(report, await this.#end());
    } finally {
      this.#current = null;
      folder.release();
      link.off('event', hear);
      link.off('lost', lose);
      signal.removeEventListener('abort', cancel);
    }
  }

  async stop(): Promise<void> {
    if (this.#stopping === null) {
      this.#current?.settle({ kind: 'cancelled', reason: 'the worker was stopped' });
      this.#stopping = this.#stop();
    }
    await this.#stopping;
  }

  async #stop(): Promise<void> {
    if (this.#whyUnusable() === null && this.#current === null) {
      this.#process.send({ do: 'stop' });
      await waitUntil(() => this.#process.hasExited(), STOP_SECONDS);
    }
    await this.#end();
  }

  #whyUnusable(): string | null {
    return this.#lost ?? this.#process.lost()?.reason ?? null;
  }

  async #end(): Promise<WorkerEnd> {
    const end = await endWorker(this.#process, this.#killWait, this.#unkillable, this.#home.seen);
    this.unaccounted ??= unaccounted('a worker', end);
    return end;
  }
}

/** What is known once a worker was ended with everything below it. */
export type WorkerEnd = Pick<Swept, 'left' | 'notKnown'>;

/**
 * SIGKILL to the worker and to everything that hangs below it or carries its marker; takes at most killWait seconds, longer for a family that keeps
 * forking, and does not wait for `hopeless` ones.
 */
export async function endWorker(
  process: WorkerProcess,
  killWait: number,
  hopeless: readonly Identity[],
  seen = new Sightings(),
): Promise<WorkerEnd> {
  const { identity, marker, guest } = process;
  const guard = process.guard();
  const find = async (): Promise<readonly ProcessStat[]> => {
    const roots = guard === null ? [identity] : [identity, guard];
    const found = await findFamily({
      roots,
      sessions: [identity],
      marker,
      notBefore: identity.startTicks,
      except: NOBODY,
      seen,
    });
    return found.filter((stat) => !hopeless.some((one) => sameProcess(one, stat)));
  };
  // Its own first process takes everything in a container along, and the client then cleans up by itself.
  if (guest !== null && guest.interpreter !== null) {
    signalProcess(guest.interpreter, 'SIGKILL');
    await waitUntil(() => !isAlive(identity), Math.min(killWait, GUEST_SECONDS));
  }
  // The guard goes last: as long as it is there, whatever loses its parent comes to it.
  const counted = guard === null ? null : await underGuard(guard, find, { killWait, hopeless });
  // Without one, orphans of the worker hang below init once it is dead.
  const { left, notKnown } = await endGroup({
    leader: identity,
    graceSeconds: null,
    waitSeconds: killWait,
    ...(counted === null ? { find, familyFirst: true } : {}),
  });
  process.release();
  await guest?.ended();
  if (counted !== null) return counted;
  const isContained = guest !== null && (guest.interpreter === null || !isAlive(guest.interpreter));
  return { left, notKnown: isContained ? null : notKnown };
}

async function underGuard(
  guard: Guarded,
  find: () => Promise<readonly ProcessStat[]>,
  { killWait, hopeless }: { readonly killWait: number; readonly hopeless: readonly Identity[] },
): Promise<WorkerEnd> {
  // A probe may have stopped it.
  signalProcess(guard, 'SIGCONT');
  const except = new Set(hopeless.map(({ pid }) => pid));
  const reaper = { pid: guard.pid, except, sawTheLast: guard.sawTheLast };
  return sweep({ find, limitSeconds: killWait, reaper });
}

/** A family that had outrun the sweep of its attempt is ended with the worker. */
function withEnd(report: AttemptReport, { left, notKnown }: WorkerEnd): AttemptReport {
  const { notKnown: _before, ...cleanup } = report.cleanup;
  const more = left.filter(({ pid }) => !cleanup.left.includes(pid));
  const leftProcesses = [...(cleanup.leftProcesses ?? []), ...more.map(({ pid, startTicks }) => ({ pid, startTicks }))];
  return {
    ...report,
    cleanup: {
      ...cleanup,
      left: [...cleanup.left, ...more.map(({ pid }) => pid)],
      ...(leftProcesses.length > 0 ? { leftProcesses } : {}),
      ...(notKnown === null ? {} : { notKnown }),
    },
  };
}

function asLine(request: AttemptRequest): object {
  const { attempt, isolation, device, fate, measure, torch, directory, env, health, libraries } = request;
  return {
    do: 'attempt',
    attempt,
    isolation,
    case: request.case,
    device,
    fate,
    measure,
    torch,
    directory,
    env,
    ...(health === undefined ? {} : { probe: health }),
    ...(libraries === true ? { libraries } : {}),
  };
}

function reasonOf(signal: AbortSignal): string {
  const reason: unknown = signal.reason;
  return messageOf(reason);
}
