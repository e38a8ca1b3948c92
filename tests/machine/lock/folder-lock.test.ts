import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lockFolder, tryLockFolder } from '../../../harness/machine/lock/folder-lock.ts';
import type { Lock } from '../../../harness/machine/lock/lock.ts';
import { takePulse } from '../../../harness/machine/lock/pulse.ts';

const test = suite('the lock of a build folder');
const never = new AbortController().signal;

async function take(folder: string, signal = never, onWait = (): void => undefined): Promise<Lock> {
  const lock = await lockFolder(folder, signal, onWait);
  if (lock === null) throw new Error('the lock was not given');
  return lock;
}

test('the second waits for the first, and is told so once', async () => {
  const folder = `/lock-test/${process.pid}/a`;
  const first = await take(folder);
  let waits = 0;
  let given = false;
  const second = take(folder, never, () => {
    waits += 1;
  }).then((lock) => {
    given = true;
    return lock;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.is(given, false);
  first.release();
  (await second).release();
  assert.is(waits, 1);
});

test('other folders are not held', async () => {
  const first = await take(`/lock-test/${process.pid}/b`);
  (await take(`/lock-test/${process.pid}/c`)).release();
  first.release();
});

test('an interrupted wait gives nothing and holds nothing', async () => {
  const folder = `/lock-test/${process.pid}/d`;
  const first = await take(folder);
  const controller = new AbortController();
  const second = lockFolder(folder, controller.signal, () => controller.abort());
  assert.is(await second, null);
  first.release();
  (await take(folder)).release();
});

test('a holder that is killed leaves no lock behind', async () => {
  const folder = `/lock-test/${process.pid}/e`;
  const holder = spawn(process.execPath, [
    '--import',
    'tsx',
    join(import.meta.dirname, '..', '..', 'fixtures', 'environments', 'lock-holder.ts'),
    folder,
  ]);
  await once(holder.stdout, 'data');
  let waited = false;
  const lock = take(folder, never, () => {
    waited = true;
    holder.kill('SIGKILL');
  });
  (await lock).release();
  assert.ok(waited, 'the holder did not hold it');
});

test('a builder in another container or machine holds the folder while it gives signs of life, and not for ever', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-lock-')), 'key');
  // It gives no further sign of life by itself: those of this test are the only ones.
  const elsewhere = await takePulse(folder, 'another-boot/net:[1]', 3600);
  assert.is(await tryLockFolder(folder), null);
  const file = `${folder}.building`;
  utimesSync(file, new Date(), new Date(Date.now() - 61_000));
  const lock = await tryLockFolder(folder);
  assert.ok(lock !== null, 'a builder that died elsewhere holds the folder');
  assert.is(await takePulse(folder, 'another-boot/net:[1]'), null);
  elsewhere?.release();
  assert.ok(existsSync(file), 'who was given up removed the sign of its heir');
  lock?.release();
  assert.not.ok(existsSync(file));
  (await take(folder)).release();
  rmSync(dirname(folder), { recursive: true });
});

test('of all who find a dead builder at once one takes its place, and one who comes to it late does not', async () => {
  for (let round = 0; round < 20; round += 1) {
    const folder = join(mkdtempSync(join(tmpdir(), 'bench-lock-')), 'key');
    const dead = await takePulse(folder, 'boot/net:[0]', 3600);
    utimesSync(`${folder}.building`, new Date(), new Date(Date.now() - 61_000));
    const taken = await Promise.all(
      Array.from({ length: 8 }, (_, number) => takePulse(folder, `boot/net:[${number + 1}]`)),
    );
    assert.is(taken.filter((pulse) => pulse !== null).length, 1);
    for (const pulse of [dead, ...taken]) pulse?.release();
    assert.equal(readdirSync(dirname(folder)), []);
    rmSync(dirname(folder), { recursive: true });
  }
});

test("who was killed while it took a dead builder's place holds nobody up", async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-lock-')), 'key');
  const dead = await takePulse(folder, 'boot/net:[0]', 3600);
  const long = new Date(Date.now() - 61_000);
  utimesSync(`${folder}.building`, long, long);
  const left = readFileSync(`${folder}.building`, 'utf8');
  const right = `${folder}.building.${createHash('sha256').update(left).digest('hex').slice(0, 16)}`;
  writeFileSync(right, 'of one that was killed');
  assert.is(await takePulse(folder, 'boot/net:[1]'), null, 'it may be about to');
  utimesSync(right, long, long);
  assert.is(await takePulse(folder, 'boot/net:[1]'), null);
  const heir = await takePulse(folder, 'boot/net:[1]');
  assert.ok(heir !== null);
  for (const pulse of [dead, heir]) pulse?.release();
  assert.equal(readdirSync(dirname(folder)), []);
  rmSync(dirname(folder), { recursive: true });
});

test('a builder of this machine that was killed is not waited for', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'bench-lock-')), 'key');
  const holder = spawn(process.execPath, [
    '--import',
    'tsx',
    join(import.meta.dirname, '..', '..', 'fixtures', 'environments', 'lock-holder.ts'),
    folder,
  ]);
  await once(holder.stdout, 'data');
  assert.ok(existsSync(`${folder}.building`));
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  const lock = await tryLockFolder(folder);
  assert.ok(lock !== null);
  lock?.release();
  rmSync(dirname(folder), { recursive: true });
});

test.run();
