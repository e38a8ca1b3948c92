import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ownHolder } from '../../harness/machine/lock/holder.ts';
import { lockDevice, lockFolder } from '../../harness/devices/device-lock.ts';
import { NoVerdictError, type BenchError } from '../../harness/model/errors.ts';
import type { DeviceInfo } from '../../harness/model/events.ts';
import { refusalBy } from '../refusal.ts';

const test = suite('device lock');
const uid = userInfo().uid;
const ADDRESS = '0000:03:00.0';
const FILE = `bench-device-rocm-0000_03_00.0.${uid}.lock`;
let folder = '';
const children: ChildProcess[] = [];
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-device-'));
  chmodSync(folder, 0o1777);
});
test.after.each(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
const device = (kind: DeviceInfo['kind'], pciAddress: string | null): DeviceInfo => ({
  kind,
  name: 'a card',
  target: null,
  pciAddress,
  simulation: null,
});

/** Starts another process that takes the lock; returns its first line. */
async function otherProcess(
  run: string,
  options: { readonly uid?: number; readonly gid?: number } = {},
): Promise<{ readonly child: ChildProcess; readonly said: string }> {
  const program = join(import.meta.dirname, '../fixtures/devices/hold-device.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder, run], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    ...options,
  });
  children.push(child);
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  while (!said.includes('\n'))
    await Promise.race([
      child.stdout === null ? Promise.reject(new Error('no output')) : once(child.stdout, 'data'),
      once(child, 'exit'),
    ]);
  return { child, said: said.trim() };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

function refusal(run = 'run-b'): BenchError {
  const error = refusalBy(() => lockDevice(device('rocm', ADDRESS), run, folder)?.release());
  assert.instance(error, NoVerdictError);
  return error;
}

test('a card serves one run at a time; the refusal says who holds it, where, since when, and what to do', () => {
  const before = new Date().toISOString();
  const lock = lockDevice(device('rocm', ADDRESS), 'run-a', folder);
  const after = new Date().toISOString();
  lock?.tell('run-a', '/home/someone/runs/run-a');
  assert.equal(readdirSync(folder), [FILE]);
  const { code, message, next } = refusal();
  assert.is(code, 'device-busy');
  for (const word of ['run-a', `process ${process.pid}`, '/home/someone/runs/run-a', ADDRESS])
    assert.ok(message.includes(word), `${word} in ${message}`);
  const since = /since (\d{4}-\d\d-\d\dT[\d:.]+Z)/.exec(message)?.[1] ?? '';
  assert.ok(since >= before && since <= after, `${since} in ${message}`);
  assert.ok(next.includes(`kill -INT ${process.pid}`));
  lock?.release();
  lockDevice(device('rocm', ADDRESS), 'run-b', folder)?.release();
  assert.equal(readdirSync(folder), []);
});

test('two cards do not keep each other', () => {
  const locks = [
    lockDevice(device('rocm', ADDRESS), 'a', folder),
    lockDevice(device('rocm', '0000:0a:00.0'), 'b', folder),
    lockDevice(device('cuda', null), 'c', folder),
  ];
  assert.is(new Set(locks.map((lock) => lock?.path)).size, 3);
});

test('the CPU and simulated cards need no lock', () => {
  assert.is(lockDevice(device('cpu', null), 'a', folder), null);
  assert.is(lockDevice(device('simulated', null), 'a', folder), null);
  assert.equal(readdirSync(folder), []);
});

test('two processes: the second is refused; after SIGKILL of the first the card is free at once', async () => {
  const first = await otherProcess('first');
  assert.is(first.said, 'taken');
  const second = await otherProcess('second');
  assert.match(second.said, new RegExp(`^device-busy: .*run first \\(process ${first.child.pid}, /runs/first, since `));
  assert.is(refusal().code, 'device-busy');
  await end(first.child, 'SIGKILL');
  assert.equal(readdirSync(folder), [FILE], 'what it left is stale');
  const third = await otherProcess('third');
  assert.is(third.said, 'taken');
  await end(third.child, 'SIGKILL');
});

test('a pid that belongs to another process by now does not keep the card', async () => {
  const first = await otherProcess('first');
  const path = join(folder, FILE);
  const held: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof held !== 'object' || held === null) throw new Error('no lock');
  await end(first.child, 'SIGKILL');
  // This process lives, but began at another time than the one that took the lock.
  writeFileSync(path, JSON.stringify({ ...held, pid: process.pid }));
  lockDevice(device('rocm', ADDRESS), 'next', folder)?.release();
  writeFileSync(path, JSON.stringify({ ...held, bootId: 'an earlier boot' }));
  lockDevice(device('rocm', ADDRESS), 'next', folder)?.release();
});

test('every user may read the lock, whatever the umask', () => {
  const before = process.umask(0o077);
  try {
    const lock = lockDevice(device('rocm', ADDRESS), 'run-a', folder);
    assert.is(statSync(join(folder, FILE)).mode & 0o777, 0o644);
    lock?.tell('run-a', '/runs/run-a');
    assert.is(statSync(join(folder, FILE)).mode & 0o777, 0o644);
    lock?.release();
  } finally {
    process.umask(before);
  }
});

