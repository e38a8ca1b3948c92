/** One run at a time on a real card: two would hang each other and both be blamed on the card. */
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { NoVerdictError } from '../errors.ts';
import type { DeviceInfo } from '../journal/events.ts';
import { takeLock, type Lock } from '../journal/lock.ts';

/**
 * Takes the card for `run`. null for the CPU and simulated cards, which need no lock.
 * NoVerdictError `device-busy` names the holder; `device-lock` when the lock's folder cannot be used.
 */
export function lockDevice(device: DeviceInfo, run: string, folder: string = lockFolder(process.env)): Lock | null {
  if (device.kind === 'cpu' || device.kind === 'simulated') return null;
  const key = `${device.kind}-${device.pciAddress ?? 'first'}`.replaceAll(/[^A-Za-z0-9.-]/g, '_');
  const path = join(folder, `device-${key}.lock`);
  const result = attempt(folder, path, run);
  if (result.kind === 'taken') return result.lock;
  if (result.kind === 'unreadable') {
    throw new NoVerdictError('device-lock', `${path}: ${result.problem}`, 'if no bench uses the card, delete the file');
  }
  const { pid, host, run: holder } = result.by;
  throw new NoVerdictError(
    'device-busy',
    `${device.name} is in use by run ${holder} (process ${pid}${result.otherHost ? ` on ${host}` : ''})`,
    result.otherHost ? `wait for it; if it is gone for certain, delete ${path}` : `wait for it, or end it with: kill -INT ${pid}`,
  );
}

/** $XDG_RUNTIME_DIR, which is the user's own, or a folder of the user's in /tmp. */
export function lockFolder(env: Readonly<NodeJS.ProcessEnv>): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  return runtime === undefined || runtime === '' ? `/tmp/bench-${userInfo().uid}` : runtime;
}

function attempt(folder: string, path: string, run: string): ReturnType<typeof takeLock> {
  try {
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
    const { uid } = lstatSync(folder);
    if (uid !== userInfo().uid) throw new Error(`it belongs to user ${uid}`);
    return takeLock(path, run);
  } catch (error) {
    throw new NoVerdictError(
      'device-lock',
      `cannot lock the card in ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      'set XDG_RUNTIME_DIR to a folder of your own',
      { cause: error },
    );
  }
}
