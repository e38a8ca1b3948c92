import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSearch, strategyOf } from '../../../harness/search/create.ts';
import { judge } from '../../../harness/verdicts/judge.ts';
import type { Matrix, MatrixInput } from '../../../harness/matrix/file/schema.ts';
import type { Answer, Question } from '../../../harness/search/search.ts';
import { drive, enumerationOf, matrixOf, type Plane, type Truth } from '../surfaces.ts';
import { journalOf } from '../../verdicts/journals.ts';

const PLANE: Plane = {
  environments: ['5.2', '5.3', '6.0'],
  fixed: [{ channels: 16 }, { channels: 17 }, { channels: 32 }, { channels: 3 }],
  sizes: [8, 16, 24, 32, 48, 64, 96, 128],
};
const ENUMERATION = enumerationOf(PLANE);
const LINES = [...ENUMERATION.lines()];
const END = PLANE.sizes.length;
/** What a flaky run promises by default. */
const PROMISED = 15;

const boundaries = fc.array(fc.integer({ min: 0, max: END }), { minLength: LINES.length, maxLength: LINES.length });
const strategy = fc.constantFrom('map' as const, 'line' as const, 'grid' as const);
const isolation = fc.constantFrom('fork' as const, 'spawn' as const);
const share = fc.constantFrom(0.2, 0.5, 0.8);
const chance = fc.integer({ min: 1, max: 2 ** 31 });

interface World {
  readonly first: readonly number[];
  readonly share: number;
  readonly seed: number;
}

/** The nth try of a cell always ends the same way, in whatever run it is made. */
function truthOf({ first, share: rate, seed }: World): Truth {
  const byLine = new Map(LINES.map((line, index) => [line.id, first[index] ?? END]));
  const made = new Map<string, number>();
  return ({ cell }) => {
    const count = made.get(cell.id) ?? 0;
    made.set(cell.id, count + 1);
    if (cell.position < (byLine.get(cell.line) ?? END)) return 'pass';
    return dice(`${seed} ${cell.id} ${count}`) < rate ? 'hang' : 'pass';
  };
}

function dice(text: string): number {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  state = Math.imul(state ^ (state >>> 13), 0x297a2d39) >>> 0;
  return ((state ^ (state >>> 16)) >>> 0) / 2 ** 32;
}

function open(kind: 'map' | 'line' | 'grid', how: 'fork' | 'spawn', changes: Partial<MatrixInput> = {}): Matrix {
  return matrixOf(PLANE, { search: { strategy: kind }, isolation: how, ...changes });
}

function key({ cell, purpose, isolation: how }: Question): string {
  return `${cell.id} ${purpose} ${how}`;
}

function cleanTries(told: readonly Answer[], id: string | undefined): number {
  return told.filter(({ cell, grade }) => cell.id === id && grade === 'good').length;
}

function seconds(some: readonly Answer[]): number {
  return some.reduce((sum, one) => sum + one.seconds, 0);
}

const test = suite('certified search');

test('once a cell was flaky, every good cell that bounds a line was clean as often as the promise takes', () => {
  let flakyRuns = 0;
  fc.assert(
    fc.property(boundaries, strategy, isolation, share, chance, (first, kind, how, rate, seed) => {
      const matrix = open(kind, how);
      const told = drive(createSearch(matrix, ENUMERATION), truthOf({ first, share: rate, seed }), matrix);
      const { lines, cells } = judge(journalOf(told), matrix, ENUMERATION);
      if (!cells.some(({ verdict, confirmed }) => verdict === 'flaky' && confirmed === true)) return;
      flakyRuns += 1;
      for (const { id, boundary } of lines) {
        if (boundary.kind !== 'all-good' && boundary.kind !== 'bracketed') continue;
        const cell = cells.find((one) => one.line === id && one.case['size'] === boundary.largestGood);
        assert.ok(cleanTries(told, cell?.id) >= PROMISED, `${id}: ${cleanTries(told, cell?.id)}`);
      }
    }),
    { seed: 31, numRuns: 25 },
  );
  assert.ok(flakyRuns > 12, `${flakyRuns} runs were flaky`);
});

