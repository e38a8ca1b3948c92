import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NoVerdictError } from '../../harness/model/errors.ts';
import type { JournalEvent } from '../../harness/model/events.ts';
import type { Cell } from '../../harness/model/cell.ts';
import type { MatrixInput } from '../../harness/matrix/file/schema.ts';
import { createSearch } from '../../harness/search/create.ts';
import type { Question } from '../../harness/search/search.ts';
import { failOnMatches } from '../../harness/verdicts/fail-on.ts';
import { judge } from '../../harness/verdicts/judge.ts';
import type { Outcome, OutcomeKind } from '../../harness/model/outcome.ts';
import { Results, type Boundary } from '../../harness/model/results/results.ts';
import { drive, enumerationOf, matrixOf, type Plane, type Truth } from '../search/surfaces.ts';
import { attempt, ended, finished, firstLine, journalOf, opened, resumed, started } from './journals.ts';

const PLANE: Plane = {
  environments: ['5.2', '5.3'],
  fixed: [{ channels: 16 }, { channels: 17 }],
  sizes: [8, 16, 32, 64, 128],
};
const CELLS = firstLine(PLANE);
const LATER = '2025-01-01T00:00:01.000Z';

function judged(events: Iterable<JournalEvent>, changes: Partial<MatrixInput> = {}): Results {
  return judge(events, matrixOf(PLANE, changes), enumerationOf(PLANE));
}

function at(place: number): Cell {
  const cell = CELLS[place];
  assert.ok(cell);
  return cell;
}

function run(strategy: 'grid' | 'line', truth: Truth): Results {
  const matrix = matrixOf(PLANE, { search: { strategy } });
  return judge(
    journalOf(drive(createSearch(matrix, enumerationOf(PLANE)), truth, matrix)),
    matrix,
    enumerationOf(PLANE),
  );
}

function verdicts(results: Results): readonly string[] {
  return results.cells.filter(({ line }) => line === at(0).line).map(({ verdict }) => verdict);
}

function fromThree({ cell }: Question): OutcomeKind {
  return cell.position >= 3 ? 'hang' : 'pass';
}

/** Of the first line, after one fresh process for each of these places. */
function boundaryAfter(...outcomes: readonly (readonly [number, OutcomeKind])[]): Boundary | undefined {
  const events = outcomes.flatMap(([place, outcome]) =>
    attempt(`a${place}`, at(place), outcome, { isolation: 'spawn' }),
  );
  return judged([opened(), ...events], { isolation: 'spawn' }).lines[0]?.boundary;
}

const verdict = suite('judge');

verdict('line and grid agree on every verdict and boundary of monotone surfaces', () => {
  const first = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 4, maxLength: 4 });
  const lines = [...enumerationOf(PLANE).lines()].map(({ id }) => id);
  fc.assert(
    fc.property(first, fc.constantFrom('hang' as const, 'unkillable' as const), (boundaries, bad) => {
      const truth: Truth = ({ cell }) => (cell.position >= (boundaries[lines.indexOf(cell.line)] ?? 0) ? bad : 'pass');
      const [grid, line] = [run('grid', truth), run('line', truth)];
      assert.equal(
        line.cells.map(({ verdict: one }) => one),
        grid.cells.map(({ verdict: one }) => one),
      );
      assert.equal(
        line.lines.map(({ boundary }) => boundary),
        grid.lines.map(({ boundary }) => boundary),
      );
      assert.ok(grid.cells.every(({ basis }) => basis.kind === 'observed'));
    }),
    { seed: 1, numRuns: 60 },
  );
});

verdict('the same journal gives the same bytes, and they are what the schema says', () => {
  const [once, again] = [run('line', fromThree), run('line', fromThree)];
  assert.is(JSON.stringify(once), JSON.stringify(again));
  assert.equal(Results.parse(JSON.parse(JSON.stringify(once))), once);
});

verdict('infers from the nearest observed neighbour, and says from which', () => {
  const events = [
    opened(),
    ...attempt('a', at(2), 'pass'),
    ...attempt('b', at(3), 'hang'),
    ...attempt('c', at(3), 'hang', { isolation: 'spawn', purpose: 'confirm' }),
  ];
  const results = judged(events);
  assert.equal(verdicts(results), ['pass', 'pass', 'pass', 'hang', 'hang']);
  assert.equal(results.cells[0]?.basis, { kind: 'inferred', from: at(2).id });
  assert.equal(results.cells[4]?.basis, { kind: 'inferred', from: at(3).id });
  assert.equal(results.lines[0]?.boundary, { kind: 'bracketed', largestGood: 32, smallestBad: 64, confirmed: true });
  assert.equal(
    verdicts(judged(events, { search: { strategy: 'grid' } })),
    ['untested', 'untested', 'pass', 'hang', 'untested'],
    'a grid infers nothing',
  );
});

