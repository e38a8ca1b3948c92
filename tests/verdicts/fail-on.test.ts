import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSearch } from '../../harness/search/create.ts';
import { FAIL_ON, failOnMatches } from '../../harness/verdicts/fail-on.ts';
import { judge } from '../../harness/verdicts/judge.ts';
import { drive, enumerationOf, matrixOf, type Plane, type Truth } from '../search/surfaces.ts';
import { attempt, journalOf, opened } from './journals.ts';

const PLANE: Plane = {
  environments: ['5.2', '5.3', '5.4', '6.0'],
  fixed: [
    { in_channels: 16, out_channels: 32 },
    { in_channels: 17, out_channels: 33 },
  ],
  sizes: [8, 16, 32, 40, 64],
};
const matrix = matrixOf(PLANE, {
  axes: {
    pair: {
      zip: ['in_channels', 'out_channels'],
      values: [
        [16, 32],
        [17, 33],
      ],
    },
    size: [...PLANE.sizes],
  },
  expect: [{ where: { environment: '5.3', size: 64 }, first_run_within: '5s' }],
  bad: ['hang', 'crash'],
});

const truth: Truth = ({ cell }) => {
  if (cell.environment === '6.0') return 'error';
  if (cell.environment === '5.2' || cell.case['in_channels'] === 17) return 'pass';
  if (cell.environment === '5.4') return cell.position >= 4 ? 'crash' : cell.position === 3 ? 'slow' : 'pass';
  return cell.position >= 3 ? 'hang' : 'pass';
};

const results = judge(
  journalOf(drive(createSearch(matrix, enumerationOf(PLANE)), truth, matrix)),
  matrix,
  enumerationOf(PLANE),
);
const test = suite('fail-on');

test('what fails a run is observed, of the kinds asked for, in the order of the results', () => {
  const hangs = failOnMatches(results, ['hang']);
  assert.ok(hangs.length >= 1);
  assert.ok(hangs.every(({ kind, cell }) => kind === 'hang' && cell.startsWith('5.3/16-32/')));
  assert.equal(new Set(failOnMatches(results, ['hang', 'crash']).map(({ kind }) => kind)), new Set(['hang', 'crash']));
  assert.equal(failOnMatches(results, ['flaky']), []);
  assert.equal(failOnMatches(results, []), []);
});

test('a missed expectation fails a run', () => {
  const [cell] = [...enumerationOf(PLANE).lines()][2]?.cells.slice(-1) ?? [];
  assert.ok(cell);
  const missed = judge([opened(), ...attempt('a', cell, 'hang')], matrix, enumerationOf(PLANE));
  assert.equal(failOnMatches(missed, ['expectation']), [{ kind: 'expectation', cell: cell.id }]);
  assert.is(failOnMatches(missed, FAIL_ON).length, 2);
});

test.run();
