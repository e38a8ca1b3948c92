/** Starts a worker and waits until its import is done, with a deadline for each of the two steps. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../machine/installation.ts';
import type { EnvironmentVersions } from '../model/events.ts';
import { unaccounted } from './left-over.ts';
import { readTail } from './output-files.ts';
import { FROM_OUTSIDE, launch, type Guest, type Loss, type WorkerProcess } from './launch.ts';
import { StartClock } from './start-clock.ts';
import { Sightings, descendants, findFamily } from '../machine/processes/family.ts';
import { insidePid, readWaitChannel } from '../machine/processes/read.ts';
import { within } from '../machine/time.ts';
import type { StartWorker, WorkerFailure, WorkerSpec } from './types.ts';
import { PROTOCOL, type WorkerEvent } from './wire/worker-events.ts';
import { WorkerClient, endWorker, type WorkerEnd } from './worker.ts';

const LOG_BYTES = 8 * 1024;
const LOG_LIMIT_SECONDS = 1;

export const startWorker: StartWorker = (spec, signal) =>
  startWorkerFrom(join(packageRoot(), 'python-probes', 'worker.py'), spec, signal);

/** How often a worker is started that was killed or stopped by somebody else: that says nothing of its environment. */
const STARTS = 3;

/** script: path of the worker program, so that a worker which misbehaves can be tried. */
export async function startWorkerFrom(script: string, spec: WorkerSpec, signal: AbortSignal): ReturnType<StartWorker> {
  for (let start = 1; ; start += 1) {
    const started = await startOnce(script, spec, signal);
    if (started.kind !== 'disturbed') return started;
    if (start === STARTS)
      return failure(`${started.failure.reason} (at each of ${STARTS} starts)`, started.failure.log);
  }
}

type Started = Awaited<ReturnType<StartWorker>> | { readonly kind: 'disturbed'; readonly failure: WorkerFailure };

async function startOnce(script: string, spec: WorkerSpec, signal: AbortSignal): Promise<Started> {
  if (signal.aborted) return failure('cancelled before the worker was started', '');
  const what = spec.probe === null ? ['--simulated'] : ['--probe', spec.probe];
  const command = [...spec.command, '-u', '-X', 'faulthandler=0', script, ...what];
  const made = await mkdir(spec.directory, { recursive: true }).then(
    () => null,
    (error: unknown) => String(error),
  );
  if (made !== null) return failure(`cannot make the worker's folder: ${oneLine(made)}`, '');
  const launched = await launch({ ...spec, command });
  if (launched.kind === 'failed') return failure(oneLine(launched.reason), '');
  const { process } = launched;
  const greeting = await greet(process, spec, signal);
  if (greeting.kind === 'failed') {
    const state = process.speaker()?.state;
    const { loss } = greeting;
    const isKilled = loss?.kind === 'killed' && FROM_OUTSIDE.has(loss.signal);
    const wasDisturbed = isKilled || greeting.isStarved === true || state === 'T' || state === 't';
    const end = await endWorker(process, spec.watchdog.kill_wait, []);
    const printed = await within(LOG_LIMIT_SECONDS, readTail(process.stderrPath, LOG_BYTES), '');
    const reason = loss?.kind === 'exited' ? withLastWords(loss.reason, printed) : greeting.reason;
    const failed = failure(
      oneLine([reason, leftBehind(process, end) ?? ''].join(' ')),
      [greeting.traceback, printed].filter((text) => text !== '').join('\n'),
    );
    return wasDisturbed && !signal.aborted ? { kind: 'disturbed', failure: failed } : failed;
  }
  const worker = process.identity;
  if (process.guest !== null) return guestWorker(process, process.guest, greeting, spec);
  const residents = descendants(worker.pid);
  const reaper = residents.some(({ pid }) => pid === greeting.pid) ? greeting.pid : worker.pid;
  const home = {
    worker,
    reaper,
    marker: process.marker,
    residents: new Set(residents.map(({ pid }) => pid)),
    seen: new Sightings(),
    env: spec.env,
  };
  return { kind: 'ready', worker: new WorkerClient(process, greeting.versions, home, spec.watchdog.kill_wait) };
}

