import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { JournalEvent } from '../../harness/model/events.ts';
import { createSearch } from '../../harness/search/create.ts';
import type { Answer, Question, Search } from '../../harness/search/search.ts';
import type { Matrix } from '../../harness/matrix/file/schema.ts';
import { judge } from '../../harness/verdicts/judge.ts';
import type { Outcome } from '../../harness/model/outcome.ts';
import { attempt, finished, opened } from '../verdicts/journals.ts';
import { enumerationOf, matrixOf, type Plane } from './surfaces.ts';
import { gradeOf, isStarved, isSuspected } from '../../harness/model/grade.ts';

/** Hangs under lowered limits, or of processes that were hardly let run: what is true is found out, whatever is suspected on the way. */
const test = suite('suspected hangs');

const PLANE: Plane = {
  environments: ['5.2', '5.3'],
  fixed: [{ channels: 16 }, { channels: 3 }],
  sizes: [8, 16, 24, 32, 40, 48, 64, 96],
};
const ENUMERATION = enumerationOf(PLANE);
const LINES = [...ENUMERATION.lines()];
const LAST = PLANE.sizes.length;

const HANG: Outcome = { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 60 };
const SUSPECTED: Outcome = { ...HANG, silentSeconds: 5, limit: 'adaptive' };
const STARVED: Outcome = { ...HANG, silentSeconds: 400, starved: true };

type World = (question: Question) => Outcome;

/** Asks to the end; every answer, and the journal that it leaves. */
function live(
  search: Search,
  world: World,
  matrix: Matrix,
  most = 10_000,
): { answers: readonly Answer[]; events: readonly JournalEvent[] } {
  const answers: Answer[] = [];
  const events: JournalEvent[] = [];
  for (;;) {
    const [question] = search.next(1);
    if (question === undefined || answers.length >= most) return { answers, events: [opened(), ...events, finished()] };
    const outcome = world(question);
    const answer: Answer = {
      ...question,
      outcome: outcome.kind,
      grade: gradeOf(outcome, matrix.bad),
      suspected: isSuspected(outcome) || isStarved(outcome),
      seconds: outcome.kind === 'pass' ? 1 : 10,
    };
    events.push(...attempt(`a${answers.length}`, question.cell, outcome, question));
    answers.push(answer);
    search.tell(answer);
  }
}

const strategy = fc.constantFrom('grid' as const, 'line' as const);
const isolation = fc.constantFrom('fork' as const, 'spawn' as const);
const tries = fc.integer({ min: 1, max: 3 });
/** Where each line turns, and which of its cells, hanging or not, are called hung too early. */
const surface = fc.array(
  fc.record({
    first: fc.integer({ min: 0, max: LAST }),
    hasty: fc.uniqueArray(fc.nat({ max: LAST - 1 })),
    starved: fc.uniqueArray(fc.nat({ max: LAST - 1 })),
  }),
  { minLength: LINES.length, maxLength: LINES.length },
);

interface Turn {
  readonly first: number;
  readonly hasty: readonly number[];
  readonly starved: readonly number[];
}

function worldOf(lines: readonly Turn[]): World {
  const byLine = new Map(LINES.map(({ id }, index) => [id, lines[index]]));
  return ({ cell, purpose }) => {
    const here = byLine.get(cell.line);
    if (purpose === 'search' && here?.starved.includes(cell.position) === true) return STARVED;
    if (purpose === 'search' && here?.hasty.includes(cell.position) === true) return SUSPECTED;
    return cell.position >= (here?.first ?? 0) ? HANG : { kind: 'pass' };
  };
}

const suspectedFromFive: World = ({ cell }) => (cell.position >= 5 ? SUSPECTED : { kind: 'pass' });
const isIsland = ({ cell }: Question): boolean => cell.position >= 2 && cell.position <= 5;
const islandInHaste: World = (question) =>
  !isIsland(question) ? { kind: 'pass' } : question.purpose === 'confirm' ? HANG : SUSPECTED;

test('every boundary is the true one, confirmed under full limits, and what was wrongly suspected passes', () => {
  fc.assert(
    fc.property(surface, strategy, isolation, tries, (lines, kind, how, attempts) => {
      const matrix = matrixOf(PLANE, { search: { strategy: kind }, isolation: how, attempts });
      const world = worldOf(lines);
      const { answers, events } = live(createSearch(matrix, ENUMERATION), world, matrix);
      const results = judge(events, matrix, ENUMERATION);
      LINES.forEach(({ id, cells }, index) => {
        const first = lines[index]?.first ?? 0;
        const boundary = results.lines.find((line) => line.id === id)?.boundary;
        const expected = first === LAST ? 'all-good' : first === 0 ? 'all-bad' : 'bracketed';
        assert.is(boundary?.kind, expected, `${id}: ${JSON.stringify(boundary)}`);
        if (first < LAST) {
          assert.is(boundary !== undefined && 'smallestBad' in boundary && boundary.smallestBad, PLANE.sizes[first]);
          assert.is(boundary !== undefined && 'confirmed' in boundary && boundary.confirmed, true, id);
          const sure = answers.some(
            ({ cell, suspected, isolation: process, outcome }) =>
              cell.id === cells[first]?.id && outcome === 'hang' && suspected !== true && process === 'spawn',
          );
          assert.ok(sure, `${id}: a hang under the full limits in a fresh process`);
        }
        if (first > 0)
          assert.is(
            boundary !== undefined && 'largestGood' in boundary && boundary.largestGood,
            PLANE.sizes[first - 1],
          );
      });
      for (const cell of results.cells.filter(({ basis }) => basis.kind === 'observed')) {
        const index = LINES.findIndex(({ id }) => id === cell.line);
        const isGood = cell.position < (lines[index]?.first ?? 0);
        // Among bad cells a wrong suspicion is not looked into: it bounds nothing.
        if (isGood) assert.is(cell.verdict, 'pass', `${cell.id}: ${cell.verdict}`);
        else assert.is(cell.verdict, cell.starvedHangs === undefined ? 'hang' : 'untested');
      }
    }),
    { seed: 11, numRuns: 300 },
  );
});

