import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createSearch } from '../../harness/search/create.ts';
import { FAIL_ON, findings } from '../../harness/verdicts/fail-on.ts';
import { hangTable } from '../../harness/verdicts/hang-table.ts';
import { judge } from '../../harness/verdicts/judge.ts';
import { drive, enumerationOf, matrixOf } from '../search/surfaces.ts';
import type { Plane, Truth } from '../search/surfaces.ts';
import { attempt, firstLine, journalOf, opened, unavailable } from './journals.ts';

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
const tables = suite('hang table and findings');

tables('versions against shapes', () => {
  const table = hangTable(results);
  assert.is(table.searchAxis, 'size');
  assert.equal(table.columns, ['16->32', '17->33']);
  assert.equal(
    table.rows.map(({ environment, cells }) => [environment, ...cells.map(({ text }) => text)]),
    [
      ['5.2', 'ok', 'ok'],
      ['5.3', '>= 40 hangs', 'ok'],
      ['5.4', '>= 40 slow, >= 64 crashes', 'ok'],
      ['6.0', 'error', 'error'],
    ],
  );
  assert.equal(
    table.rows.map(({ cells }) => cells[0]?.tone),
    ['good', 'bad', 'bad', 'bad'],
  );
});

tables('an environment that could not be had is n/a', () => {
  const events = [opened(), unavailable('5.2', 'no wheel')];
  const table = hangTable(judge(events, matrix, enumerationOf(PLANE)));
  assert.equal(
    table.rows[0]?.cells.map(({ text }) => text),
    ['n/a', 'n/a'],
  );
  assert.equal(
    table.rows[1]?.cells.map(({ text }) => text),
    ['?', '?'],
  );
});

tables('a contradiction is mixed', () => {
  const [first, second] = firstLine(PLANE);
  assert.ok(first && second);
  const events = [opened(), ...attempt('a', first, 'hang'), ...attempt('b', second, 'pass')];
  assert.is(hangTable(judge(events, matrix, enumerationOf(PLANE))).rows[0]?.cells[0]?.text, 'mixed');
});

tables('findings are observed, of the kinds asked for, in the order of the results', () => {
  const hangs = findings(results, ['hang']);
  assert.ok(hangs.length >= 1);
  assert.ok(hangs.every(({ kind, cell }) => kind === 'hang' && cell.startsWith('5.3/16-32/')));
  assert.equal(new Set(findings(results, ['hang', 'crash']).map(({ kind }) => kind)), new Set(['hang', 'crash']));
  assert.equal(findings(results, ['flaky']), []);
  assert.equal(findings(results, []), []);
});

tables('a missed expectation is a finding', () => {
  const [cell] = [...enumerationOf(PLANE).lines()][2]?.cells.slice(-1) ?? [];
  assert.ok(cell);
  const missed = judge([opened(), ...attempt('a', cell, 'hang')], matrix, enumerationOf(PLANE));
  assert.equal(findings(missed, ['expectation']), [{ kind: 'expectation', cell: cell.id }]);
  assert.is(findings(missed, FAIL_ON).length, 2);
});

tables.run();