verdict('says what rests on larger is worse alone, and doubts it where that is broken', () => {
  const other = [...enumerationOf(PLANE).lines()][1]?.cells ?? [];
  const mixed = [opened(), ...attempt('a', at(1), 'pass'), ...attempt('b', at(2), 'hang', { isolation: 'spawn' })];
  const alone = judged(mixed);
  assert.match(
    alone.assumption?.text ?? '',
    /^1 pass and 2 bad verdicts are inferred from "larger is worse", not run; none of them was run as a check\. Nothing above the boundary was run\.$/,
  );
  assert.equal(alone.cells[3]?.basis, { kind: 'inferred', from: at(2).id });
  const looked = judged([...mixed, ...attempt('c', at(4), 'hang', { isolation: 'spawn' })]);
  assert.is(
    looked.assumption?.text,
    '1 pass and 1 bad verdict are inferred from "larger is worse", not run; the one look at such a cell did not fail.',
  );
  const broken = judged([
    ...mixed,
    ...other.flatMap((cell, place) =>
      place > 2 ? [] : attempt(`o${place}`, cell, place === 1 ? 'hang' : 'pass', { isolation: 'spawn' }),
    ),
  ]);
  assert.match(
    broken.assumption?.text ?? '',
    /^Larger is not worse on 1 line, so 1 pass and 2 bad verdicts on other lines, inferred and not run, are doubtful: the one look at such a cell failed, so about 3 of these 3 may be wrong\. Nothing above the boundary was run\.$/,
  );
  const only = judged([
    opened(),
    ...other.flatMap((cell, place) =>
      attempt(`o${place}`, cell, place === 1 ? 'hang' : 'pass', { isolation: 'spawn' }),
    ),
  ]);
  assert.is(only.assumption?.text, 'Larger is not worse on 1 line; elsewhere nothing is inferred from it.');
  // A pass as well, on a line of the same version and setting.
  const doubt = { kind: 'broken-line', line: other[0]?.line, alike: true };
  assert.equal(broken.cells[0]?.basis, { kind: 'inferred', from: at(1).id, doubtful: true, doubt });
  assert.equal(broken.cells[3]?.basis, { kind: 'inferred', from: at(2).id, doubtful: true, doubt });
  assert.equal(Results.parse(JSON.parse(JSON.stringify(broken))), broken);
});

verdict(
  "a cell at which only the harness failed is not tested, though the matrix counts errors as bad; the probe's errors are",
  () => {
    const failed = { kind: 'error', phase: 'first-run', message: 'gone' } as const;
    const results = judged(
      [
        opened(),
        ...attempt('a', at(0), { ...failed, errorClass: 'harness' }, { isolation: 'spawn' }),
        ...attempt('b', at(1), { ...failed, errorClass: 'other' }, { isolation: 'spawn' }),
      ],
      { bad: ['error'], search: { strategy: 'grid' } },
    );
    assert.equal(verdicts(results).slice(0, 2), ['untested', 'error']);
    assert.equal(
      failOnMatches(results, ['error']).map(({ cell }) => cell),
      [at(1).id],
    );
    const alone = judged([opened(), ...attempt('a', at(0), { ...failed, errorClass: 'harness' })], { bad: ['error'] });
    assert.equal(alone.lines[0]?.boundary, {
      kind: 'untestable',
      reason: "every attempt ended in a failure of bench's own",
    });
  },
);

verdict('infers nothing across an untestable cell', () => {
  const results = judged([
    opened(),
    ...attempt('a', at(1), 'error'),
    ...attempt('b', at(2), 'pass'),
    ...attempt('c', at(3), 'hang'),
  ]);
  assert.equal(verdicts(results), ['untested', 'error', 'pass', 'hang', 'hang']);
});

verdict('infers nothing on a line that is not monotone, and lists its changes', () => {
  const results = judged([
    opened(),
    ...attempt('a', at(0), 'pass'),
    ...attempt('b', at(1), 'hang'),
    ...attempt('c', at(3), 'pass'),
  ]);
  assert.equal(verdicts(results), ['pass', 'hang', 'untested', 'pass', 'untested']);
  assert.equal(results.lines[0]?.boundary, {
    kind: 'not-monotone',
    changes: [
      { from: 8, to: 16, turns: 'bad' },
      { from: 16, to: 64, turns: 'good' },
    ],
  });
});

