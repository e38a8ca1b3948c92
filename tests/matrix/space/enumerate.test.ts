import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { canonicalJson } from '../../../harness/model/canonical-json.ts';
import { enumerate } from '../../../harness/matrix/space/enumerate.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { subjectOf } from '../../../harness/matrix/space/subject.ts';
import { matches } from '../../../harness/model/conditions.ts';
import { collectGarbage } from '../../collect-garbage.ts';
import { randomMatrix } from '../random-matrix.ts';
import type { Cell } from '../../../harness/model/cell.ts';
import type { Matrix } from '../../../harness/matrix/file/schema.ts';

const test = suite('matrix/enumerate');

const HEAD = `schema: 1
name: t
probe: conv2d
environments:
  - { kind: wheel, torch: "1.13.1", rocm: "5.2" }
axes:
`;

function load(...lines: readonly string[]): Matrix {
  return loadMatrix(HEAD + lines.join('\n'), 't.yml');
}

function cellsOf(matrix: Matrix): readonly Cell[] {
  return [...enumerate(matrix).lines()].flatMap(({ cells }) => cells);
}

function sizesOf(matrix: Matrix): readonly unknown[] {
  return [...enumerate(matrix).lines()].map(({ cells }) => cells.map((cell) => cell.case['size']));
}

test('the cells of a small matrix, in order and in full', () => {
  const matrix = load(
    '  channels: { zip: [in_channels, out_channels], values: [[16, 32], [3, 16]] }',
    '  size: [64, 8]',
    'constants: { kernel: 3 }',
  );
  const lines = [...enumerate(matrix).lines()];
  assert.equal(
    lines.map(({ fixed, axis, cells }) => ({
      fixed,
      axis,
      cases: cells.map((cell) => cell.case),
      positions: cells.map(({ position }) => position),
    })),
    [
      [16, 32],
      [3, 16],
    ].map(([cin, cout]) => ({
      fixed: { in_channels: cin, out_channels: cout, kernel: 3 },
      axis: 'size',
      cases: [8, 64].map((size) => ({ in_channels: cin, out_channels: cout, kernel: 3, size })),
      positions: [0, 1],
    })),
  );
  const [first] = lines;
  assert.match(first?.id ?? '', /^rocm5\.2-torch1\.13\.1_16-32-[0-9a-f]{8}$/);
  assert.match(first?.cells[1]?.id ?? '', /^rocm5\.2-torch1\.13\.1_16-32_s64-[0-9a-f]{8}$/);
});

test('the id of a cell never changes: runs made long ago must still be found', () => {
  const [cell] = cellsOf(load('  size: [64]'));
  assert.is(cell?.id, 'rocm5.2-torch1.13.1_s64-645ad312');
});

test('without an order every cell is a line of its own', () => {
  const matrix = load('  c: { zip: [a, b], values: [[1, 2], [2, 1]] }');
  const lines = [...enumerate(matrix).lines()];
  assert.is(matrix.search.axis, null);
  assert.equal(
    lines.map(({ axis, id, cells }) => [axis, cells.length, cells[0]?.id === id]),
    [
      [null, 1, true],
      [null, 1, true],
    ],
  );
  assert.equal(sizesOf(load('  size: [1, 2]', 'search: { axis: null }')), [[1], [2]]);
});

test('include: a parameter that is left out takes every value', () => {
  const matrix = load('  batch: [1, 2]', '  size: [8, 48]', 'include: [{ size: 42 }]');
  assert.equal(sizesOf(matrix), [
    [8, 42, 48],
    [8, 42, 48],
  ]);
  assert.is(enumerate(matrix).cellCount, 6);
});

test('include: lines of their own come last, and one cell is never there twice', () => {
  const matrix = load(
    '  batch: [1, 2]',
    '  size: [8, 48]',
    'include: [{ batch: 3, size: 1 }, { batch: 1, size: 48 }, { batch: 3, size: 1 }]',
  );
  assert.equal(sizesOf(matrix), [[8, 48], [8, 48], [1]]);
  assert.is(enumerate(matrix).lineCount, 3);
  assert.is(enumerate(matrix).cellCount, 5);
});

test('include: another constant makes another line, and brings excluded cells back', () => {
  const matrix = load(
    '  size: [8, 48]',
    'constants: { dtype: f32 }',
    'exclude: [{ size: { gt: 40 } }]',
    'include: [{ size: 48 }, { size: 8, dtype: f16 }]',
  );
  assert.equal(
    cellsOf(matrix).map((cell) => [cell.case['size'], cell.case['dtype']]),
    [
      [8, 'f32'],
      [48, 'f32'],
      [8, 'f16'],
    ],
  );
});

test('ids tell apart what a cut or cleaned name cannot', () => {
  const long = 'x'.repeat(120);
  const matrix = load(`  note: ["${long}1", "${long}2", "a b", "a/b", "../..", ""]`, '  size: [1]');
  const ids = cellsOf(matrix).map(({ id }) => id);
  assert.is(new Set(ids).size, ids.length);
  for (const id of ids) {
    assert.ok(id.length <= 100, id);
    assert.match(id, /^[A-Za-z0-9][A-Za-z0-9._+-]*$/);
  }
});