test('a journal cut anywhere goes on with the same questions', () => {
  fc.assert(
    fc.property(surface, strategy, isolation, fc.nat(), (lines, kind, how, cut) => {
      const matrix = matrixOf(PLANE, { search: { strategy: kind }, isolation: how });
      const whole = live(createSearch(matrix, ENUMERATION), worldOf(lines), matrix).answers;
      const place = cut % (whole.length + 1);
      const again = createSearch(matrix, ENUMERATION);
      for (const answer of whole.slice(0, place)) again.tell(answer);
      assert.equal(live(again, worldOf(lines), matrix).answers, whole.slice(place));
    }),
    { seed: 12, numRuns: 100 },
  );
});

test('where a run was cut before the confirmation, the suspected cell bounds nothing', () => {
  const matrix = matrixOf({ ...PLANE }, { search: { strategy: 'grid' } });
  const { events } = live(createSearch(matrix, ENUMERATION), suspectedFromFive, matrix, LAST);
  const [line] = judge(events, matrix, ENUMERATION).lines;
  assert.equal(line?.boundary, { kind: 'interval', largestGood: 40, smallestBad: null, unresolved: 3 });
});

test('a confirmation that says nothing of good or bad leaves the cell untestable, not bad', () => {
  for (const kind of ['grid', 'line'] as const) {
    const matrix = matrixOf(PLANE, { search: { strategy: kind } });
    const slow: Outcome = { kind: 'slow', phase: 'first-run', seconds: 1800, progress: 'Runs left: 3' };
    const world: World = ({ cell, purpose }) =>
      cell.position < LAST - 1 ? { kind: 'pass' } : purpose === 'confirm' ? slow : SUSPECTED;
    const { events } = live(createSearch(matrix, ENUMERATION), world, matrix);
    const { cells, lines } = judge(events, matrix, ENUMERATION);
    assert.equal(
      [...new Set(cells.filter(({ position }) => position === LAST - 1).map(({ verdict }) => verdict))],
      ['slow'],
    );
    assert.equal([...new Set(lines.map(({ boundary }) => boundary.kind))], ['interval']);
  }
});

test('what is not let run at any try ends the search all the same: it bounds nothing, is not tested and says why', () => {
  for (const kind of ['grid', 'line', 'map'] as const)
    for (const how of ['fork', 'spawn'] as const) {
      const matrix = matrixOf(PLANE, { search: { strategy: kind }, isolation: how });
      const world: World = ({ cell }) => (cell.position >= 5 ? STARVED : { kind: 'pass' });
      const { answers, events } = live(createSearch(matrix, ENUMERATION), world, matrix, 1000);
      assert.ok(answers.length < 200, `${kind}: ${answers.length} attempts`);
      const { cells, lines } = judge(events, matrix, ENUMERATION);
      const starved = cells.filter(({ starvedHangs }) => starvedHangs !== undefined);
      assert.ok(starved.length >= LINES.length, `${kind}: ${starved.length}`);
      for (const cell of starved)
        assert.equal([cell.verdict, cell.confirmed, cell.badAttempts], ['untested', null, 0], cell.id);
      assert.not(cells.some(({ verdict }) => verdict === 'hang'));
      assert.equal([...new Set(lines.map(({ boundary }) => boundary.kind))], ['interval']);
    }
});

test('on a grid with an island both its ends are confirmed', () => {
  const matrix = matrixOf(PLANE, { search: { strategy: 'grid' } });
  const { answers, events } = live(createSearch(matrix, ENUMERATION), islandInHaste, matrix);
  const confirmed = answers
    .filter(({ purpose, cell }) => purpose === 'confirm' && cell.line === LINES[0]?.id)
    .map(({ cell }) => cell.position);
  assert.equal(confirmed.toSorted(), [2, 5]);
  const [line] = judge(events, matrix, ENUMERATION).lines;
  assert.equal(line?.boundary, {
    kind: 'not-monotone',
    changes: [
      { from: 16, to: 24, turns: 'bad' },
      { from: 48, to: 64, turns: 'good' },
    ],
  });
});

test.run();
