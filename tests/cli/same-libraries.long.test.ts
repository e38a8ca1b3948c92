import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, eventsOf, inFolder, journalOf, resultsOf, type Folder } from './bench-process.ts';
import type { Results } from '../../harness/model/results/results.ts';

const test = suite('cli/same-libraries');
const PROBE = join(import.meta.dirname, '../fixtures/probes/maps_library.py');

/** Some shared library that this Python can map. */
const SOME_LIBRARY = execFileSync('python3', ['-c', 'import _ctypes; print(_ctypes.__file__)'], {
  encoding: 'utf8',
}).trim();
const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

/** One installation under two paths, the same with a variable of its own, and one with other libraries. */
async function matrix(folder: Folder, ...lines: readonly string[]): Promise<string> {
  for (const name of ['one', 'two']) {
    await mkdir(folder.file(name));
    await symlink(PYTHON, folder.file(name, 'python'));
  }
  const library = folder.file('libMIOpen.so.1.0');
  const other = folder.file('librocblas.so.0');
  await copyFile(SOME_LIBRARY, library);
  await copyFile(SOME_LIBRARY, other);
  return folder.write(
    'same.yml',
    [
      'schema: 1',
      'name: same',
      `probe: ${PROBE}`,
      'device: cpu',
      'environments:',
      '  - { kind: interpreter, name: one, python: ./one/python }',
      '  - { kind: interpreter, name: two, python: ./two/python }',
      '  - { kind: interpreter, name: variable, python: ./two/python, env: { AMD_LOG_LEVEL: "1" } }',
      `  - { kind: interpreter, name: other, python: ./two/python, env: { MAPS: "${other}" } }`,
      `env: { MAPS: "${library}" }`,
      'axes: { size: [1, 2, 3] }',
      'search: { strategy: grid }',
      'isolation: spawn',
      'measure: { repeats: 0, verify: false }',
      'health: { canary: false }',
      'watchdog: { deadlines: { first-run: 500ms }, adaptive: false, term_grace: 100ms, native_stacks: never }',
      ...lines,
    ].join('\n'),
  );
}

async function run(
  folder: Folder,
  path: string,
): Promise<{ readonly results: Results; readonly run: string; readonly stderr: string }> {
  const { code, stderr } = await bench(['run', path, '--out', folder.file('run')], { cwd: folder.path });
  assert.is(code, 0, stderr);
  return { results: await resultsOf(folder.file('run')), run: folder.file('run'), stderr };
}

const cellsOf = ({ cells }: Results, environment: string): Results['cells'] =>
  cells.filter((cell) => cell.environment === environment);
const verdicts = (results: Results, environment: string): readonly string[] =>
  cellsOf(results, environment).map(({ verdict, basis }) => `${verdict} ${basis.kind}`);

const boundary = ({ lines }: Results, environment: string): unknown =>
  lines.find((line) => line.environment === environment)?.boundary;

test('report: one installation under two paths is said to be one experiment, at once and in every report', async () => {
  await inFolder(async (folder) => {
    const { results, run: path, stderr } = await run(folder, await matrix(folder));
    assert.match(stderr, 'two and one load the very same libraries');
    const events = eventsOf(await journalOf(path), 'environment-libraries');
    assert.equal(
      events.filter(({ after }) => after === 'import').map(({ environment, sameAs }) => [environment, sameAs]),
      [
        ['one', null],
        ['two', 'one'],
        ['variable', null],
        ['other', null],
      ],
    );
    assert.ok(events.some(({ after, environment }) => after === 'attempt' && environment === 'one'));
    assert.equal(
      results.environments.map(({ name, sameAs }) => [name, sameAs ?? null]),
      [
        ['one', null],
        ['two', ['one']],
        ['variable', null],
        ['other', null],
      ],
    );
    const [set] = results.environments[0]?.libraries ?? [];
    assert.equal(
      set?.libraries.map(({ name, file, version }) => [name, file, version]),
      [['libMIOpen.so', 'libMIOpen.so.1.0', '1.0']],
    );
    assert.match(set?.libraries[0]?.id ?? '', /^(?:build-id|sample):[0-9a-f]{16,}$/);
    assert.equal(verdicts(results, 'two'), verdicts(results, 'one'), 'each is probed');
    assert.ok(verdicts(results, 'two').every((text) => text.endsWith('observed')));
    assert.match(await readFile(join(path, 'summary.md'), 'utf8'), /two.*load the very same libraries/s);
    assert.match(await readFile(join(path, 'report.html'), 'utf8'), /the same libraries as one: one experiment/);

    // A journal of a version that did not write them has no word on libraries.
    const journal = join(path, (await readdir(path)).find((name) => name.endsWith('.jsonl')) ?? '');
    const lines = (await readFile(journal, 'utf8'))
      .split('\n')
      .filter((line) => !line.includes('"environment-libraries"'))
      .map((line) => line.replace(/,"chain":"\w+","crc":"\w+"\}$/, '}'));
    await writeFile(journal, lines.join('\n'));
    assert.is((await bench(['judge', path], { cwd: folder.path })).code, 0);
    assert.ok(
      (await resultsOf(path)).environments.every(
        ({ libraries, sameAs }) => libraries === undefined && sameAs === undefined,
      ),
    );
  });
});

test('merge: the second costs no probe, and its verdicts are inferred from the first', async () => {
  await inFolder(async (folder) => {
    const { results, run: path } = await run(folder, await matrix(folder, 'same_libraries: merge'));
    const started = eventsOf(await journalOf(path), 'attempt-started').map(({ cell }) => cell.environment);
    assert.not.ok(started.includes('two'));
    assert.equal([...new Set(started)].toSorted(), ['one', 'other', 'variable']);
    assert.equal(verdicts(results, 'one'), ['pass observed', 'pass observed', 'hang observed']);
    assert.equal(verdicts(results, 'two'), ['pass inferred', 'pass inferred', 'hang inferred']);
    for (const [index, { basis, attempts, confirmed }] of cellsOf(results, 'two').entries()) {
      assert.equal(
        [basis.kind === 'inferred' ? basis.from : null, attempts, confirmed],
        [cellsOf(results, 'one')[index]?.id, 0, null],
      );
    }
    assert.equal(boundary(results, 'two'), boundary(results, 'one'));
    assert.match(
      await readFile(join(path, 'summary.md'), 'utf8'),
      '3 taken over from an environment that loads the same libraries',
    );
    // Judged again from the journal alone, and gone on with: nothing is probed anew.
    const again = await bench(['run', '--resume', path], { cwd: folder.path });
    assert.is(again.code, 0, again.stderr);
    assert.is(eventsOf(await journalOf(path), 'attempt-started').length, started.length);
  });
});

test.run();