verdict('each kind of boundary', () => {
  assert.equal(boundaryAfter([4, 'pass']), { kind: 'all-good', largestGood: 128 });
  assert.equal(boundaryAfter([0, 'hang']), { kind: 'all-bad', smallestBad: 8, confirmed: true });
  assert.equal(boundaryAfter([1, 'pass'], [2, 'hang']), {
    kind: 'bracketed',
    largestGood: 16,
    smallestBad: 32,
    confirmed: true,
  });
  assert.equal(boundaryAfter([1, 'pass'], [2, 'error'], [3, 'hang']), {
    kind: 'interval',
    largestGood: 16,
    smallestBad: 64,
    unresolved: 1,
  });
  assert.equal(boundaryAfter([3, 'pass'], [4, 'error']), {
    kind: 'interval',
    largestGood: 64,
    smallestBad: null,
    unresolved: 1,
  });
  assert.equal(boundaryAfter([0, 'error'], [1, 'error'], [2, 'hang']), {
    kind: 'interval',
    largestGood: null,
    smallestBad: 32,
    unresolved: 2,
  });
  assert.equal(boundaryAfter([0, 'error']), { kind: 'untestable', reason: 'every attempt ended in error' });
  assert.equal(boundaryAfter(), { kind: 'untestable', reason: 'nothing was tried' });
});

verdict('a hang that only the fork server sees is flaky, refuted, and bounds nothing', () => {
  const results = judged([
    opened(),
    ...attempt('a', at(1), 'pass'),
    ...attempt('b', at(2), 'hang'),
    ...attempt('c', at(2), 'pass', { isolation: 'spawn', purpose: 'confirm' }),
    ...attempt('d', at(3), 'hang'),
    ...attempt('e', at(3), 'hang', { isolation: 'spawn', purpose: 'confirm' }),
  ]);
  const cell = results.cells[2];
  assert.is(cell?.verdict, 'flaky');
  assert.is(cell?.confirmed, false);
  assert.is(cell?.attempts, 2);
  assert.is(cell?.badAttempts, 1);
  assert.equal(
    results.lines[0]?.boundary,
    { kind: 'interval', largestGood: 16, smallestBad: 64, unresolved: 1 },
    'nor is it a pass',
  );
});

verdict('a confirmation that ended in something else says why a boundary is not confirmed', () => {
  const killed: Outcome = { kind: 'crash', phase: 'first-run', signal: 'SIGKILL', signature: null };
  const again = ['b', 'c', 'd'].flatMap((id) => attempt(id, at(2), killed, { isolation: 'spawn', purpose: 'confirm' }));
  const results = judged([opened(), ...attempt('x', at(1), 'pass'), ...attempt('a', at(2), 'hang'), ...again], {
    bad: ['hang'],
  });
  assert.equal(results.lines[0]?.boundary, { kind: 'bracketed', largestGood: 16, smallestBad: 32, confirmed: false });
  assert.is(results.cells[2]?.unconfirmed, '3 tries in a fresh process ended in crash (SIGKILL)');
});

verdict('a cell that passes and hangs is flaky, and counts as bad', () => {
  const results = judged(
    [opened(), ...attempt('a', at(1), 'pass'), ...attempt('b', at(2), 'pass'), ...attempt('c', at(2), 'hang')],
    { attempts: 2 },
  );
  assert.is(results.cells[2]?.verdict, 'flaky');
  assert.equal(results.lines[0]?.boundary, { kind: 'bracketed', largestGood: 16, smallestBad: 32, confirmed: false });
});

verdict('which outcomes are bad is the matrix choice', () => {
  const events = [opened(), ...attempt('a', at(1), 'pass'), ...attempt('b', at(2), 'crash')];
  assert.is(judged(events).lines[0]?.boundary.kind, 'interval');
  assert.is(judged(events, { bad: ['crash'] }).lines[0]?.boundary.kind, 'bracketed');
});

