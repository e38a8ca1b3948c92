/** A started worker: makes attempts one after another, and ends with everything that carries its marker. */
import type { AttemptReport } from '../model/attempt/attempt.ts';
import { emptyReport } from '../model/attempt/empty-report.ts';
import type { EnvironmentVersions } from '../model/events.ts';
import { Observer } from './attempt/observer.ts';
import type { Home } from './attempt/processes.ts';
import { runAttempt } from './attempt/run-attempt.ts';
import type { Loss, WorkerProcess } from './launch.ts';
import { holdFolder } from '../machine/files/own-folder.ts';
import { endGroup } from '../machine/processes/end-group.ts';
import { findFamily, sameProcess } from '../machine/processes/family.ts';
import { isAlive, signalProcess } from '../machine/processes/signal.ts';
import type { Identity, ProcessStat } from '../machine/processes/stat.ts';
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
  #current: Observer | null = null;
  #lost: string | null = null;
  #unkillable: readonly Identity[] = [];
  #stopping: Promise<void> | null = null;

  constructor(process: WorkerProcess, versions: EnvironmentVersions, home: Home, killWait: number) {
    this.versions = versions;
    this.#process = process;
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
    const observer = new Observer(held, this.#home, options.onPhase);
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
      if (workerLost !== null) {
        this.#lost = workerLost;
        this.#unkillable = left;
        await this.#end();
      }
      return report;
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

  async #end(): Promise<void> {
    await endWorker(this.#process, this.#killWait, this.#unkillable);
  }
}

/** SIGKILL to the worker and to everything that carries its marker; waits at most killWait seconds, and not for `hopeless` ones. */
export async function endWorker(
  process: WorkerProcess,
  killWait: number,
  hopeless: readonly Identity[],
): Promise<void> {
  const { identity, marker, guest } = process;
  const find = async (): Promise<readonly ProcessStat[]> => {
    const query = { roots: [identity], sessions: [identity], marker, notBefore: identity.startTicks, except: NOBODY };
    const found = await findFamily(query);
    return found.filter((stat) => !hopeless.some((one) => sameProcess(one, stat)));
  };
  // Its own first process takes everything in a container along, and the client then cleans up by itself.
  if (guest !== null && guest.interpreter !== null) {
    signalProcess(guest.interpreter, 'SIGKILL');
    await waitUntil(() => !isAlive(identity), Math.min(killWait, GUEST_SECONDS));
  }
  // Once the worker is dead, its orphans hang below init.
  await endGroup({ leader: identity, graceSeconds: null, waitSeconds: killWait, find, familyFirst: true });
  process.release();
  await guest?.ended();
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
