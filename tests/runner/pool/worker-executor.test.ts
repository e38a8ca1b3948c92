import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { emptyReport } from '../../../harness/model/attempt/empty-report.ts';
import type { Provisioned } from '../../../harness/environments/provisioned.ts';
import { WorkerExecutor } from '../../../harness/runner/pool/worker-executor.ts';
import { listening, recorded } from '../recorded.ts';
import type { NewEvent } from '../../../harness/model/events.ts';
import type { Cell } from '../../../harness/model/cell.ts';
import type { WorkerSlot } from '../../../harness/runner/executor.ts';
import type { StartWorker } from '../../../harness/supervisor/types.ts';
import type { RunNote } from '../../../harness/runner/observer.ts';
import type { Outcome } from '../../../harness/model/outcome.ts';

const test = suite('runner/pool/worker-executor');

const MATRIX = loadMatrix(
  `schema: 1
name: m
probe: conv2d
environments:
  - { kind: interpreter, name: a, python: python3 }
  - { kind: interpreter, name: b, python: python3 }
  - { kind: interpreter, name: c, python: python3 }
  - { kind: container, name: d, image: "box:1", torch: "1.13.1", rocm: "5.2" }
settings: { default: {}, other: {} }
axes: { size: [8] }
`,
  'm.yml',
);
const VERSIONS = {
  python: '3.11',
  executable: '/python',
  torch: '2.0.1+rocm5.3',
  hip: '5.3.1',
  cuda: null,
  dnn: null,
  archList: [],
  more: {},
};
const never = new AbortController().signal;

interface World {
  readonly executor: WorkerExecutor;
  /** What was done with processes, in order, such as "start a/default", "attempt a/default", "stop a/default". */
  readonly done: string[];
  readonly events: NewEvent[];
  readonly notes: RunNote[];
  /** Attempts whose evidence folder was to go if empty. */
  readonly dropped: string[];
}

interface Script {
  /** How an attempt in a worker of this name ends; the worker then lives if `lives`. */
  attempt?(name: string): Outcome;
  lives?(name: string): boolean;
  /** What nobody can vouch for once a worker of this name has ended. */
  leaves?(name: string): string | null;
  /** Why a worker of this name does not start. */
  fails?(name: string): string | null;
  provision?(environment: string, signal: AbortSignal): Provisioned;
}

function world({
  attempt = () => ({ kind: 'pass' }),
  lives = () => true,
  leaves = () => null,
  fails = () => null,
  provision,
}: Script = {}): World {
  const done: string[] = [];
  const { state, recorder, events } = recorded(listening());
  const notes: RunNote[] = [];
  const dropped: string[] = [];
  const startWorker: StartWorker = async ({ directory: name }) => {
    done.push(`start ${name}`);
    const reason = fails(name);
    if (reason !== null) return { kind: 'unavailable', reason, log: 'its last words' };
    let alive = true;
    return {
      kind: 'ready',
      worker: {
        versions: VERSIONS,
        get alive() {
          return alive;
        },
        unaccounted: leaves(name),
        attempt: async () => {
          done.push(`attempt ${name}`);
          alive = lives(name);
          return emptyReport(attempt(name));
        },
        stop: async () => {
          done.push(`stop ${name}`);
        },
      },
    };
  };
  const executor = new WorkerExecutor({
    matrix: MATRIX,
    recorder,
    observer: (note) => notes.push(note),
    provision: async ({ name }, signal) => {
      done.push(`provision ${name}`);
      return provision?.(name, signal) ?? { kind: 'ready', command: ['/python'], env: {} };
    },
    start: {
      runId: 'run',
      probe: '/probe.py',
      watchdog: MATRIX.watchdog,
      startWorker,
      variables: () => ({}),
      workerFolder: async (environment, setting) => `${environment}/${setting}`,
    },
    attempts: {
      device: { kind: 'cpu', name: 'CPU', target: null, pciAddress: null, simulation: null },
      watchdog: MATRIX.watchdog,
      healthWatchdog: MATRIX.watchdog,
      fates: null,
      evidenceFolder: async () => '/evidence',
      dropEmptyEvidence: async (folder) => {
        dropped.push(folder);
      },
      privateFolders: async () => ({
        env: {},
        release: async () => {
          done.push('release folders');
        },
      }),
    },
    libraries: {
      known: state.libraries,
      merged: false,
      identify: async (paths) =>
        paths.map((path) => ({ name: path, file: path, version: null, path, bytes: 1, id: `build-id:${path}` })),
    },
  });
  return { executor, done, events, notes, dropped };
}

function cell(environment: string, setting = 'default'): Cell {
  return { id: `${environment}-${setting}`, environment, setting, case: { size: 8 }, line: 'l', position: 0 };
}

async function once({ executor }: World, asked: Cell): Promise<WorkerSlot['kind']> {
  const place = await executor.place(asked, never);
  if (place.kind === 'ready')
    await place.attempt({ attempt: `${asked.id}.1`, cell: asked, isolation: 'fork' }, never, () => {});
  return place.kind;
}

function processes({ done }: World): readonly string[] {
  return done.filter((one) => one !== 'release folders');
}

test('the evidence folder of a pass goes if it is empty, that of anything else stays', async () => {
  const here = world({
    attempt: (name) => (name === 'a/default' ? { kind: 'pass' } : { kind: 'cancelled', reason: 'x' }),
  });
  for (const asked of [cell('a'), cell('a', 'other')]) await once(here, asked);
  assert.equal(here.dropped, ['a-default.1']);
});

