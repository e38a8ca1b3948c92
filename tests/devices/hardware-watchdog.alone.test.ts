/** The hardware watchdog on a stand-in, a plain file that keeps what is written: a NUL is a ping, a V disarms. No real watchdog is touched. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { armHardwareWatchdog } from '../../harness/devices/hardware-watchdog.ts';
import { machineAt } from '../../harness/devices/machine.ts';
import { NoVerdictError, type BenchError } from '../../harness/model/errors.ts';
import { refusalOf } from '../refusal.ts';
import { until } from '../until.ts';

const test = suite('hardware watchdog');
const folder = mkdtempSync(join(tmpdir(), 'bench-watchdog-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));
let counter = 0;

function standIn(): string {
  counter += 1;
  const path = join(folder, `watchdog-${counter}`);
  writeFileSync(path, '');
  return path;
}

interface Started {
  readonly child: ChildProcess;
  readonly gone: Promise<readonly [number | null, NodeJS.Signals | null]>;
  /** What it has said so far. */
  readonly said: () => string;
}

async function started(path: string, way: string): Promise<Started> {
  const program = join(import.meta.dirname, '../fixtures/devices/arm-watchdog.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program, path, way], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('exit', (code, signal) => resolve([code, signal]));
  });
  let said = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await until('armed', () => said.includes('armed'));
  return { child, gone, said: () => said };
}

/** Files that a process has open. One that it closes while we look is none of them. */
function openFiles(pid: number | undefined): readonly string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });
}

const written = (path: string): string => readFileSync(path, 'latin1');

for (const [way, code] of [
  ['close', 0],
  ['return', 0],
  ['exit', 3],
  ['throw', 1],
  ['reject', 1],
] as const) {
  test(`an end by ${way} disarms it, once, as the last thing`, async () => {
    const path = standIn();
    const { gone } = await started(path, way);
    assert.equal(await gone, [code, null]);
    assert.match(written(path), /^\0+V$/);
  });
}

test('SIGQUIT disarms it and still ends the process as SIGQUIT does', async () => {
  const path = standIn();
  const { child, gone } = await started(path, 'wait');
  child.kill('SIGQUIT');
  assert.equal(await gone, [null, 'SIGQUIT']);
  assert.match(written(path), /^\0+V$/);
});

test('SIGKILL leaves it armed', async () => {
  const path = standIn();
  const { child, gone } = await started(path, 'wait');
  await until('three pings', () => written(path).length >= 3);
  child.kill('SIGKILL');
  assert.equal(await gone, [null, 'SIGKILL']);
  assert.match(written(path), /^\0+$/);
});

test('a harness that is stuck does not ping, though its process lives', async () => {
  const path = standIn();
  const { child, gone, said } = await started(path, 'freeze');
  await until('a ping after the first', () => written(path).length >= 2);
  // These are its loop's last words. The pings are 1 s apart.
  await until('frozen', () => said().includes('frozen'));
  const before = written(path);
  await sleep(3000);
  assert.is(written(path), before);
  assert.is(child.exitCode, null);
  child.kill('SIGKILL');
  await gone;
  assert.not.match(written(path), /V/);
});

test('Ctrl-Z does not stop a harness that must ping', async () => {
  const path = standIn();
  const { child, gone } = await started(path, 'wait');
  child.kill('SIGTSTP');
  const before = written(path).length;
  await until('more pings', () => written(path).length > before + 1);
  child.kill('SIGQUIT');
  await gone;
});

test('children do not inherit it: closing would not disarm it while one of them lived', async () => {
  const path = standIn();
  const watchdog = await armHardwareWatchdog(path, machineAt('/'));
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  try {
    await once(child, 'spawn');
    await until(
      'sleep runs',
      () =>
        readlinkSync(`/proc/${child.pid}/exe`).includes('sleep') ||
        readlinkSync(`/proc/${child.pid}/exe`).includes('coreutils'),
    );
    const open = openFiles(child.pid);
    assert.not.ok(open.includes(path), open.join());
  } finally {
    watchdog?.close();
    child.kill('SIGKILL');
  }
  watchdog?.close();
  assert.is(written(path).replaceAll('\0', ''), 'V', 'closing twice writes once');
});

test('nothing is opened unless the matrix asks', async () => {
  assert.is(await armHardwareWatchdog(undefined, machineAt('/')), null);
  assert.is(await armHardwareWatchdog(false, machineAt('/')), null);
});

function refusal(path: boolean | string, root = '/', readLimitMs = 2000): Promise<BenchError> {
  return refusalOf(armHardwareWatchdog(path, machineAt(root, readLimitMs)).then((armed) => armed?.close()));
}

test('an absent device is refused with what to do, and no file is made in its place', async () => {
  const path = join(folder, 'absent');
  const error = await refusal(path);
  assert.instance(error, NoVerdictError);
  assert.equal([error.code, error.exitCode], ['hardware-watchdog', 3]);
  assert.match(`${error.message} ${error.next}`, /absent is absent.*driver.*softdog.*out of the matrix/s);
  assert.not.ok(existsSync(path));
});

test('a watchdog that cannot be disarmed is never opened', async () => {
  const root = join(folder, 'nowayout');
  mkdirSync(join(root, 'sys/class/watchdog/watchdog7'), { recursive: true });
  for (const [name, value] of [
    ['identity', 'iTCO_wdt'],
    ['timeout', '30'],
    ['nowayout', '1'],
  ] as const) {
    writeFileSync(join(root, 'sys/class/watchdog/watchdog7', name), `${value}\n`);
  }
  const error = await refusal('/dev/watchdog7', root);
  assert.match(error.message, /\/dev\/watchdog7 \(iTCO_wdt\) cannot be disarmed.*nowayout/);
});

test('a watchdog whose driver does not answer is never opened', async () => {
  const root = join(folder, 'silent');
  mkdirSync(join(root, 'sys/class/watchdog/watchdog7'), { recursive: true });
  execFileSync('mkfifo', [join(root, 'sys/class/watchdog/watchdog7/nowayout')]);
  const error = await refusal('/dev/watchdog7', root, 300);
  assert.match(error.message, /the driver of \/dev\/watchdog7 does not say whether it can be disarmed/);
});

test('a stand-in is called one: a path that is no device must not pass for a guard', async () => {
  const watchdog = await armHardwareWatchdog(standIn(), machineAt('/'));
  assert.match(watchdog?.notice ?? '', /is no watchdog device.*nothing restarts/);
  watchdog?.close();
});

test.run();