test('a lock of another name, a damaged one and a half-written one of others do not keep the card; a damaged one of our own is told', () => {
  writeFileSync(join(folder, 'bench-device-rocm-0000_03_00.0.note.lock'), '{}');
  writeFileSync(join(folder, 'bench-device-rocm-0000_03_00.0.lock'), '{}');
  lockDevice(device('rocm', ADDRESS), 'a', folder)?.release();
  writeFileSync(join(folder, FILE), '{"pid":');
  assert.match(refusal().message, /does not name a process/);
});

/** What is told of files that do not hold the card, which is then free. */
function passedOver(): readonly string[] {
  const lock = lockDevice(device('rocm', ADDRESS), 'ours', folder);
  lock?.release();
  return lock?.passedOver ?? ['no lock'];
}

if (uid === 0) {
  const NOBODY = 65_534;
  const others = `bench-device-rocm-0000_03_00.0.${NOBODY}.lock`;

  test('another user who holds the card is seen; what he left is stale, though we may not remove it', async () => {
    const first = await otherProcess('theirs', { uid: NOBODY, gid: NOBODY });
    assert.is(first.said, 'taken');
    assert.match(refusal().message, /in use by run theirs/);
    assert.equal(readdirSync(folder), [others], 'a refused run leaves nothing');
    await end(first.child, 'SIGKILL');
    const ours = lockDevice(device('rocm', ADDRESS), 'ours', folder);
    assert.equal(readdirSync(folder).toSorted(), [FILE, others]);
    const second = await otherProcess('theirs', { uid: NOBODY, gid: NOBODY });
    assert.match(second.said, /^device-busy: .*run ours/, 'and the other way round, over his own stale file');
    ours?.release();
  });

  test("nobody locks a card in another user's name", async () => {
    const first = await otherProcess('theirs', { uid: NOBODY, gid: NOBODY });
    assert.is(first.said, 'taken');
    chownSync(join(folder, others), NOBODY - 1, NOBODY - 1);
    lockDevice(device('rocm', ADDRESS), 'ours', folder)?.release();
    const renamed = `bench-device-rocm-0000_03_00.0.${NOBODY - 1}.lock`;
    renameSync(join(folder, others), join(folder, renamed));
    assert.match(passedOver().join(), /not that user's/, 'nor by a process that is not his');
    chownSync(join(folder, renamed), NOBODY, NOBODY);
    renameSync(join(folder, renamed), join(folder, others));
    assert.is(refusal().code, 'device-busy', "the same file under its holder's name counts");
  });

  /** As a user would write it who wants the card for ever. */
  function planted(name: string, holder: Readonly<Record<string, unknown>>, mode = 0o644): void {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ ...ownHolder('for ever'), ...holder }));
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, mode);
  }

  for (const [what, holder, told] of [
    ['names a process that is not his', {}, /names process \d+, which is not that user's/],
    [
      'is of a container that cannot be seen',
      { host: 'elsewhere', pid: 4_000_000 },
      /on elsewhere, which cannot be seen/,
    ],
  ] as const) {
    test(`a lock of another user that ${what} is told and passed over`, () => {
      planted(others, holder);
      assert.match(passedOver().join(), told);
      assert.equal(readdirSync(folder), [others], 'and ours is given back');
    });
  }

  test('a lock from another boot holds nothing, of whatever host', () => {
    planted(others, { host: 'elsewhere', bootId: 'an earlier boot' });
    assert.equal(passedOver(), []);
    planted(FILE, { host: 'elsewhere', bootId: 'an earlier boot' });
    chownSync(join(folder, FILE), uid, uid);
    assert.equal(passedOver(), []);
  });

  for (const name of [FILE, `${FILE}.taking`]) {
    test(`a file of another user at our own name (${name === FILE ? 'lock' : 'guard'}) is told, and the next name is taken`, async () => {
      planted(name, { pid: 1 });
      const lock = lockDevice(device('rocm', ADDRESS), 'ours', folder);
      assert.match(lock?.passedOver.join() ?? '', /was put there by another user/);
      const other = await otherProcess('second');
      assert.match(other.said, /^device-busy: .*run ours/, 'a second run of ours sees the first');
      rmSync(join(folder, name));
      const third = await otherProcess('third');
      assert.match(third.said, /^device-busy: .*run ours/, 'also when the first name is free again');
      const theirs = await otherProcess('theirs', { uid: NOBODY, gid: NOBODY });
      assert.match(theirs.said, /^device-busy: .*run ours/, 'and so does another user');
      lock?.release();
    });
  }
} else console.log('not root: the tests of locks between users were left out');

test('all users lock in the same folder: the first that is open to all of them', () => {
  const closed = join(folder, 'closed');
  const shared = join(folder, 'shared');
  mkdirSync(closed, { mode: 0o755 });
  mkdirSync(shared);
  chmodSync(shared, 0o1777);
  assert.is(lockFolder([join(folder, 'absent'), closed, shared]), shared);
  assert.throws(
    () => lockFolder([closed]),
    (error: unknown) => error instanceof NoVerdictError && error.code === 'device-lock',
  );
  assert.ok(['/run/lock', '/tmp', '/var/tmp'].includes(lockFolder()));
});

test('a folder that cannot be used is told', () => {
  assert.throws(
    () => lockDevice(device('rocm', null), 'a', '/proc/none'),
    (error: unknown) => error instanceof NoVerdictError && error.code === 'device-lock',
  );
});

test.run();
