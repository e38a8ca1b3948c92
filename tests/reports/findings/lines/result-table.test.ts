/** The result table of judged journals: what the terminal, the page and Markdown lay out. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Results } from '../../../../harness/model/results/results.ts';
import { createSearch } from '../../../../harness/search/create.ts';
import { judge } from '../../../../harness/verdicts/judge.ts';
import { findingsOf } from '../../../../reports/findings/findings.ts';
import { resultTable, type ResultTable } from '../../../../reports/findings/lines/result-table.ts';
import { drive, enumerationOf, matrixOf, type Plane, type Truth } from '../../../search/surfaces.ts';
import { attempt, firstLine, journalOf, opened, unavailable } from '../../../verdicts/journals.ts';
import { twoSettings } from '../../sample-results.ts';

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
const test = suite('result table');
const tableOf = (judged: Results, most = 12): ResultTable => resultTable(findingsOf(judged), most);
const texts = ({ rows }: ResultTable): string[][] =>
  rows.map(({ name, cells }) => [name, ...cells.map(({ short }) => short)]);

test('versions against shapes', () => {
  const table = tableOf(results);
  assert.is(table.title, 'Version by shape');
  assert.equal(
    table.columns.map(({ title }) => title),
    ['pair 16→32', 'pair 17→33'],
  );
  assert.equal(texts(table), [
    ['5.2', 'pass', 'pass'],
    ['5.3', 'hang ≥ 40', 'pass'],
    ['5.4', 'slow ≥ 40, crash ≥ 64', 'pass'],
    ['6.0', 'error', 'error'],
  ]);
  assert.equal(
    table.rows.map(({ cells }) => cells[0]?.state),
    ['good', 'mixed', 'mixed', 'failed'],
  );
  assert.match(table.caption, /^Boundary on size: "hang ≥ N" means that N is the smallest size that hangs/);
});

test('an environment that could not be had was not tested', () => {
  const events = [opened(), unavailable('5.2', 'no wheel')];
  const [first, second] = texts(tableOf(judge(events, matrix, enumerationOf(PLANE))));
  assert.equal(first, ['5.2', 'not tested', 'not tested']);
  assert.equal(second, ['5.3', 'not tested', 'not tested']);
});

test('a contradiction is mixed', () => {
  const [first, second] = firstLine(PLANE);
  assert.ok(first && second);
  const events = [opened(), ...attempt('a', first, 'hang'), ...attempt('b', second, 'pass')];
  assert.is(tableOf(judge(events, matrix, enumerationOf(PLANE))).rows[0]?.cells[0]?.short, 'mixed');
});

test('a hang that no fresh process has confirmed says so', () => {
  const [cell] = firstLine(PLANE);
  assert.ok(cell);
  const table = tableOf(judge([opened(), ...attempt('a', cell, 'hang')], matrix, enumerationOf(PLANE)));
  assert.is(table.rows[0]?.cells[0]?.confirmed, false);
  assert.match(table.rows[0]?.cells[0]?.full ?? '', 'not confirmed yet');
});

test('several settings: a row for each pair, and what does not fit is counted', () => {
  const table = tableOf(twoSettings(), 1);
  assert.is(table.corner, 'Environment · setting');
  assert.is(table.left, 1);
  assert.equal(
    table.rows.slice(0, 2).map(({ environment, setting }) => [environment, setting]),
    [
      ['rocm5.2-torch1.13.1', 'only-gemm'],
      ['rocm5.2-torch1.13.1', 'only-direct'],
    ],
  );
});

test.run();