/** Everything that carries the mark now belongs to the worker: its client, what holds the container, and the interpreter inside. */
async function guestWorker(
  process: WorkerProcess,
  guest: Guest,
  { pid, versions }: Extract<Greeting, { kind: 'ready' }>,
  spec: WorkerSpec,
): Promise<Started> {
  const worker = process.identity;
  const marked = await findFamily({
    roots: [worker],
    sessions: [worker],
    marker: process.marker,
    notBefore: worker.startTicks,
    except: new Set(),
  });
  const interpreter = marked.find((stat) => insidePid(stat.pid) === pid) ?? null;
  if (interpreter === null) {
    await endWorker(process, spec.watchdog.kill_wait, []);
    return failure(
      'the interpreter in the container cannot be seen from here: its processes could not be killed, so nothing is run in it',
      '',
    );
  }
  guest.interpreter = interpreter;
  const home = {
    worker,
    reaper: interpreter.pid,
    marker: process.marker,
    residents: new Set([worker.pid, ...marked.map((stat) => stat.pid)]),
    seen: new Sightings(),
    env: spec.env,
    isGuest: true,
  };
  return { kind: 'ready', worker: new WorkerClient(process, versions, home, spec.watchdog.kill_wait) };
}

type Greeting =
  | { readonly kind: 'ready'; readonly pid: number; readonly versions: EnvironmentVersions }
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly traceback: string;
      readonly loss?: Loss;
      readonly isStarved?: boolean;
    };

/** Until `ready`, `failed`, a deadline, the loss of the worker or a cancellation. */
async function greet(process: WorkerProcess, spec: WorkerSpec, signal: AbortSignal): Promise<Greeting> {
  const { link } = process;
  let pid = 0;
  const cleanUps: (() => void)[] = [];
  const greeting = new Promise<Greeting>((resolve) => {
    const fail = (reason: string, traceback = ''): void => resolve({ kind: 'failed', reason, traceback });
    const clock = new StartClock(process.identity, spec.watchdog, (isStarved) => {
      const what = pid > 0 ? 'the import of the probe did not end' : 'the worker did not start';
      const crowd = isStarved ? '; other programs held the cores for most of the time' : '';
      const reason = `${what} within ${clock.limit} s (${describe(process)}${crowd})`;
      resolve({ kind: 'failed', reason, traceback: '', isStarved });
    });
    const hear = (event: WorkerEvent): void => {
      if (event.event === 'hello') {
        pid = event.pid;
        if (event.protocol === PROTOCOL) clock.imports();
        else fail(`the worker speaks protocol ${event.protocol}, not ${PROTOCOL}`);
      } else if (event.event === 'ready' && pid > 0) resolve({ kind: 'ready', pid, versions: event.versions });
      else if (event.event === 'failed')
        fail(`the import failed: ${event.error.type}: ${event.error.message}`, event.error.traceback ?? '');
      else fail(`the worker said "${event.event}" before it was ready`);
    };
    const cancel = (): void => fail('cancelled while the worker was starting');
    const lose = (loss: Loss): void => resolve({ kind: 'failed', reason: loss.reason, traceback: '', loss });
    link.on('event', hear);
    link.on('lost', lose);
    signal.addEventListener('abort', cancel);
    cleanUps.push(
      () => clock.stop(),
      () => link.off('event', hear),
      () => link.off('lost', lose),
      () => signal.removeEventListener('abort', cancel),
    );
    const lost = process.lost();
    if (lost !== null) lose(lost);
  });
  try {
    return await greeting;
  } finally {
    for (const cleanUp of cleanUps) cleanUp();
  }
}

function describe(process: WorkerProcess): string {
  const stat = process.speaker();
  if (stat === null) return 'its process is gone';
  const channel = readWaitChannel(stat.pid, stat.thread);
  return `state ${stat.state}${channel === null ? '' : `, waiting in ${channel}`}`;
}

/** A worker that exits before it speaks, such as podman's client that cannot start a container, says why on its last line only. */
function withLastWords(reason: string, printed: string): string {
  const last = printed.trimEnd().split('\n').at(-1) ?? '';
  return last === '' ? reason : `${reason}: ${last}`;
}

/** Of a program that never came to be a worker nobody wants to read what it might have started. */
function leftBehind(process: WorkerProcess, { left, notKnown }: WorkerEnd): string | null {
  return unaccounted('its worker', { left, notKnown: process.guard() === null ? null : notKnown });
}

function failure(reason: string, log: string): WorkerFailure {
  return { kind: 'unavailable', reason, log };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);
}
