import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, findingsOf, inFolder, resultsOf } from './bench-process.ts';
import { cutMatrix, hurriedModel } from './matrices.ts';
import type { Results } from '../../harness/model/results/results.ts';

const test = suite('cli/strategies');

function hangs({ attempts }: Results): number {
  return attempts.filter(({ report }) => report.outcome.kind === 'hang').length;
}

const BOUNDARIES: Record<string, readonly string[]> = {
  'founding-notes': ['all-good 64', 'all-good 64', 'all-good 64', '32|33', 'all-good 64', 'all-good 64'],
  measured: ['42|44', '44|48', 'all-good 64', '42|44', '44|48', 'all-good 64'],
};

for (const [model, expected] of Object.entries(BOUNDARIES)) {
  test(`${model}: line and grid agree on every verdict and boundary, and line needs fewer attempts and hangs`, async () => {
    await inFolder(async (folder) => {
      const matrix = await cutMatrix(folder, 'conv2d', {
        wheels: ['5.2', '5.3'],
        channels: ['16, 32', '15, 31', '3, 16'],
        sizes: [8, 16, 32, 33, 42, 44, 48, 64],
      });
      const card = await hurriedModel(folder, model);
      const inTurn = pLimit(2);
      const [grid, line] = await Promise.all(
        ['grid', 'line'].map((strategy) =>
          inTurn(async () => {
            const { code, stderr } = await bench([
              'run',
              matrix,
              '--device',
              'simulated',
              '--model',
              card,
              '--search',
              strategy,
              '-q',
              '--out',
              folder.file(strategy),
            ]);
            assert.is(code, 0, stderr);
            return resultsOf(folder.file(strategy));
          }),
        ),
      );
      if (grid === undefined || line === undefined) throw new Error('a run is missing');
      assert.is(grid.cells.length, 48);
      assert.equal(findingsOf(line), findingsOf(grid));
      const boundaries = grid.lines.map(({ boundary }) => {
        if (boundary.kind === 'all-good') return `all-good ${boundary.largestGood}`;
        return boundary.kind === 'bracketed' && boundary.confirmed
          ? `${boundary.largestGood}|${boundary.smallestBad}`
          : boundary.kind;
      });
      assert.equal(boundaries, expected);
      assert.ok(
        line.attempts.length < grid.attempts.length,
        `${line.attempts.length} attempts, grid ${grid.attempts.length}`,
      );
      assert.ok(hangs(line) < hangs(grid), `${hangs(line)} hangs, grid ${hangs(grid)}`);
    });
  });
}

test.run();
