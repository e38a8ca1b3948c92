import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { MatrixInput } from '../../../harness/matrix/file/schema.ts';
import { isDoubtful, type Results } from '../../../harness/model/results/results.ts';
import { createSearch } from '../../../harness/search/create.ts';
import { judge } from '../../../harness/verdicts/judge.ts';
import { drive, enumerationOf, matrixOf, type Plane } from '../../search/surfaces.ts';
import { journalOf } from '../journals.ts';

const PLANE: Plane = {
  environments: ['a', 'b', 'c'],
  fixed: [16, 17, 32, 64].map((channels) => ({ channels })),
  sizes: [8, 16, 24, 32, 48, 64, 96, 128],
};
const CELLS = [...enumerationOf(PLANE).lines()].flatMap(({ cells }) => cells);

/** `bad`: one for each cell, in the order of the matrix. */
function judged(bad: readonly boolean[], search: MatrixInput['search'] = {}): Results {
  const matrix = matrixOf(PLANE, { search, isolation: 'spawn' });
  const byId = new Map(CELLS.map(({ id }, index) => [id, bad[index] === true]));
  const told = drive(
    createSearch(matrix, enumerationOf(PLANE)),
    ({ cell }) => (byId.get(cell.id) === true ? 'hang' : 'pass'),
    matrix,
  );
  return judge(journalOf(told), matrix, enumerationOf(PLANE));
}

function wrong(results: Results, bad: readonly boolean[]): Results['cells'] {
  return results.cells.filter(
    ({ verdict }, index) => verdict !== 'untested' && (verdict === 'hang') !== (bad[index] === true),
  );
}

const test = suite('assumption');

const anything = fc.array(fc.boolean(), { minLength: CELLS.length, maxLength: CELLS.length });
const search = fc.constantFrom<MatrixInput['search']>(
  { strategy: 'map' },
  { strategy: 'map', audit: 'none' },
  { strategy: 'map', prove: 'safe-side' },
  { strategy: 'line' },
);

test('where a line is broken no inferred cell is without a mark, and none that was run has one', () => {
  fc.assert(
    fc.property(anything, search, (bad, how) => {
      const results = judged(bad, how);
      for (const cell of results.cells) if (isDoubtful(cell)) assert.is(cell.basis.kind, 'inferred');
      if (results.lines.every(({ boundary }) => boundary.kind !== 'not-monotone')) return;
      assert.ok(results.cells.every((cell) => cell.basis.kind !== 'inferred' || isDoubtful(cell)));
      assert.equal(
        wrong(results, bad).filter((cell) => !isDoubtful(cell)),
        [],
      );
    }),
    { seed: 31, numRuns: 60 },
  );
});

test('the checkerboard: the looks tell how many are wrong', () => {
  const bad = CELLS.map(({ position }, index) => (position + Math.floor(index / PLANE.sizes.length)) % 2 === 0);
  const { assumption } = judged(bad);
  assert.ok(assumption?.inferred);
  const { looks } = assumption.inferred;
  assert.ok(looks.passesFailed + looks.badFailed > 0);
  assert.match(assumption.text, /^Larger is not worse on \d+ lines/);
});

test('one hanging cell that nobody meets: the sentence says how many passes are inferred, without any boundary', () => {
  const { assumption, lines, cells } = judged(CELLS.map(() => false));
  assert.ok(lines.every(({ boundary }) => boundary.kind === 'all-good'));
  const inferred = cells.filter(({ basis }) => basis.kind === 'inferred').length;
  assert.ok(inferred > 0);
  assert.match(assumption?.text ?? '', new RegExp(`^${inferred} passes are inferred from "larger is worse", not run`));
});

test('safe-side: what is taken over from another line is marked', () => {
  // The limit falls with every parameter and version: lines are alike only at first sight.
  const bad = CELLS.map(
    ({ position }, index) => position >= 7 - (Math.floor(index / PLANE.sizes.length) % 4 === 3 ? 2 : 0),
  );
  const results = judged(bad, { strategy: 'map', prove: 'safe-side' });
  const taken = results.cells.filter(({ basis }) => basis.kind === 'inferred' && basis.doubt?.kind === 'other-line');
  assert.equal(
    wrong(results, bad).filter((cell) => !isDoubtful(cell)),
    [],
  );
  assert.is(results.assumption?.inferred?.takenOver, taken.length);
});

test('a grid runs everything: there is nothing to say', () => {
  assert.is(
    judged(
      CELLS.map(({ position }) => position === 3),
      { strategy: 'grid' },
    ).assumption,
    undefined,
  );
});

test.run();
