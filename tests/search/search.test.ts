import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSearch, strategyOf } from '../../harness/search/create.ts';
import type { Answer, Question } from '../../harness/search/search.ts';
import type { OutcomeKind } from '../../harness/model/outcome.ts';
import { answerTo, drive, enumerationOf, matrixOf, type Plane, type Truth } from './surfaces.ts';

const SIZES = [8, 12, 16, 24, 32, 33, 40, 48, 64, 96, 128];

/** Boundaries of the lines of a 3 x 3 plane: the place of the first bad size, the number of sizes for none. */
const boundaries = fc.array(fc.integer({ min: 0, max: SIZES.length }), { minLength: 9, maxLength: 9 });
const strategy = fc.constantFrom('grid' as const, 'line' as const, 'map' as const);
const attempts = fc.integer({ min: 1, max: 3 });
const width = fc.integer({ min: 1, max: 7 });

const PLANE: Plane = {
  environments: ['5.2', '5.3', '6.0'],
  fixed: [{ channels: 16 }, { channels: 17 }, { channels: 3 }],
  sizes: SIZES,
};
const LINES = [...enumerationOf(PLANE).lines()];

function monotone(first: readonly number[], bad: OutcomeKind = 'hang'): Truth {
  const byLine = new Map(LINES.map((line, index) => [line.id, first[index] ?? 0]));
  return ({ cell }) => (cell.position >= (byLine.get(cell.line) ?? 0) ? bad : 'pass');
}

function open(kind: 'grid' | 'line' | 'map', tries = 1, isolation: 'fork' | 'spawn' = 'fork') {
  const matrix = matrixOf(PLANE, { search: { strategy: kind }, attempts: tries, isolation });
  // `bare`: without the tries that make its boundaries sure.
  return { matrix, search: createSearch(matrix, enumerationOf(PLANE)), bare: strategyOf(matrix, enumerationOf(PLANE)) };
}

/** Hangs from place 6 on; the fork server adds a hang at place 5. */
function inventedAtFive({ cell, isolation }: Question): OutcomeKind {
  if (cell.position >= 6) return 'hang';
  return cell.position === 5 && isolation === 'fork' ? 'hang' : 'pass';
}

function key({ cell, purpose, isolation }: Question): string {
  return `${cell.id} ${purpose} ${isolation}`;
}

/** What a line search must leave behind: a pass and a confirmed bad neighbour, or the end of the line. */
function hasCertificate(told: readonly Answer[], line: string, first: number, tries: number): boolean {
  const here = told.filter(({ cell }) => cell.line === line);
  const passes = here.filter(({ cell, grade }) => cell.position === first - 1 && grade === 'good').length;
  const bad = here.filter(({ cell, grade }) => cell.position === first && grade === 'bad');
  const confirmed = bad.some(({ purpose, isolation }) => purpose === 'confirm' && isolation === 'spawn');
  return (first === 0 || passes >= tries) && (first === SIZES.length || confirmed);
}

const search = suite('search');

search('both strategies end with the certificate of every line', () => {
  fc.assert(
    fc.property(boundaries, strategy, attempts, width, (first, kind, tries, wide) => {
      const { search: one, matrix } = open(kind, tries);
      const told = drive(one, monotone(first), matrix, { width: wide });
      LINES.forEach((line, index) => assert.ok(hasCertificate(told, line.id, first[index] ?? 0, tries), line.id));
      assert.equal(one.progress, { linesDone: LINES.length, linesTotal: LINES.length });
    }),
    { seed: 2, numRuns: 150 },
  );
});

search('asks nothing twice and never more than every cell and one confirmation a line', () => {
  fc.assert(
    fc.property(boundaries, strategy, width, (first, kind, wide) => {
      const { bare: one, matrix } = open(kind);
      const told = drive(one, monotone(first), matrix, { width: wide });
      assert.is(new Set(told.map(key)).size, told.length);
      assert.ok(told.filter(({ purpose }) => purpose === 'confirm').length <= LINES.length);
    }),
    { seed: 3, numRuns: 150 },
  );
});

search('grid observes every cell', () => {
  const { bare: one, matrix } = open('grid', 2);
  const told = drive(one, monotone([3, 3, 3, 11, 11, 11, 0, 0, 0]), matrix);
  const tries = told.filter(({ purpose }) => purpose === 'search');
  assert.is(new Set(tries.map(({ cell }) => cell.id)).size, LINES.length * SIZES.length);
  const bad = new Set(tries.filter(({ grade }) => grade === 'bad').map(({ cell }) => cell.id));
  assert.is(tries.length, 2 * LINES.length * SIZES.length - bad.size, 'a cell stops at its first bad try');
});

search('a replay of any beginning goes on with the same questions', () => {
  fc.assert(
    fc.property(boundaries, strategy, attempts, fc.nat(), (first, kind, tries, cut) => {
      const whole = open(kind, tries);
      const told = drive(whole.search, monotone(first), whole.matrix);
      const length = cut % (told.length + 1);
      const again = open(kind, tries);
      for (const answer of told.slice(0, length)) again.search.tell(answer);
      const rest = drive(again.search, monotone(first), again.matrix);
      assert.equal(rest.map(key), told.slice(length).map(key));
    }),
    { seed: 4, numRuns: 100 },
  );
});

