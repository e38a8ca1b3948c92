/** Probes that write to the journal of their own run: no verdict is taken from it, and what bench wrote can be gone on with. */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inFolder, resultsOf, type Folder } from './bench-process.ts';
import { benchHere } from './in-process.ts';
import { packageRoot } from '../../harness/machine/installation.ts';

const test = suite('cli/forged-journal');

/** A probe of three sizes; at the second one it does what `how` says. */
async function forging(folder: Folder, how: string): Promise<string> {
  await cp(join(packageRoot(), 'tests', 'fixtures', 'probes', 'forges.py'), folder.file('forges.py'));
  return folder.write(
    'own.yml',
    `schema: 1
name: own
probe: ./forges.py
device: cpu
environments: [{ kind: interpreter, name: here, python: python3, env: { HOW: ${how} } }]
axes: { size: [8, 16, 32] }
search: { strategy: grid, axis: size }
isolation: spawn
measure: { verify: false }
`,
  );
}

test('a forged end that is appended with fitting checksums changes no verdict, and the run goes on after it', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const { code, stderr } = await benchHere(['run', await forging(folder, 'append'), '--out', run]);
    assert.is(code, 3, stderr);
    assert.match(stderr, /\(journal-changed\)/);
    assert.match(await readFile(join(run, 'journal.foreign-1'), 'utf8'), /"kind":"hang"/);
    const judged = await benchHere(['judge', run]);
    assert.is(judged.code, 3, 'it is not finished');
    assert.ok((await resultsOf(run)).cells.every(({ verdict }) => verdict === 'pass' || verdict === 'untested'));
    const resumed = await benchHere(['run', '--resume', run]);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.equal(
      (await resultsOf(run)).cells.map(({ verdict }) => verdict),
      ['pass', 'pass', 'pass'],
    );
    // The same line in a journal that is at rest.
    const journal = join(run, 'journal.jsonl');
    const whole = readFileSync(journal, 'utf8');
    appendFileSync(journal, readFileSync(join(run, 'journal.foreign-1')));
    for (const words of [
      ['judge', run],
      ['run', '--resume', run],
    ]) {
      const refused = await benchHere(words);
      assert.is(refused.code, 3);
      assert.match(refused.stderr, /journal\.jsonl:\d+: .*\(journal-changed\)/s);
    }
    // A line that was taken out whole.
    writeFileSync(journal, whole.replace(/^.*"event":"attempt-finished".*\n/m, ''));
    assert.match((await benchHere(['judge', run])).stderr, /was taken out or changed.*\(journal-changed\)/s);
  });
});

for (const [how, code] of [
  ['replace', 'journal-replaced'],
  ['rewrite', 'journal-changed'],
] as const) {
  test(`a journal that a probe wants to ${how} is told as ${code}, and judged by nobody`, async () => {
    await inFolder(async (folder) => {
      const run = folder.file('run');
      const ended = await benchHere(['run', await forging(folder, how), '--out', run]);
      assert.is(ended.code, 3, ended.stderr);
      assert.ok(ended.stderr.includes(`(${code})`), ended.stderr);
      assert.not.ok(existsSync(join(run, 'results.json')));
      if (how === 'rewrite') return;
      const back = /put it back: (mv \S+ \S+);/.exec(ended.stderr)?.[1]?.split(' ') ?? [];
      await cp(back[1] ?? '', back[2] ?? '');
      assert.is((await benchHere(['run', '--resume', run])).code, 0, 'what bench wrote, put back, can be gone on with');
    });
  });
}

test.run();
