import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSearch, strategyOf } from '../../../harness/search/create.ts';
import type { Answer, Question, Search } from '../../../harness/search/search.ts';
import type { Matrix, MatrixInput } from '../../../harness/matrix/file/schema.ts';
import { answerTo, drive, enumerationOf, matrixOf, type Plane, type Truth } from '../surfaces.ts';

const SIZES = [8, 16, 24, 32, 48, 64, 96, 128];
/** Numbers, a text and a boolean: the map may know nothing of what they mean. */
const PLANE: Plane = {
  environments: ['a', 'b', 'c'],
  fixed: [16, 17, 32].flatMap((width) => [
    { width, kind: 'plain', flag: true },
    { width, kind: 'other', flag: false },
  ]),
  sizes: SIZES,
};
const LINES = [...enumerationOf(PLANE).lines()];
const CELLS = LINES.flatMap(({ cells }) => cells);

const boundaries = fc.array(fc.integer({ min: 0, max: SIZES.length }), {
  minLength: LINES.length,
  maxLength: LINES.length,
});
const anything = fc.array(fc.boolean(), { minLength: CELLS.length, maxLength: CELLS.length });
const audit = fc.constantFrom('none' as const, 'sample' as const, 'all-safe' as const);
const prove = fc.constantFrom('boundary' as const, 'safe-side' as const);
const attempts = fc.integer({ min: 1, max: 3 });
const isolation = fc.constantFrom('fork' as const, 'spawn' as const);
const options = fc
  .record({ audit, prove })
  .chain((search) => fc.record({ search: fc.constant({ strategy: 'map' as const, ...search }), attempts, isolation }));

/** `bare`: without the tries that make its boundaries sure. */
function open(changes: Partial<MatrixInput>): {
  readonly matrix: Matrix;
  readonly search: Search;
  readonly bare: Search;
} {
  const matrix = matrixOf(PLANE, changes);
  const enumeration = enumerationOf(PLANE);
  return { matrix, search: createSearch(matrix, enumeration), bare: strategyOf(matrix, enumeration) };
}

function monotone(first: readonly number[]): Truth {
  const byLine = new Map(LINES.map((line, index) => [line.id, first[index] ?? 0]));
  return ({ cell }) => (cell.position >= (byLine.get(cell.line) ?? 0) ? 'hang' : 'pass');
}

function arbitrary(bad: readonly boolean[]): Truth {
  const byId = new Map(CELLS.map(({ id }, index) => [id, bad[index] === true]));
  return ({ cell }) => (byId.get(cell.id) === true ? 'hang' : 'pass');
}

function key({ cell, purpose, isolation: how }: Question): string {
  return `${cell.id} ${purpose} ${how}`;
}

function counts(told: readonly Answer[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const answer of told) all.set(key(answer), (all.get(key(answer)) ?? 0) + 1);
  return all;
}

const map = suite('map');

map('brackets every boundary of a monotone surface and never asks more than the tries it needs', () => {
  fc.assert(
    fc.property(boundaries, options, fc.integer({ min: 1, max: 5 }), (first, changes, width) => {
      const { matrix, bare: search } = open({ ...changes, search: { ...changes.search, prove: 'boundary' } });
      const told = drive(search, monotone(first), matrix, { width });
      LINES.forEach((line, index) => {
        const from = first[index] ?? 0;
        const here = told.filter(({ cell }) => cell.line === line.id);
        if (from > 0)
          assert.is(
            here.filter(({ cell, grade }) => cell.position === from - 1 && grade === 'good').length,
            changes.attempts,
          );
        if (from < SIZES.length)
          assert.ok(
            here.some(
              ({ cell, grade, isolation: how }) => cell.position === from && grade === 'bad' && how === 'spawn',
            ),
          );
      });
      for (const [what, count] of counts(told))
        assert.ok(count <= Math.max(2, changes.attempts), `${what} ${count} times`);
      assert.is(search.progress.linesDone, LINES.length);
    }),
    { seed: 11, numRuns: 80 },
  );
});

map('without surprises nothing is tried twice for the same purpose', () => {
  fc.assert(
    fc.property(boundaries, audit, (first, kind) => {
      const { matrix, bare: search } = open({ search: { strategy: 'map', audit: kind } });
      const told = drive(search, monotone(first), matrix);
      assert.is(new Set(told.map(key)).size, told.length);
    }),
    { seed: 12, numRuns: 80 },
  );
});

map('a replay of any beginning goes on with the same questions, whatever the surface', () => {
  fc.assert(
    fc.property(anything, options, fc.nat(), (bad, changes, cut) => {
      const whole = open(changes);
      const told = drive(whole.search, arbitrary(bad), whole.matrix);
      const length = cut % (told.length + 1);
      const again = open(changes);
      for (const answer of told.slice(0, length)) again.search.tell(answer);
      assert.equal(again.search.next(1).map(key), told.slice(length, length + 1).map(key));
    }),
    { seed: 13, numRuns: 120 },
  );
});

