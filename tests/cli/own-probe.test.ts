import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, eventsOf, findingsOf, inFolder, journalOf, resultsOf } from './bench-process.ts';
import { packageRoot } from '../../harness/machine/installation.ts';

const test = suite('cli/own-probe');

const PROBES = join(packageRoot(), 'tests', 'fixtures', 'probes');

function matrixOf(probe: string, axes: string): string {
  return `schema: 1
name: own
probe: ./${probe}.py
device: cpu
environments: [{ kind: interpreter, name: here, python: python3 }]
axes: ${axes}
watchdog: { deadlines: { first-run: 500ms }, term_grace: 100ms }
measure: { verify: false }
`;
}

test('a probe beside its matrix: the line search finds the boundaries that trying everything finds', async () => {
  await inFolder(async (folder) => {
    await cp(join(PROBES, 'hangs_above.py'), folder.file('hangs_above.py'));
    await folder.write(
      'own.yml',
      matrixOf('hangs_above', '{ depth: [1, 3, 7], width: [64, 128, 192, 320, 384, 512] }'),
    );
    const [grid, line] = await Promise.all(
      ['grid', 'line'].map(async (strategy) => {
        const { code, stdout, stderr } = await bench(['run', 'own.yml', '--search', strategy, '--out', strategy], {
          cwd: folder.path,
        });
        assert.is(code, 0, stderr);
        assert.not.match(stdout + stderr, /simulated/i);
        return resultsOf(folder.file(strategy));
      }),
    );
    if (grid === undefined || line === undefined) throw new Error('a run is missing');
    assert.equal(findingsOf(line), findingsOf(grid));
    assert.equal(
      line.lines.map(({ fixed, boundary }) => [fixed['depth'], boundary]),
      [
        [1, { kind: 'all-good', largestGood: 512 }],
        [3, { kind: 'bracketed', largestGood: 320, smallestBad: 384, confirmed: true }],
        [7, { kind: 'bracketed', largestGood: 128, smallestBad: 192, confirmed: true }],
      ],
    );
    assert.ok(line.attempts.length < grid.attempts.length);
  });
});

test('a hang that a fresh process does not show stands in no boundary', async () => {
  await inFolder(async (folder) => {
    await cp(join(PROBES, 'hangs_in_fork.py'), folder.file('hangs_in_fork.py'));
    const matrix = await folder.write('own.yml', matrixOf('hangs_in_fork', '{ size: [8, 16, 32, 64] }'));
    const run = folder.file('run');
    // Every cell: other strategies trust no fork once one was refuted, and which cells they tried in one before that depends on what a hang costs.
    const { code, stderr } = await bench(['run', matrix, '--search', 'grid', '--fail-on', 'hang', '--out', run]);
    assert.is(code, 0, stderr);
    const results = await resultsOf(run);
    assert.equal(
      results.lines.map(({ boundary }) => boundary),
      [{ kind: 'interval', largestGood: 16, smallestBad: null, unresolved: 2 }],
      'neither a hang nor a pass',
    );
    const refuted = results.cells.filter(({ verdict }) => verdict !== 'pass');
    assert.ok(refuted.length > 0, 'and yet it is not hidden');
    const started = eventsOf(await journalOf(run), 'attempt-started');
    for (const { id, verdict, confirmed } of refuted) {
      assert.equal([verdict, confirmed], ['flaky', false]);
      const own = started.filter(({ cell }) => cell.id === id);
      assert.equal(
        own.map(({ isolation, purpose }) => `${isolation} ${purpose}`),
        ['fork search', ...Array.from({ length: 5 }, () => 'spawn confirm')],
        'one lucky try refutes nothing',
      );
    }
  });
});

test.run();