search('takes answers never asked, in any order, and asks none of them again', () => {
  const some = fc.uniqueArray(fc.tuple(fc.nat(LINES.length - 1), fc.nat(SIZES.length - 1)), {
    selector: ([line, place]) => line * 100 + place,
    maxLength: 60,
  });
  fc.assert(
    fc.property(boundaries, strategy, some, (first, kind, early) => {
      const truth = monotone(first);
      const { bare: one, matrix } = open(kind);
      const given = early.flatMap(([line, place]) => {
        const cell = LINES[line]?.cells[place];
        return cell === undefined ? [] : [answerTo({ cell, isolation: 'fork', purpose: 'search' }, truth, matrix)];
      });
      for (const answer of given) one.tell(answer);
      const told = [...given, ...drive(one, truth, matrix)];
      assert.is(new Set(told.map(key)).size, told.length);
      LINES.forEach((line, index) => assert.ok(hasCertificate(told, line.id, first[index] ?? 0, 1), line.id));
    }),
    { seed: 5, numRuns: 100 },
  );
});

search('steps around untestable cells and keeps the truth between its two ends', () => {
  const untestable = fc.array(fc.boolean(), { minLength: 99, maxLength: 99 });
  fc.assert(
    fc.property(boundaries, strategy, untestable, (first, kind, skip) => {
      const byId = new Map(LINES.flatMap(({ cells }) => cells).map(({ id }, index) => [id, skip[index] === true]));
      const truth: Truth = (question) => (byId.get(question.cell.id) === true ? 'error' : monotone(first)(question));
      const { search: one, matrix } = open(kind);
      const told = drive(one, truth, matrix);
      LINES.forEach((line, index) => {
        const here = told.filter(({ cell }) => cell.line === line.id);
        const good = Math.max(-1, ...here.filter((one_) => one_.grade === 'good').map(({ cell }) => cell.position));
        const bad = Math.min(
          SIZES.length,
          ...here.filter((one_) => one_.grade === 'bad').map(({ cell }) => cell.position),
        );
        assert.ok(good < (first[index] ?? 0) && (first[index] ?? 0) <= bad);
        const between = line.cells.slice(good + 1, bad);
        assert.ok(
          between.every(({ id }) => byId.get(id) === true),
          'nothing testable is left between the ends',
        );
        assert.ok(
          between.every(({ id }) => here.some(({ cell }) => cell.id === id)),
          'what lies between was tried',
        );
      });
    }),
    { seed: 6, numRuns: 100 },
  );
});

search('ends on surfaces that are not monotone', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 99, maxLength: 99 }), strategy, attempts, (bad, kind, tries) => {
      const ids = LINES.flatMap(({ cells }) => cells.map(({ id }) => id));
      const { search: one, matrix } = open(kind, tries);
      const told = drive(one, ({ cell }) => (bad[ids.indexOf(cell.id)] === true ? 'crash' : 'pass'), {
        ...matrix,
        bad: ['crash'],
      });
      assert.ok(told.length <= 2 * tries * ids.length);
    }),
    { seed: 7, numRuns: 100 },
  );
});

search('a boundary that only the fork server sees is refuted and the next bad cell is confirmed', () => {
  for (const kind of ['grid', 'line'] as const) {
    const { search: one, matrix } = open(kind);
    const told = drive(one, inventedAtFive, matrix).filter(({ cell }) => cell.line === LINES[0]?.id);
    const confirmed = told
      .filter(({ purpose }) => purpose === 'confirm')
      .map(({ cell, grade }) => [cell.position, grade]);
    const inSpawn = told.find(
      ({ cell, isolation, grade }) => cell.position === 6 && isolation === 'spawn' && grade === 'bad',
    );
    assert.equal(confirmed[0], [5, 'good'], kind);
    assert.ok(inSpawn, kind);
  }
});

search('a line whose forks all hang is searched in fresh processes after the first refutation', () => {
  const { search: one, matrix } = open('line');
  const told = drive(one, ({ isolation }) => (isolation === 'fork' ? 'hang' : 'pass'), matrix);
  const here = told.filter(({ cell }) => cell.line === LINES[0]?.id);
  const refuted = here.findIndex(({ purpose, grade }) => purpose === 'confirm' && grade === 'good');
  assert.ok(refuted > 0);
  assert.ok(here.slice(refuted + 1).every(({ isolation }) => isolation === 'spawn'));
  assert.ok(here.some(({ cell, grade }) => cell.position === SIZES.length - 1 && grade === 'good'));
});