test('an environment is provisioned once, a worker kept for its setting', async () => {
  const here = world();
  for (const asked of [cell('a'), cell('a'), cell('a', 'other'), cell('a')]) await once(here, asked);
  assert.equal(processes(here), [
    'provision a',
    'start a/default',
    'attempt a/default',
    'attempt a/default',
    'start a/other',
    'attempt a/other',
    'attempt a/default',
  ]);
  assert.equal(
    here.events.map(({ event }) => event),
    ['environment-ready'],
  );
  await here.executor.close();
  assert.equal(here.done.slice(-2).toSorted(), ['stop a/default', 'stop a/other']);
});

test('what nobody can vouch for once a worker has ended is told of, at once or when the run ends', async () => {
  const here = world({
    lives: (name) => name !== 'a/default',
    leaves: (name) => `It is not known what ${name} has left`,
  });
  for (const asked of [cell('a'), cell('b')]) await once(here, asked);
  const warnings = () => here.events.flatMap((event) => (event.event === 'warning' ? [event.text] : []));
  assert.equal(warnings(), ['It is not known what a/default has left']);
  await here.executor.close();
  assert.equal(warnings(), ['It is not known what a/default has left', 'It is not known what b/default has left']);
});

test('an environment that is not what the matrix calls it is told of, once', async () => {
  const here = world();
  for (const asked of [cell('d'), cell('d', 'other'), cell('a')]) await once(here, asked);
  const text =
    'd: the matrix says torch 1.13.1 and ROCm 5.2, but it loads torch 2.0.1+rocm5.3 (HIP 5.3.1): what is found there holds for that; correct the matrix, or where the environment comes from';
  assert.equal(
    here.events.filter(({ event }) => event === 'warning'),
    [{ event: 'warning', text }],
  );
  assert.equal(
    here.notes.filter(({ kind }) => kind === 'notice'),
    [{ kind: 'notice', text }],
  );
});

test('of idle workers the two newest are kept', async () => {
  const here = world();
  for (const name of ['a', 'b', 'c', 'c', 'a']) await once(here, cell(name));
  assert.equal(
    processes(here).filter((one) => !one.startsWith('provision') && !one.startsWith('attempt')),
    ['start a/default', 'start b/default', 'start c/default', 'stop a/default', 'start a/default', 'stop b/default'],
  );
});

test('a worker that was lost is ended and not used again', async () => {
  const here = world({ lives: () => false });
  await once(here, cell('a'));
  await once(here, cell('a'));
  assert.equal(processes(here).slice(1), [
    'start a/default',
    'attempt a/default',
    'stop a/default',
    'start a/default',
    'attempt a/default',
    'stop a/default',
  ]);
});

test('a worker that does not start takes its setting out, once, with its last words', async () => {
  const here = world({ fails: (name) => (name === 'a/other' ? 'the import failed' : null) });
  assert.equal(
    [await once(here, cell('a', 'other')), await once(here, cell('a', 'other')), await once(here, cell('a'))],
    ['unavailable', 'unavailable', 'ready'],
  );
  assert.is(here.done.filter((one) => one === 'start a/other').length, 1);
  assert.equal(here.events[0], {
    event: 'environment-unavailable',
    environment: 'a',
    setting: 'other',
    reason: 'the import failed\nits last words',
  });
});

test('an environment that cannot be had is said once; the others are not touched', async () => {
  const here = world({
    provision: (name) =>
      name === 'a' ? { kind: 'unavailable', reason: 'no disk', log: '' } : { kind: 'ready', command: [], env: {} },
  });
  assert.equal(
    [await once(here, cell('a')), await once(here, cell('a', 'other')), await once(here, cell('b'))],
    ['unavailable', 'unavailable', 'ready'],
  );
  assert.equal(
    here.events.map(({ event }) => event),
    ['environment-unavailable', 'environment-ready'],
  );
  assert.is(here.notes.filter((note) => note.kind === 'environment' && note.state === 'unavailable').length, 1);
});

test('what an interruption stops is not blamed on the environment', async () => {
  const interruption = new AbortController();
  const here = world({
    provision: () => {
      interruption.abort('SIGINT');
      return { kind: 'unavailable', reason: 'interrupted', log: '' };
    },
  });
  await here.executor.place(cell('a'), interruption.signal);
  assert.equal(here.events, []);
});

test('an attempt that fails in us still gives its folders and its worker back', async () => {
  const here = world({
    attempt: () => {
      throw new Error('a defect');
    },
  });
  const place = await here.executor.place(cell('a'), never);
  if (place.kind !== 'ready') throw new Error(place.reason);
  let failure: unknown = null;
  try {
    await place.attempt({ attempt: 'a.1', cell: cell('a'), isolation: 'fork' }, never, () => {});
  } catch (error) {
    failure = error;
  }
  assert.match(String(failure), 'a defect');
  assert.is(here.done.at(-1), 'release folders');
  assert.is((await here.executor.place(cell('a'), never)).kind, 'ready');
  assert.is(here.done.filter((one) => one.startsWith('start')).length, 1, 'the worker was given back');
});

test('a cell of an environment that the matrix does not have is unavailable', async () => {
  assert.is(await once(world(), cell('z')), 'unavailable');
});

test.run();
