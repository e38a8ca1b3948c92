/**
 * One run at a time on a real card, whoever starts it: two would hang each other and both be blamed on the card.
 * The locks lie in a folder that all users may write. There nobody can remove another's file, not even a stale one, so every
 * user has a file of his own for a card: it is written first, and then the files of the others are looked at.
 */
import { lstatSync, readdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { messageOf, NoVerdictError } from '../model/errors.ts';
import type { DeviceInfo } from '../model/events.ts';
import { MAKERS } from '../model/makers.ts';
import { holdingOf, type LockHolder } from '../machine/lock/holder.ts';
import { takeLock, type LockFile } from '../machine/lock/lock.ts';

/** Everyone may write here, and nobody may remove what is another's. */
const SHARED = 0o1777;
const FOLDERS = ['/run/lock', '/tmp', '/var/tmp'];

/**
 * Takes the card for `run`. null for the CPU and simulated cards, which need no lock.
 * NoVerdictError `device-busy` names the holder; `device-lock` when the lock's folder cannot be used.
 */
export function lockDevice(device: DeviceInfo, run: string, folder: string = lockFolder()): LockFile | null {
  if (MAKERS[device.kind].nature !== 'card') return null;
  const stem = `bench-device-${device.kind}-${device.pciAddress ?? 'first'}`.replaceAll(/[^A-Za-z0-9.-]/g, '_');
  const path = join(folder, `${stem}.${userInfo().uid}.lock`);
  const result = usable(folder, () => takeLock(path, run));
  if (result.kind === 'unreadable') {
    throw new NoVerdictError('device-lock', `${path}: ${result.problem}`, 'if no bench uses the card, delete the file');
  }
  if (result.kind === 'held') throw busy(device, result.by, result.otherHost, path);
  try {
    refuseOthers(device, folder, stem, path);
    return result.lock;
  } catch (error) {
    result.lock.release();
    throw error;
  }
}

/** The same folder for every user of this machine: the first that is open to all of them. */
export function lockFolder(candidates: readonly string[] = FOLDERS): string {
  const found = candidates.find(isShared);
  if (found !== undefined) return found;
  throw new NoVerdictError(
    'device-lock',
    `none of ${candidates.join(', ')} is open to all users`,
    'give /tmp its usual mode: sudo chmod 1777 /tmp',
  );
}

function isShared(path: string): boolean {
  const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
  return (mode & SHARED) === SHARED;
}

/** Two users who start at the same moment see each other and both give way: none may measure beside the other. */
function refuseOthers(device: DeviceInfo, folder: string, stem: string, own: string): void {
  for (const name of usable(folder, () => readdirSync(folder))) {
    const path = join(folder, name);
    if (path === own || !name.startsWith(`${stem}.`) || !belongs(path, name.slice(stem.length))) continue;
    // A file that its owner has just removed, or that says nothing, is no lock of a bench.
    const found = usable(folder, () => holdingOf(path));
    if (found.kind === 'held') throw busy(device, found.by, found.otherHost, path);
  }
}

/** Whether the file is a lock and its owner the user whom its name tells: nobody may lock a card in another's name. */
function belongs(path: string, rest: string): boolean {
  const owner = /^\.(\d+)\.lock$/.exec(rest)?.[1];
  const found = lstatSync(path, { throwIfNoEntry: false });
  return owner !== undefined && found?.isFile() === true && found.uid === Number(owner);
}

function busy(
  device: DeviceInfo,
  { pid, host, run, folder, since }: LockHolder,
  otherHost: boolean,
  path: string,
): NoVerdictError {
  const where = device.pciAddress === null ? '' : ` at ${device.pciAddress}`;
  const facts = [
    `process ${pid}${otherHost ? ` on ${host}` : ''}`,
    ...(folder === undefined ? [] : [folder]),
    ...(since === undefined ? [] : [`since ${since}`]),
  ];
  return new NoVerdictError(
    'device-busy',
    `${device.name}${where} is in use by run ${run} (${facts.join(', ')})`,
    otherHost
      ? `wait for it; if it is gone for certain, delete ${path}`
      : `wait for it, or end it with: kill -INT ${pid}; its results are kept`,
  );
}

function usable<T>(folder: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw new NoVerdictError(
      'device-lock',
      `cannot lock the card in ${folder}: ${messageOf(error)}`,
      `make the folder writable to all users: sudo chmod 1777 ${folder}`,
      { cause: error },
    );
  }
}
