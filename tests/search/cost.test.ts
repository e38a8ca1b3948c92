/** What a search costs on surfaces of known truth: counts of attempts, no clock. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { strategyOf } from '../../harness/search/create.ts';
import {
  drive,
  enumerationOf,
  FOUNDING_NOTES,
  foundingNotes,
  matrixOf,
  workspaceRule,
  type Truth,
} from './surfaces.ts';

interface Spent {
  readonly probes: number;
  readonly hangs: number;
  readonly hangingLines: number;
  readonly confirmations: number;
}

function spend(strategy: 'grid' | 'line', truth: Truth, hang: number): Spent {
  const matrix = matrixOf(FOUNDING_NOTES, { search: { strategy } });
  const told = drive(strategyOf(matrix, enumerationOf(FOUNDING_NOTES)), truth, matrix, {
    costs: { pass: 1, bad: hang },
  });
  const probes = told.filter(({ purpose }) => purpose === 'search');
  const hangs = probes.filter(({ grade }) => grade === 'bad');
  const hangingLines = new Set(hangs.map(({ cell }) => cell.line)).size;
  return { probes: probes.length, hangs: hangs.length, hangingLines, confirmations: told.length - probes.length };
}

const LINES = enumerationOf(FOUNDING_NOTES).lineCount;
const cost = suite('cost of a search');

for (const hang of [5, 20, 50, 100]) {
  cost(`line: at most one hang a line and a tenth of the grid's attempts, a hang costing ${hang}`, () => {
    for (const truth of [foundingNotes, workspaceRule]) {
      const grid = spend('grid', truth, hang);
      const line = spend('line', truth, hang);
      assert.is(line.hangingLines, grid.hangingLines, 'finds every line that hangs');
      assert.is(line.confirmations, grid.hangingLines);
      assert.ok(line.hangs <= LINES, `${line.hangs} hangs`);
      assert.ok(line.hangs <= 1.3 * line.hangingLines, `${line.hangs} hangs on ${line.hangingLines} lines that hang`);
      assert.ok(line.probes < 0.15 * grid.probes, `${line.probes} of ${grid.probes}`);
    }
  });
}

cost('line: where every line hangs, each takes about one hang', () => {
  const spent = spend(
    'line',
    ({ cell }) => (cell.position >= 3 + ((cell.environment.length + cell.line.length * 7) % 30) ? 'hang' : 'pass'),
    50,
  );
  assert.is(spent.hangingLines, LINES);
  assert.ok(spent.hangs <= 1.2 * LINES, `${spent.hangs} hangs`);
});

cost.run();
