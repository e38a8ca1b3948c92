import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { lockDevice, lockFolder } from '../../harness/devices/device-lock.ts';
import { NoVerdictError } from '../../harness/errors.ts';
import type { DeviceInfo } from '../../harness/journal/events.ts';

const test = suite('device lock');
let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'bench-device-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));
const device = (kind: DeviceInfo['kind'], pciAddress: string | null): DeviceInfo => ({ kind, name: 'a card', target: null, pciAddress, simulation: null });

test('a card serves one run at a time, and the refusal names it', () => {
  const lock = lockDevice(device('rocm', '0000:03:00.0'), 'run-a', folder);
  assert.equal(readdirSync(folder), ['device-rocm-0000_03_00.0.lock']);
  assert.throws(
    () => lockDevice(device('rocm', '0000:03:00.0'), 'run-b', folder),
    (error: unknown) => error instanceof NoVerdictError && error.code === 'device-busy' && error.message.includes('run-a') && error.message.includes(String(process.pid)),
  );
  lock?.release();
  lockDevice(device('rocm', '0000:03:00.0'), 'run-b', folder)?.release();
});

test('two cards do not keep each other', () => {
  const locks = [lockDevice(device('rocm', '0000:03:00.0'), 'a', folder), lockDevice(device('rocm', '0000:0a:00.0'), 'b', folder), lockDevice(device('cuda', null), 'c', folder)];
  assert.is(new Set(locks.map((lock) => lock?.path)).size, 3);
});

test('the CPU and simulated cards need no lock', () => {
  assert.is(lockDevice(device('cpu', null), 'a', folder), null);
  assert.is(lockDevice(device('simulated', null), 'a', folder), null);
  assert.equal(readdirSync(folder), []);
});

test('locks lie with the user', () => {
  assert.is(lockFolder({ XDG_RUNTIME_DIR: '/run/user/1000' }), '/run/user/1000');
  assert.is(lockFolder({}), `/tmp/bench-${userInfo().uid}`);
});

test('a folder that cannot be used is told', () => {
  assert.throws(
    () => lockDevice(device('rocm', null), 'a', '/proc/none'),
    (error: unknown) => error instanceof NoVerdictError && error.code === 'device-lock',
  );
});

test.run();