verdict('an attempt left open is host-lost when the machine went down, cancelled otherwise', () => {
  const open = started('a', { cell: at(2), isolation: 'fork', purpose: 'search' }, 'boot-1');
  const lost = judged([opened('boot-1'), open, resumed('boot-2')]);
  assert.is(lost.cells[2]?.verdict, 'host-lost');
  assert.is(lost.cells[2]?.confirmed, true, 'no fork server can invent it');
  assert.equal(lost.attempts[0]?.report.outcome, { kind: 'host-lost' });
  assert.is(lost.run.resumed, 1);
  for (const events of [
    [opened('boot-1'), open],
    [opened('boot-1'), open, resumed('boot-1')],
    [opened('boot-1'), open, resumed('boot-1'), resumed('boot-2')],
  ]) {
    const kept = judged(events);
    assert.is(kept.cells[2]?.verdict, 'untested');
    assert.is(kept.attempts[0]?.report.outcome.kind, 'cancelled');
  }
});

verdict('a failure of the harness is forgotten once the cell was really tried', () => {
  const harness: Outcome = { kind: 'error', phase: 'start', errorClass: 'harness', message: 'the worker was lost' };
  assert.is(judged([opened(), ...attempt('a', at(0), harness)]).cells[0]?.verdict, 'untested');
  const results = judged([opened(), ...attempt('a', at(0), harness), ...attempt('b', at(0), 'pass')]);
  assert.is(results.cells[0]?.verdict, 'pass');
  assert.is(results.attempts.length, 2);
});

verdict('times are medians over passing attempts', () => {
  const results = judged([
    opened(),
    ...attempt('a', at(0), 'pass', { timing: { firstRun: 3, runs: [1, 9] } }),
    ...attempt('b', at(0), 'pass', { timing: { firstRun: 5, runs: [2] } }),
  ]);
  assert.is(results.cells[0]?.medianRunSeconds, 2);
  assert.is(results.cells[0]?.firstRunSeconds, 4);
  assert.is(results.run.attemptSeconds, 2);
});

verdict('expectations: the slowest first run counts, and any failure misses', () => {
  const expect = [{ where: { size: 8 }, first_run_within: '5s' }];
  const status = (...events: readonly (readonly JournalEvent[])[]) =>
    judged([opened(), ...events.flat()], { expect }).expectations[0];
  const pass = (id: string, firstRun: number) => attempt(id, at(0), 'pass', { timing: { firstRun } });
  assert.equal(status(pass('a', 1), pass('b', 4)), {
    cell: at(0).id,
    limitSeconds: 5,
    slowestSeconds: 4,
    status: 'met',
  });
  assert.is(status(pass('a', 1), pass('b', 6))?.status, 'missed');
  assert.is(status(pass('a', 1), attempt('b', at(0), 'hang'))?.status, 'missed');
  assert.is(status(attempt('a', at(0), 'crash'))?.status, 'missed');
  assert.is(status()?.status, 'untested');
  assert.is(
    status(attempt('a', at(0), 'hang'), attempt('b', at(0), 'pass', { isolation: 'spawn', purpose: 'confirm' }))
      ?.status,
    'met',
  );
  assert.is(judged([opened()], { expect }).expectations.length, 4, 'one for each cell that it is about');
});

verdict('how the run stands is what the journal says last', () => {
  assert.is(judged([opened()]).run.status, 'unfinished');
  assert.is(judged([opened(), finished()]).run.status, 'complete');
  assert.is(judged([opened(), { event: 'run-interrupted', at: LATER, reason: 'SIGINT' }]).run.status, 'interrupted');
  assert.is(
    judged([opened(), { event: 'run-interrupted', at: LATER, reason: 'SIGINT' }, resumed('boot-1')]).run.status,
    'unfinished',
  );
  const sick = judged([opened(), { event: 'device-quarantined', at: LATER, reason: 'it is sick' }]);
  assert.equal(
    [sick.run.status, sick.run.quarantineReason, sick.run.lastEventAt],
    ['quarantined', 'it is sick', LATER],
  );
});

verdict('a journal without its run has no verdict', () => {
  assert.throws(
    () => judged([ended('a', 'pass')]),
    (error: unknown) => error instanceof NoVerdictError && error.code === 'journal-without-run',
  );
});

verdict('a variable that is called like a secret is not published', () => {
  const { settings, environments } = judged([opened()], {
    env: { MY_TOKEN: 'abc', MIOPEN_LOG_LEVEL: '5' },
    settings: { default: {}, other: { env: { PASSWORD: 'abc' } } },
  });
  assert.equal(
    settings.map(({ env }) => env),
    [
      { MY_TOKEN: '(not recorded)', MIOPEN_LOG_LEVEL: '5' },
      { MY_TOKEN: '(not recorded)', MIOPEN_LOG_LEVEL: '5', PASSWORD: '(not recorded)' },
    ],
  );
  assert.not.match(JSON.stringify(environments), /abc/);
});

verdict.run();