test('on a line where larger is worse a flaky hang is not called the contrary before its passes were tried as often as promised', () => {
  fc.assert(
    fc.property(boundaries, strategy, isolation, share, chance, (first, kind, how, rate, seed) => {
      const matrix = open(kind, how);
      const told = drive(createSearch(matrix, ENUMERATION), truthOf({ first, share: rate, seed }), matrix);
      const { lines, cells } = judge(journalOf(told), matrix, ENUMERATION);
      for (const { id, boundary } of lines) {
        if (boundary.kind !== 'not-monotone') continue;
        const tries = cells.flatMap(({ line, id: cell }) => (line === id ? [cleanTries(told, cell)] : []));
        assert.ok(Math.max(...tries) >= PROMISED, `${id}: ${tries.join(' ')}`);
      }
    }),
    { seed: 32, numRuns: 25 },
  );
});

test('a replay of any beginning goes on with the same questions, flaky or not', () => {
  fc.assert(
    fc.property(
      boundaries,
      strategy,
      isolation,
      fc.constantFrom(0.3, 0.7, 1),
      chance,
      fc.nat(),
      (first, kind, how, rate, seed, cut) => {
        const matrix = open(kind, how);
        const told = drive(createSearch(matrix, ENUMERATION), truthOf({ first, share: rate, seed }), matrix);
        const length = cut % (told.length + 1);
        const again = createSearch(matrix, ENUMERATION);
        for (const answer of told.slice(0, length)) again.tell(answer);
        assert.equal(again.next(1).map(key), told.slice(length, length + 1).map(key));
      },
    ),
    { seed: 33, numRuns: 40 },
  );
});

test('where hangs are sure every boundary is exact, at a share of the cost of one try for each cell', () => {
  fc.assert(
    fc.property(boundaries, strategy, isolation, (first, kind, how) => {
      const matrix = open(kind, how);
      const truth = (): Truth => truthOf({ first, share: 1, seed: 1 });
      const told = drive(createSearch(matrix, ENUMERATION), truth(), matrix);
      const once = drive(strategyOf(matrix, ENUMERATION), truth(), matrix);
      assert.equal(told.slice(0, once.length).map(key), once.map(key), 'the search comes first');
      assert.ok(told.slice(once.length).every(({ grade }) => grade === 'good'));
      assert.ok(seconds(told) <= 1.5 * seconds(once), `${seconds(told)} for ${seconds(once)}`);
      if (first.every((place) => place === END)) assert.is(told.length, once.length, 'nothing hung');
      const { lines } = judge(journalOf(told), matrix, ENUMERATION);
      for (const [index, { boundary }] of lines.entries()) {
        const from = first[index] ?? END;
        assert.is('smallestBad' in boundary ? boundary.smallestBad : undefined, PLANE.sizes[from]);
        assert.is('largestGood' in boundary ? boundary.largestGood : undefined, PLANE.sizes[from - 1]);
      }
    }),
    { seed: 34, numRuns: 30 },
  );
});

test('it says so when it goes over to the promise', () => {
  const first = LINES.map(() => 4);
  for (const rate of [0.5, 1]) {
    const matrix = open('map', 'spawn');
    const search = createSearch(matrix, ENUMERATION);
    assert.is(search.says, null);
    drive(search, truthOf({ first, share: rate, seed: 7 }), matrix);
    if (rate === 1) assert.is(search.says, null);
    else assert.match(search.says ?? '', /flaky/);
  }
});

test('tries of one cell lie apart where its site has other lines', () => {
  const first = LINES.map((_, index) => (index % 2 === 0 ? 5 : END));
  const matrix = open('map', 'spawn');
  const told = drive(createSearch(matrix, ENUMERATION), truthOf({ first, share: 1, seed: 1 }), matrix);
  const start = drive(strategyOf(matrix, ENUMERATION), truthOf({ first, share: 1, seed: 1 }), matrix).length;
  const more = told.slice(start);
  assert.ok(more.length > LINES.length);
  const backToBack = more.filter(({ cell }, index) => cell.id === more[index - 1]?.cell.id).length;
  assert.ok(backToBack <= PLANE.environments.length * 3, `${backToBack} of ${more.length}`);
});

test.run();
