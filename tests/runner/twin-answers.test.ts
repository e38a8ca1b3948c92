import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emptyReport } from '../../harness/model/attempt/empty-report.ts';
import type { Cell, Enumeration } from '../../harness/model/cell.ts';
import { recorded } from './recorded.ts';
import { runLoop } from '../../harness/runner/loop.ts';
import { TwinAnswers } from '../../harness/runner/twin-answers.ts';
import type { Executor } from '../../harness/runner/executor.ts';
import type { Answer, Question, Search } from '../../harness/search/search.ts';
import type { Outcome } from '../../harness/model/outcome.ts';

const test = suite('runner/twin-answers');

function cell(environment: string, size: number): Cell {
  return {
    id: `${environment}-${size}`,
    environment,
    setting: 'default',
    case: { size },
    line: environment,
    position: size,
  };
}

/** `b` is the same as `a`; the matrix leaves size 9 of `a` out. */
const SIZES = [1, 2];
const ENUMERATION: Enumeration = {
  lineCount: 1,
  cellCount: SIZES.length,
  lines: () => [
    {
      id: 'a',
      environment: 'a',
      setting: 'default',
      fixed: {},
      axis: 'size',
      cells: SIZES.map((size) => cell('a', size)),
    },
  ],
};

interface World {
  readonly answers: readonly Answer[];
  readonly attempted: readonly string[];
}

async function run(asked: readonly Question[], outcome: (cell: Cell) => Outcome): Promise<World> {
  const answers: Answer[] = [];
  const attempted: string[] = [];
  const waiting = [...asked];
  const search: Search = {
    next: (limit) => waiting.splice(0, limit),
    tell: (answer) => answers.push(answer),
    progress: { linesDone: 0, linesTotal: 1 },
  };
  const executor: Executor = {
    place: async (placed) => ({
      kind: 'ready',
      attempt: async () => {
        attempted.push(placed.id);
        return emptyReport(outcome(placed));
      },
    }),
    close: async () => {},
  };
  const { state, recorder } = recorded(search);
  await runLoop({
    search,
    answers: state.answers,
    executor,
    twins: new TwinAnswers({
      enumeration: ENUMERATION,
      sameAs: async ({ environment }) => (environment === 'b' ? 'a' : null),
      told: (id, isolation) => state.answers.told(id, isolation),
    }),
    recorder,
    observer: () => {},
    device: { kind: 'cpu', name: 'CPU', target: null, pciAddress: null, simulation: null },
    bootId: 'boot',
    slots: 1,
    newAttemptId: ({ id }) => state.ids.next(id),
    signal: new AbortController().signal,
  });
  return { answers, attempted };
}

const ask = (environment: string, size: number, isolation: Question['isolation'] = 'fork'): Question => ({
  cell: cell(environment, size),
  isolation,
  purpose: 'search',
});
const hangAt2 = ({ case: { size } }: Cell): Outcome =>
  size === 2 ? { kind: 'hang', phase: 'first-run', activity: 'busy', silentSeconds: 1 } : { kind: 'pass' };
const told = ({ answers }: World, environment: string): readonly string[] =>
  answers
    .filter((answer) => answer.cell.environment === environment)
    .map(({ cell: { id }, outcome }) => `${id} ${outcome}`);

test('what was observed of the first answers for the second, without an attempt', async () => {
  const world = await run([ask('a', 1), ask('a', 2), ask('b', 1), ask('b', 2)], hangAt2);
  assert.equal(world.attempted, ['a-1', 'a-2']);
  assert.equal(told(world, 'b'), ['b-1 pass', 'b-2 hang']);
});

test('where the first has not been asked, it is probed for the second, and the search hears of both', async () => {
  const world = await run([ask('b', 2)], hangAt2);
  assert.equal(world.attempted, ['a-2']);
  assert.equal([told(world, 'a'), told(world, 'b')], [['a-2 hang'], ['b-2 hang']]);
});

test('one attempt never counts twice: asked again, the second takes the next attempt of the first', async () => {
  let runs = 0;
  const world = await run([ask('a', 1), ask('b', 1), ask('b', 1)], () =>
    (runs += 1) === 1 ? { kind: 'pass' } : { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 1 },
  );
  assert.equal(world.attempted, ['a-1', 'a-1']);
  assert.equal(told(world, 'b'), ['b-1 pass', 'b-1 hang']);
});

test('a fork answers for no fresh process', async () => {
  assert.equal((await run([ask('a', 2), ask('b', 2, 'spawn')], hangAt2)).attempted, ['a-2', 'a-2']);
});

test('a cell that the matrix leaves out of the first is probed in the second', async () => {
  assert.equal((await run([ask('b', 9)], hangAt2)).attempted, ['b-9']);
});

test.run();
