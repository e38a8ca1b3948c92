/** Starts real workers on the misbehaving probes, and looks whether anything is left of them. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import type { AttemptReport } from '../../harness/model/attempt/attempt.ts';
import { Watchdog } from '../../harness/matrix/file/schema.ts';
import type { Scalar } from '../../harness/model/conditions.ts';
import { packageRoot } from '../../harness/machine/installation.ts';
import type { ProcessStat } from '../../harness/machine/processes/stat.ts';
import { identityOf, readStat } from '../../harness/machine/processes/read.ts';
import { GUARD } from '../../harness/machine/processes/brood.ts';
import { waitUntil } from '../../harness/machine/time.ts';
import { startWorkerFrom } from '../../harness/supervisor/start-worker.ts';
import type { AttemptRequest, Worker, WorkerSpec } from '../../harness/supervisor/types.ts';
import { carriers } from '../processes.ts';

export const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const WORKER = join(packageRoot(), 'python-probes', 'worker.py');

/** For a hang of a probe that needs no disk to come to where it hangs: time in which nobody lets it run does not count. */
export const SOON = '500ms';
/** For one that does: it starts a program, or writes a file. */
export const AFTER_DISK = '2s';
/** Limits that must not pass. */
const FAR = '120s';

/** Limits that no test reaches, however slow its machine, but those that it names: the ones that it wants to pass. */
export function watchdogOf(
  changes: Partial<
    Record<
      'deadline' | 'hard_limit' | 'term_grace' | 'kill_wait' | 'start' | 'import' | 'output_limit' | 'native_stacks',
      string
    >
  > = {},
): Watchdog {
  const {
    deadline = FAR,
    hard_limit = '300s',
    term_grace = FAR,
    kill_wait = FAR,
    start = FAR,
    import: importing = FAR,
    output_limit,
    native_stacks,
  } = changes;
  return Watchdog.parse({
    deadlines: {
      start,
      import: importing,
      device: FAR,
      allocate: FAR,
      'first-run': deadline,
      steady: deadline,
      verify: deadline,
    },
    hard_limit,
    term_grace,
    kill_wait,
    output_limit,
    native_stacks,
  });
}

export interface Bench {
  readonly folder: string;
  readonly runId: string;
  readonly spec: (probe: string, changes?: Partial<WorkerSpec>) => WorkerSpec;
  /** Starts a worker on tests/fixtures/probes/<probe>.py; fails when it does not come up. */
  start(probe: string, changes?: Partial<WorkerSpec>): Promise<Worker>;
  /** Starts tests/fixtures/<script> in place of worker.py. */
  startFrom(script: string, changes?: Partial<WorkerSpec>): ReturnType<typeof startWorkerFrom>;
  request(changes?: RequestChanges): Promise<AttemptRequest>;
  /** Pids of living processes that carry this bench's run. */
  survivors(): Promise<number[]>;
}

export type RequestChanges = Partial<Omit<AttemptRequest, 'case' | 'directory'>> & {
  readonly case?: Record<string, Scalar>;
};

/** A bench with a folder of its own. Afterwards everything is stopped, and nothing that carries the run may be alive. */
export async function withBench(use: (bench: Bench) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-supervisor-'));
  const runId = `test-${randomUUID()}`;
  const workers: Worker[] = [];
  let count = 0;
  const spec: Bench['spec'] = (probe, changes = {}) => ({
    command: ['/usr/bin/python3'],
    probe: join(FIXTURES, 'probes', `${probe}.py`),
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', PYTHONDONTWRITEBYTECODE: '1' },
    directory: join(folder, 'worker'),
    runId,
    watchdog: watchdogOf(),
    ...changes,
  });
  const begin = async (script: string, given: WorkerSpec): ReturnType<typeof startWorkerFrom> => {
    const started = await startWorkerFrom(script, given, new AbortController().signal);
    if (started.kind === 'ready') workers.push(started.worker);
    return started;
  };
  const bench: Bench = {
    folder,
    runId,
    spec,
    start: async (probe, changes) => {
      const started = await begin(WORKER, spec(probe, changes));
      if (started.kind === 'unavailable') throw new Error(`${started.reason}\n${started.log}`);
      return started.worker;
    },
    startFrom: (script, changes) =>
      begin(script === 'worker.py' ? WORKER : join(FIXTURES, script), spec('passes', changes)),
    request: async (changes = {}) => {
      count += 1;
      const directory = join(folder, `attempt-${count}`);
      await mkdir(directory);
      return {
        attempt: `attempt-${count}`,
        isolation: 'fork',
        device: 'cpu',
        fate: null,
        measure: { repeats: 1, budget: 1, verify: true, rtol: 1e-3, atol: 1e-4 },
        torch: {},
        env: {},
        watchdog: watchdogOf(),
        ...changes,
        case: changes.case ?? {},
        directory,
      };
    },
    survivors: () => carriers(`BENCH_RUN=${runId}`),
  };
  try {
    await use(bench);
    const guards = guardsOf(await bench.survivors());
    await Promise.all(workers.map((worker) => worker.stop()));
    assert.equal(await bench.survivors(), [], 'living processes that carry the run');
    assert.ok(
      await waitUntil(() => guards.every((guard) => identityOf(guard.pid)?.startTicks !== guard.startTicks), 60),
    );
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    for (const pid of await bench.survivors()) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

/** Begins everything when the first is asked for, and lets each test wait for its own: what is spent waiting is spent once. */
export function allAtOnce<K>(keys: readonly K[], run: (key: K) => Promise<void>): (key: K) => Promise<void> {
  let begun: Map<K, Promise<unknown>> | null = null;
  return async (key) => {
    // A test that fails before it is asked for must not be an unhandled rejection.
    begun ??= new Map(
      keys.map((one) => [
        one,
        run(one).then(
          () => null,
          (error: unknown) => error ?? 'rejected with nothing',
        ),
      ]),
    );
    const problem = await begun.get(key);
    if (problem !== null) throw problem;
  };
}

export async function attempt(
  worker: Worker,
  request: AttemptRequest,
  signal = new AbortController().signal,
): Promise<AttemptReport> {
  return worker.attempt(request, { signal, onPhase: () => undefined });
}

/** A worker that has nothing to do: what carries the run then. Its guard does not. */
export const IDLE = 1;

/** The worker of this process's bench, below its guard. */
export async function workerPid(bench: Bench): Promise<number> {
  const found = (await bench.survivors()).find((pid) => guardsOf([pid]).length > 0);
  if (found === undefined) throw new Error('no worker is running');
  return found;
}

/** What stands above those of the processes that are workers. */
export function guardsOf(pids: readonly number[]): ProcessStat[] {
  return pids.flatMap((pid) => {
    const above = readStat(readStat(pid)?.parent ?? 0);
    return above?.name === GUARD ? [above] : [];
  });
}