search('a confirmation that dies of something else is made twice more; one that took the machine down is not', () => {
  for (const kind of ['line', 'grid', 'map'] as const) {
    for (const [ends, most] of [
      ['crash', 3],
      ['host-lost', 1],
    ] as const) {
      const matrix = matrixOf(PLANE, {
        search: { strategy: kind, ...(kind === 'map' ? { audit: 'none' as const } : {}) },
        bad: ['hang'],
      });
      const truth: Truth = (question) =>
        question.purpose === 'confirm' ? ends : monotone([3, 3, 3, 3, 3, 3, 3, 3, 3])(question);
      const told = drive(createSearch(matrix, enumerationOf(PLANE)), truth, matrix);
      for (const { id } of LINES)
        assert.is(
          told.filter(({ cell, purpose }) => cell.line === id && purpose === 'confirm').length,
          most,
          `${kind} ${ends}`,
        );
    }
    let tries = 0;
    const matrix = matrixOf(PLANE, { search: { strategy: kind }, bad: ['hang'] });
    const once: Truth = (question) =>
      question.purpose === 'confirm' && question.cell.line === LINES[0]?.id && (tries += 1) === 1
        ? 'crash'
        : monotone([3, 3, 3, 3, 3, 3, 3, 3, 3])(question);
    const told = drive(createSearch(matrix, enumerationOf(PLANE)), once, matrix);
    assert.ok(
      told.some(({ cell, purpose, grade }) => cell.line === LINES[0]?.id && purpose === 'confirm' && grade === 'bad'),
      `${kind}: the second try stands`,
    );
  }
});

search('nothing is confirmed where every attempt is a fresh process already', () => {
  for (const kind of ['grid', 'line'] as const) {
    const { search: one, matrix } = open(kind, 1, 'spawn');
    const told = drive(one, monotone([4, 4, 4, 0, 0, 0, 11, 11, 11]), matrix);
    assert.ok(told.every(({ purpose, isolation }) => purpose === 'search' && isolation === 'spawn'));
  }
});

search('what cost the machine is never tried again', () => {
  for (const outcome of ['host-lost', 'unkillable'] as const) {
    for (const kind of ['grid', 'line'] as const) {
      const { search: one, matrix } = open(kind, 3);
      const told = drive(one, monotone([4, 4, 4, 0, 0, 0, 11, 11, 11], outcome), matrix);
      const lost = told.filter(({ grade }) => grade === 'bad').map(({ cell }) => cell.id);
      assert.is(new Set(lost).size, lost.length);
    }
  }
});

search('a flaky cell at the certificate gets all its tries and the first bad one decides', () => {
  const counts = new Map<string, number>();
  const truth: Truth = ({ cell }) => {
    const count = (counts.get(cell.id) ?? 0) + 1;
    counts.set(cell.id, count);
    return cell.position >= 5 || (cell.position === 4 && count >= 3) ? 'hang' : 'pass';
  };
  const { search: one, matrix } = open('line', 3);
  const told = drive(one, truth, matrix);
  for (const { id } of LINES) assert.ok(hasCertificate(told, id, 4, 3), id);
});

search('a cancelled attempt is asked again', () => {
  const { search: one, matrix } = open('line');
  const [first] = one.next(1);
  assert.ok(first);
  one.tell({ ...answerTo(first, () => 'cancelled', matrix) });
  assert.equal(one.next(1), [first]);
});

search('an environment that cannot be built is asked for once, others go on', () => {
  const { search: one, matrix } = open('grid');
  const told = drive(one, ({ cell }) => (cell.environment === '5.3' ? 'unavailable' : 'pass'), matrix);
  assert.is(told.filter(({ cell }) => cell.environment === '5.3').length, 1);
  assert.is(told.filter(({ cell }) => cell.environment === '6.0').length, 3 * SIZES.length);
  assert.is(one.progress.linesDone, LINES.length);
});

search('questions in flight are not repeated, and the lines come in order', () => {
  const { search: one } = open('line');
  const first = one.next(4);
  const more = one.next(100);
  const asked = [...first, ...more].map(({ cell }) => cell.line);
  assert.equal(
    asked,
    LINES.map(({ id }) => id),
  );
  assert.equal(one.next(10), []);
});

search('walks a huge matrix lazily', () => {
  let taken = 0;
  const small = enumerationOf(PLANE);
  const huge = {
    lineCount: 1_000_000,
    cellCount: 11_000_000,
    *lines() {
      for (;;) {
        for (const line of small.lines()) {
          taken += 1;
          yield {
            ...line,
            id: `${line.id}#${taken}`,
            cells: line.cells.map((cell) => ({ ...cell, line: `${line.id}#${taken}` })),
          };
        }
      }
    },
  };
  const matrix = matrixOf(PLANE, { search: { strategy: 'line' } });
  const one = createSearch(matrix, huge);
  for (let step = 0; step < 100; step += 1) {
    for (const question of one.next(1)) one.tell(answerTo(question, () => 'pass', matrix));
  }
  assert.ok(taken <= one.progress.linesDone + 2, `${taken} lines taken for ${one.progress.linesDone} done`);
});

search.run();