test('ranges reach their end in spite of rounding', () => {
  assert.equal(sizesOf(load('  size: { from: 0.1, to: 0.3, step: 0.1 }')), [[0.1, 0.2, 0.3]]);
  assert.equal(sizesOf(load('  size: { from: 8, to: 256, factor: 2 }')), [[8, 16, 32, 64, 128, 256]]);
  assert.equal(sizesOf(load('  size: { from: 8, to: 20, step: 5 }')), [[8, 13, 18]]);
  assert.equal(sizesOf(load('  size: { from: 0.1, to: 0.7, step: 0.1 }', 'include: [{ size: 0.3 }]')), [
    [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7],
  ]);
});

test('ten million cells are counted without making one, and walked in flat memory', () => {
  const matrix = load(
    '  channels: { from: 1, to: 100, step: 1 }',
    '  batch: { from: 1, to: 1000, step: 1 }',
    '  size: { from: 1, to: 100, step: 1 }',
  );
  const enumeration = enumerate(matrix);
  assert.is(enumeration.cellCount, 10_000_000);
  assert.is(enumeration.lineCount, 100_000);
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  let most = 0;
  let seen = 0;
  for (const { cells } of enumeration.lines()) {
    seen += cells.length;
    if (seen % 50_000 !== 0) continue;
    collectGarbage();
    most = Math.max(most, process.memoryUsage().heapUsed - before);
    if (seen >= 200_000) break;
  }
  // Held on to, 200,000 cells take more than 80 MB.
  assert.ok(most < 20e6, `${most} bytes more`);
});

test('excludes are counted by arithmetic: 100 million cells', () => {
  const matrix = load(
    '  a: { from: 1, to: 1000, step: 1 }',
    '  b: { from: 1, to: 1000, step: 1 }',
    '  size: { from: 1, to: 100, step: 1 }',
    'exclude: [{ a: { odd: true }, size: { gt: 50 } }, { b: 7 }]',
  );
  // 999 of b; for the odd 500 of a half of the sizes, for the others all.
  assert.is(enumerate(matrix).cellCount, 999 * (500 * 50 + 500 * 100));
  assert.is(enumerate(matrix).lineCount, 999 * 1000);
});

test('random matrices: what is counted is what comes, ids are unique, lines are sound', () => {
  fc.assert(
    fc.property(randomMatrix, ({ matrix }) => {
      const enumeration = enumerate(matrix);
      const lines = [...enumeration.lines()];
      const cells = lines.flatMap((line) => line.cells);
      assert.is(lines.length, enumeration.lineCount);
      assert.is(cells.length, enumeration.cellCount);
      assert.is(new Set(cells.map(({ id }) => id)).size, cells.length);
      assert.is(
        new Set(
          cells.map((cell) => canonicalJson({ environment: cell.environment, setting: cell.setting, case: cell.case })),
        ).size,
        cells.length,
      );
      assert.is(new Set(lines.map(({ id }) => id)).size, lines.length);
      for (const line of lines) {
        const { axis } = line;
        assert.equal(
          line.cells.map(({ position }) => position),
          line.cells.map((_, index) => index),
        );
        assert.ok(
          line.cells.every(
            (cell) => cell.line === line.id && cell.environment === line.environment && cell.setting === line.setting,
          ),
        );
        if (axis === null) assert.is(line.cells.length, 1);
        else {
          const values = line.cells.map((cell) => Number(cell.case[axis]));
          assert.equal(
            values,
            values.toSorted((a, b) => a - b),
          );
          assert.ok(
            line.cells.every(
              (cell) => canonicalJson({ ...line.fixed, [axis]: cell.case[axis] ?? null }) === canonicalJson(cell.case),
            ),
          );
        }
      }
    }),
    { seed: 1, numRuns: 120 },
  );
});

/** All cells the slow way: every combination, minus the excluded, plus the included. */
function bruteForce(matrix: Matrix): ReadonlySet<string> {
  const found = new Set<string>();
  const without = { ...matrix, include: [], exclude: [] };
  const grid = cellsOf(without);
  for (const cell of grid) {
    if (!matrix.exclude.some((where) => matches(where, subjectOf(matrix, cell)))) found.add(identity(cell));
    for (const { environment = cell.environment, setting = cell.setting, ...values } of matrix.include) {
      if (environment === cell.environment && setting === cell.setting)
        found.add(identity({ ...cell, case: { ...cell.case, ...values } }));
    }
  }
  return found;
}

function identity(cell: Pick<Cell, 'environment' | 'setting' | 'case'>): string {
  return canonicalJson({ environment: cell.environment, setting: cell.setting, case: cell.case });
}

test('random matrices: exclude and include mean what the slow way says', () => {
  fc.assert(
    fc.property(randomMatrix, ({ matrix }) => {
      assert.equal(cellsOf(matrix).map(identity).toSorted(), [...bruteForce(matrix)].toSorted());
    }),
    { seed: 2, numRuns: 80 },
  );
});

test.run();