map('always ends, and with all-safe nothing that passes by inference hangs', () => {
  fc.assert(
    fc.property(anything, options, (bad, changes) => {
      const { matrix, search } = open({ ...changes, search: { ...changes.search, audit: 'all-safe' } });
      const told = drive(search, arbitrary(bad), matrix);
      assert.ok(told.length <= 4 * changes.attempts * CELLS.length);
      for (const line of LINES) {
        const here = told.filter(({ cell }) => cell.line === line.id);
        const bads = here.filter(({ grade }) => grade === 'bad').map(({ cell }) => cell.position);
        const top = Math.max(-1, ...here.filter(({ grade }) => grade === 'good').map(({ cell }) => cell.position));
        const tried = new Set(here.map(({ cell }) => cell.position));
        if (bads.every((place) => place > top))
          for (let place = 0; place <= top; place += 1)
            assert.ok(tried.has(place), `${line.id} ${place} passes untried`);
      }
    }),
    { seed: 14, numRuns: 80 },
  );
});

map('a surprising hang of a fresh process is decided by best of three', () => {
  for (const repeats of [false, true]) {
    let hangs = 0;
    const { matrix } = open({ isolation: 'spawn', search: { strategy: 'map', audit: 'none' } });
    // Only many alike lines make a hang a surprise.
    const many: Plane = { ...PLANE, environments: Array.from({ length: 60 }, (_, index) => `e${index}`) };
    const wide = strategyOf(
      {
        ...matrix,
        environments: many.environments.map((name) => ({ kind: 'interpreter', name, python: 'p', env: {} })),
      },
      enumerationOf(many),
    );
    const target = [...enumerationOf(many).lines()].at(-1)?.cells.at(-1)?.id;
    const told = drive(
      wide,
      (question) => {
        if (question.cell.id !== target) return 'pass';
        hangs += 1;
        return hangs === 1 || repeats ? 'hang' : 'pass';
      },
      matrix,
    );
    const here = told.filter((answer) => answer.cell.id === target);
    const confirms = here.filter(({ purpose }) => purpose === 'confirm').length;
    assert.is(confirms, repeats ? 1 : 2, `${confirms} more tries`);
  }
});

const SMALL: Plane = {
  environments: ['a', 'b'],
  fixed: [{ width: 16 }],
  sizes: Array.from({ length: 16 }, (_, step) => 8 * (step + 1)),
};

/** A map of two lines that may not be cut short. */
function small(truth: Truth, changes: Partial<MatrixInput> = {}): readonly Answer[] {
  const matrix = matrixOf(SMALL, { isolation: 'spawn', search: { strategy: 'map' }, ...changes });
  return drive(createSearch(matrix, enumerationOf(SMALL)), truth, matrix);
}

map('a small map looks above one boundary at least, and finds a band on both lines', () => {
  const island = small(({ cell: { position } }) => (position >= 3 && position < 11 ? 'hang' : 'pass'));
  for (const environment of SMALL.environments) {
    const tried = new Set(
      island.filter(({ cell }) => cell.environment === environment).map(({ cell }) => cell.position),
    );
    for (const place of [0, 1, 2, 3, 10, 11, 12, 13, 14, 15])
      assert.ok(tried.has(place), `${environment}: all that passes is tried, and every turn`);
  }
  const looks = small(({ cell }) => (Number(cell.case['size']) >= 72 ? 'hang' : 'pass')).filter(
    ({ cell, grade }) => grade === 'bad' && Number(cell.case['size']) > 80,
  );
  assert.is(looks.length, 2, 'the end of the first line, and one hang more inside what is said to hang');
  assert.is(looks[0]?.cell.case['size'], 128);
});

/** From 40 on; it ends at 96 in e, which is searched last, and in c, which is no neighbour of it. */
function endsInCAndE({ cell: { environment, case: parameters } }: Question): 'hang' | 'pass' {
  const size = Number(parameters['size']);
  return size >= 40 && (size < 96 || !['c', 'e'].includes(environment)) ? 'hang' : 'pass';
}

