import { execFileSync } from 'node:child_process';
import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeAtomically } from '../../../harness/machine/files/atomic-file.ts';
import { isInUse, using } from '../../../harness/machine/files/in-use.ts';
import {
  OddFile,
  appendOwn,
  openOwn,
  readOwn,
  readOwnSync,
  sizeOfOwn,
} from '../../../harness/machine/files/own-file.ts';
import { holdFolder, makeOwnFolder } from '../../../harness/machine/files/own-folder.ts';

/** Whatever lies in the place of a file of ours is refused or replaced: nothing waits for it, follows it or reads it without end. */
const test = suite('own files');
let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-own-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

const ODD: Readonly<Record<string, (path: string) => void>> = {
  'a named pipe': (path) => void execFileSync('mkfifo', [path]),
  'a link': (path) => {
    writeFileSync(`${path}.victim`, 'mine');
    symlinkSync(`${path}.victim`, path);
  },
  'a folder': (path) => void mkdirSync(path),
};

for (const [what, put] of Object.entries(ODD)) {
  test(`${what} is not read, appended to or changed`, async () => {
    const path = join(folder, 'stdout');
    put(path);
    const said = `${path} is ${what}, not a regular file`;
    assert.throws(
      () => readOwnSync(path, 100),
      (error: unknown) => error instanceof OddFile && error.message === said,
    );
    for (const access of ['read', 'append', 'change'] as const)
      assert.is(await openOwn(path, access).then(String, (error: Error) => error.message), said);
    assert.is(await appendOwn(path, 'x').then(String, (error: Error) => error.message), said);
    assert.is(await sizeOfOwn(path), 0);
  });

  test(`${what} makes room for a file that is written whole`, async () => {
    const path = join(folder, 'evidence.json');
    put(path);
    await writeAtomically(path, 'ours');
    assert.ok(lstatSync(path).isFile());
    assert.is(readFileSync(path, 'utf8'), 'ours');
    if (what === 'a link') assert.is(readFileSync(`${path}.victim`, 'utf8'), 'mine');
    if (what === 'a folder') assert.ok(lstatSync(`${path}.in-the-way-1`).isDirectory());
  });

  test(`${what} makes room for a folder, unless it is one`, async () => {
    put(join(folder, 'a'));
    const made = await makeOwnFolder(folder, 'a');
    assert.ok(lstatSync(made).isDirectory());
    assert.is(
      readdirSync(folder).some((name) => name.includes('in-the-way')),
      what !== 'a folder',
    );
  });
}

test('a link to itself and one to a device without end are links', () => {
  const path = join(folder, 'run.lock');
  symlinkSync(path, path);
  assert.throws(() => readOwnSync(path, 100), /is a link/);
  rmSync(path);
  symlinkSync('/dev/zero', path);
  assert.throws(() => readOwnSync(path, 100), /is a link/);
  assert.throws(() => readOwnSync('/dev/zero', 100), /is a device/);
});

test('a file of two names is read, and not changed', async () => {
  const path = join(folder, 'stdout');
  writeFileSync(join(folder, 'victim'), 'mine');
  linkSync(join(folder, 'victim'), path);
  assert.is(await readOwn(path, 100), 'mine');
  assert.match(await openOwn(path, 'change').then(String, String), /another name/);
});

test('more than was asked for is not read', async () => {
  const path = join(folder, 'long');
  writeFileSync(path, 'x'.repeat(101));
  assert.is((await readOwn(path, 101)).length, 101);
  assert.match(await readOwn(path, 100).then(String, String), /read at most/);
  assert.throws(() => readOwnSync(path, 100), /read at most/);
});

test('a folder that is held stays the same, whatever its path becomes', async () => {
  const place = join(folder, 'evidence');
  const victim = join(folder, 'victim');
  mkdirSync(place);
  mkdirSync(victim);
  const held = await holdFolder(place);
  renameSync(place, join(folder, 'moved'));
  symlinkSync(victim, place);
  await writeAtomically(join(held.path, 'evidence.json'), 'ours');
  assert.equal(readdirSync(victim), []);
  assert.is(readFileSync(join(folder, 'moved', 'evidence.json'), 'utf8'), 'ours');
  held.release();
});

test('a folder counts as in use until the last that writes into it is through', async () => {
  const ends: (() => void)[] = [];
  const write = () => using('/f/a', () => new Promise<void>((resolve) => void ends.push(resolve)));
  const writes = [write(), write()];
  assert.ok(isInUse('/f'));
  ends[0]?.();
  await writes[0];
  assert.ok(isInUse('/f'));
  ends[1]?.();
  await writes[1];
  assert.not(isInUse('/f'));
});

test.run();
