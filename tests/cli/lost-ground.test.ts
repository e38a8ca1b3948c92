/** A disk that fills while reports are written, a run folder or a probe that is gone: what is safe, where it is, and the next command. */
import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, COMMAND, inFolder, resultsOf, startBench, underWay } from './bench-process.ts';
import { benchHere } from './in-process.ts';
import { SEARCHING_SECONDS, smallMatrix, slowModel } from './matrices.ts';
import { packageRoot } from '../../harness/machine/installation.ts';

const test = suite('cli/lost-ground');

const SLOW = slowModel(80);

test('a disk that takes no report: the verdicts are safe, and the command that is named makes the rest', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const matrix = await smallMatrix(folder);
    // No file may have more than 72 KiB: the page has more, journal and results do not.
    const command = ['bash', '-c', 'ulimit -f 72; exec "$@"', 'bash', ...COMMAND] as const;
    const { code, stderr } = await bench(['run', matrix, '--out', run], { command });
    assert.is(code, 3, stderr);
    assert.match(stderr, /\(reports-unwritten\)/);
    assert.ok(stderr.includes(`safe in ${join(run, 'journal.jsonl')}`), stderr);
    const next = /next: free some disk space, then: bench (\w+) (\S+);/.exec(stderr);
    assert.equal(next?.slice(1), ['report', run]);
    assert.is((await resultsOf(run)).run.status, 'complete');
    assert.is((await benchHere(['report', run])).code, 0);
    assert.ok(existsSync(join(run, 'report.html')));
  });
});

for (const [what, lose] of [
  ['moved', (run: string): void => renameSync(run, `${run}-moved`)],
  ['deleted', (run: string): void => rmSync(run, { recursive: true })],
] as const) {
  test(`a run folder that is ${what} while the run writes to it`, async () => {
    await inFolder(async (folder) => {
      const run = folder.file('run');
      const matrix = await smallMatrix(folder, { strategy: 'grid', model: SLOW, hangSeconds: SEARCHING_SECONDS });
      const living = startBench(['run', matrix, '--out', run]);
      await underWay(run, 2);
      lose(run);
      const { code, stderr } = await living.ended;
      assert.is(code, 3, stderr);
      assert.match(stderr, what === 'moved' ? /moved/ : /deleted/);
      assert.match(stderr, /next: .*(?:--resume <where it is now>|start a new run)/);
      assert.not.match(stderr, /\n {4}at /);
      if (what === 'moved') assert.is((await benchHere(['judge', `${run}-moved`])).code, 3, 'it can be judged there');
    });
  });
}

test('a probe that is gone when its run is resumed', async () => {
  await inFolder(async (folder) => {
    await cp(join(packageRoot(), 'tests', 'fixtures', 'probes', 'passes.py'), folder.file('passes.py'));
    const matrix = await folder.write(
      'own.yml',
      'schema: 1\nname: own\nprobe: ./passes.py\ndevice: cpu\nenvironments: [{ kind: interpreter, name: here, python: python3 }]\naxes: { size: [8] }\nmeasure: { verify: false }\n',
    );
    const run = folder.file('run');
    assert.is((await benchHere(['run', matrix, '--out', run])).code, 0);
    rmSync(folder.file('passes.py'));
    const journal = readFileSync(join(run, 'journal.jsonl'));
    const { code, stderr } = await benchHere(['run', '--resume', run]);
    assert.is(code, 2);
    assert.ok(stderr.includes(`safe in ${run}`) && stderr.includes(`bench judge ${run}`), stderr);
    assert.equal(readFileSync(join(run, 'journal.jsonl')), journal);
    assert.is((await benchHere(['judge', run])).code, 0);
  });
});

test.run();
