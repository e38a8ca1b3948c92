/** Probes that write to the journal of their own run, or to themselves: no verdict is taken from that, and what bench wrote can be gone on with. */
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

for (const [how, file] of [
  ['probe', 'forges.py'],
  ['helper', 'helping.py'],
] as const) {
  test(`attempts of two probes are not mixed: ${file} is changed while the run is measured`, async () => {
    await inFolder(async (folder) => {
      const run = folder.file('run');
      const helper = await folder.write('helping.py', '');
      const matrix = await forging(folder, how);
      const before = readFileSync(folder.file(file));
      const ended = await benchHere(['run', matrix, '--out', run]);
      assert.is(ended.code, 3, ended.stderr);
      assert.ok(ended.stderr.includes(`changed while the run was measured (${file})`), ended.stderr);
      const refused = await benchHere(['run', '--resume', run]);
      assert.is(refused.code, 3);
      assert.match(refused.stderr, /\(probe-changed\)/);
      // Put back it is the probe of this run; and going on with the other one can be asked for.
      const changed = readFileSync(folder.file(file));
      writeFileSync(folder.file(file), before);
      const copy = folder.file('copy');
      await cp(run, copy, { recursive: true });
      const resumed = await benchHere(['run', '--resume', run]);
      assert.is(resumed.code, 0, resumed.stderr);
      assert.is((await resultsOf(run)).warnings, undefined);
      writeFileSync(folder.file(file), changed);
      const mixed = await benchHere(['run', '--resume', copy, '--accept-changed-probe']);
      assert.is(mixed.code, 0, mixed.stderr);
      assert.match((await resultsOf(copy)).warnings?.join() ?? '', new RegExp(`probe was changed .*${file}`));
      assert.ok(existsSync(helper));
    });
  });
}

test('--accept-changed-probe is for a run that goes on', async () => {
  const { code, stderr } = await benchHere(['run', 'none.yml', '--accept-changed-probe']);
  assert.is(code, 2);
  assert.match(stderr, /\(changed-probe-option\)/);
});

test.run();
