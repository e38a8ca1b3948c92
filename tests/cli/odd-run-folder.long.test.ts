import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { cp, mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder, type Folder } from './bench-process.ts';
import { benchHere } from './in-process.ts';
import { smallMatrix } from './matrices.ts';

/** Special files in a run folder: each command says what lies there, ends with 2 or 3, and neither waits nor reads without end. */
const test = suite('cli/odd-run-folder');

/** A command that is given one does not come back for hours, if ever: this is for it to be told from a slow machine. */
const LIMIT_SECONDS = 120;

type Put = (path: string) => Promise<void>;

const pipe: Put = async (path) => void execFileSync('mkfifo', [path]);
const endless: Put = (path) => symlink('/dev/zero', path);
const circle: Put = (path) => symlink(path, path);
const inside: Put = async (path) => void (await mkdir(path));
const ODD: Readonly<Record<string, Put>> = { pipe, endless, circle, inside };

const READ: readonly (readonly [file: string, command: string, odd: readonly Put[]])[] = [
  ['matrix.resolved.json', 'judge', [pipe, endless, circle, inside]],
  ['matrix.resolved.json', 'run --resume', [pipe, endless]],
  ['model.yml', 'run --resume', [pipe]],
  ['results.json', 'report', [pipe, endless, inside]],
  ['journal.jsonl', 'judge', [pipe, endless, inside]],
  ['run.lock', 'run --resume', [pipe, endless, circle, inside]],
];

test('what is no regular file is named, and nothing waits for it', async () => {
  await inFolder(async (folder) => {
    const run = await measured(folder);
    for (const [file, command, odd] of READ) {
      for (const put of odd) {
        const copy = folder.file('copy');
        await cp(run, copy, { recursive: true });
        await rm(`${copy}/${file}`, { force: true });
        await put(`${copy}/${file}`);
        const title = `${command}: ${file}: ${put.name}`;
        const { code, stderr } = await benchHere([...command.split(' '), copy]);
        assert.ok(code === 2 || code === 3, `${title}: ${code} ${stderr}`);
        assert.not.match(stderr, /defect of bench|fault of bench|\n\s+at /, title);
        assert.ok(stderr.includes(file) || stderr.includes('is not the folder of a run'), `${title}: ${stderr}`);
        await rm(copy, { recursive: true });
      }
    }
  });
});

test('a program of its own ends, too', async () => {
  await inFolder(async (folder) => {
    const run = await measured(folder);
    for (const file of ['run.lock', 'matrix.resolved.json']) {
      await rm(`${run}/${file}`, { force: true });
      execFileSync('mkfifo', [`${run}/${file}`]);
      const { code, stderr } = await bench(['run', '--resume', run], { limitSeconds: LIMIT_SECONDS });
      assert.ok(code === 2 || code === 3, stderr);
      assert.match(stderr, /is a named pipe, not a regular file/);
      await rm(`${run}/${file}`);
    }
  });
});

test('what is written takes the place of what lies there', async () => {
  await inFolder(async (folder) => {
    const run = await measured(folder);
    for (const [what, put] of Object.entries(ODD)) {
      for (const file of ['results.json', 'cells.csv']) {
        await rm(`${run}/${file}`, { force: true });
        await put(`${run}/${file}`);
      }
      const { code, stderr } = await benchHere(['judge', run]);
      assert.is(code, 0, `${what}: ${stderr}`);
      assert.ok(lstatSync(`${run}/results.json`).isFile(), what);
    }
    assert.match(await readFile(`${run}/results.json`, 'utf8'), /"cells"/);
  });
});

async function measured(folder: Folder): Promise<string> {
  const run = folder.file('run');
  const { code, stderr } = await bench(['run', await smallMatrix(folder), '-q', '--out', run]);
  assert.is(code, 0, stderr);
  return run;
}

test.run();