map('once a line is broken the boundaries of others are looked at a second time', () => {
  const wide: Plane = { environments: ['a', 'b', 'c', 'd', 'e'], fixed: [{ width: 16 }], sizes: SMALL.sizes };
  const matrix = matrixOf(wide, { isolation: 'spawn', search: { strategy: 'map' } });
  const lines = [...enumerationOf(wide).lines()];
  const search = createSearch(matrix, enumerationOf(wide));
  // An audit below the end of e passed where nothing may.
  const given = [40, 128].flatMap((size) =>
    (lines[4]?.cells.filter((cell) => cell.case['size'] === size) ?? []).map((cell): Answer =>
      answerTo({ cell, isolation: 'spawn', purpose: 'search' }, endsInCAndE, matrix),
    ),
  );
  for (const answer of given) search.tell(answer);
  const told = [...given, ...drive(search, endsInCAndE, matrix)];
  assert.ok(
    told.some(({ cell, grade }) => cell.environment === 'c' && cell.case['size'] === 128 && grade === 'good'),
    'c is found to be broken too',
  );
});

map('where nothing hangs, half a look for each line is made beyond the end of it', () => {
  for (const count of [1, 2, 3, 5, 12, 40]) {
    const plane: Plane = { ...SMALL, environments: Array.from({ length: count }, (_, index) => `e${index}`) };
    const matrix = matrixOf(plane, { isolation: 'spawn', search: { strategy: 'map' } });
    const told = drive(createSearch(matrix, enumerationOf(plane)), () => 'pass', matrix);
    assert.ok(told.length <= 1.5 * count, `${told.length} attempts of ${count} lines`);
    assert.is(told.filter(({ cell }) => cell.position === SMALL.sizes.length - 1).length, count);
  }
});

map('no surface costs more than 1.1 grids, with the confirmations that a grid makes', () => {
  const regular = fc.constantFrom<(place: number, line: number) => boolean>(
    (place) => place === 3,
    (place, line) => (place + line) % 2 === 0,
    (place, line) => place > 1 && place < 4 + (line % 3),
    (place) => place % 3 === 2,
    (place) => place < 5,
  );
  // Large enough for the few hangs that are tried twice before any is believed.
  const large: Plane = { ...PLANE, environments: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] };
  const lines = [...enumerationOf(large).lines()];
  const cells = lines.flatMap((line) => line.cells);
  const surface = fc.oneof(
    regular.map((isBad) => lines.flatMap((_, line) => SIZES.map((_size, place) => isBad(place, line)))),
    fc.array(fc.boolean(), { minLength: cells.length, maxLength: cells.length }),
    fc
      .array(fc.integer({ min: 0, max: 9 }), { minLength: cells.length, maxLength: cells.length })
      .map((all) => all.map((one) => one === 0)),
  );
  fc.assert(
    fc.property(surface, isolation, fc.constantFrom(20, 100), (bad, how, hang) => {
      const byId = new Map(cells.map(({ id }, index) => [id, bad[index] === true]));
      const cost = (strategy: 'map' | 'grid'): number => {
        const matrix = matrixOf(large, { isolation: how, search: { strategy } });
        const told = drive(
          createSearch(matrix, enumerationOf(large)),
          ({ cell }) => (byId.get(cell.id) === true ? 'hang' : 'pass'),
          matrix,
          { costs: { pass: 1, bad: hang } },
        );
        return told.reduce((sum, { seconds }) => sum + seconds, 0);
      };
      const [own, grid] = [cost('map'), cost('grid')];
      assert.ok(own <= 1.1 * grid, `${own} of ${grid}`);
    }),
    { seed: 15, numRuns: 8 },
  );
});

map('hands out as many questions as there are slots, on different lines first', () => {
  const { search } = open({ search: { strategy: 'map' } });
  const asked = search.next(4);
  assert.is(asked.length, 4);
  assert.is(new Set(asked.map(({ cell }) => cell.line)).size, 4);
});

map('a broken line and its neighbours are looked at cell by cell where they pass', () => {
  const line = LINES.findIndex(({ environment, fixed }) => environment === 'b' && fixed['width'] === 17);
  const truth: Truth = ({ cell }) => (cell.line === LINES[line]?.id && cell.position === 3 ? 'hang' : 'pass');
  const { matrix, search } = open({ isolation: 'spawn', search: { strategy: 'map', audit: 'none' } });
  const given = [3, 3, 7].flatMap((place, order): Answer[] => {
    const cell = LINES[line]?.cells[place];
    return cell === undefined
      ? []
      : [answerTo({ cell, isolation: 'spawn', purpose: order === 1 ? 'confirm' : 'search' }, truth, matrix)];
  });
  for (const answer of given) search.tell(answer);
  const told = [...given, ...drive(search, truth, matrix)];
  const tried = (index: number): number =>
    new Set(told.filter(({ cell }) => cell.line === LINES[index]?.id).map(({ cell }) => cell.position)).size;
  const perVersion = PLANE.fixed.length;
  for (const beside of [line, line - 1, line + 1, line - perVersion, line + perVersion])
    assert.is(tried(beside), SIZES.length, LINES[beside]?.id);
  assert.is(tried(0), 1, 'a line far away is left alone');
});

map.run();
