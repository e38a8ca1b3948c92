/**
 * One run at a time on a real card, whoever starts it: two would hang each other and both be blamed on the card.
 * The locks lie in a folder that all users may write. There nobody can remove another's file, not even a stale one, so every
 * user has a file of his own for a card: it is written first, and then the files of the others are looked at. Another's file holds the card
 * only while a process of his that can be seen has it.
 */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { messageOf, NoVerdictError } from '../model/errors.ts';
import type { DeviceInfo } from '../model/events.ts';
import { MAKERS } from '../model/makers.ts';
import { holdingOf, type Holding, type LockHolder } from '../machine/lock/holder.ts';
import { takeLock, type LockFile } from '../machine/lock/lock.ts';

/** Everyone may write here, and nobody may remove what is another's. */
const SHARED = 0o1777;
const FOLDERS = ['/run/lock', '/tmp', '/var/tmp'];

/** Names of our own that others may have put files at; who fills them all keeps the card from us, and is told. */
const MOST_NAMES = 100;

export interface DeviceLock extends LockFile {
  /** Files that look like locks and hold nothing up, each with the reason, for people. */
  readonly passedOver: readonly string[];
}

/**
 * Takes the card for `run`. null for the CPU and simulated cards, which need no lock.
 * NoVerdictError `device-busy` names the holder; `device-lock` when the lock's folder cannot be used.
 */
export function lockDevice(device: DeviceInfo, run: string, folder: string = lockFolder()): DeviceLock | null {
  if (MAKERS[device.kind].nature !== 'card') return null;
  const stem = `bench-device-${device.kind}-${device.pciAddress ?? 'first'}`.replaceAll(/[^A-Za-z0-9.-]/g, '_');
  const passedOver: string[] = [];
  const lock = takeOwn(device, join(folder, stem), run, passedOver);
  try {
    refuseOthers(device, folder, stem, lock.path, passedOver);
    return { ...lock, passedOver };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A file of another user at our name cannot be removed by us, and says nothing of the card: the next name is as good. */
function takeOwn(device: DeviceInfo, stem: string, run: string, passedOver: string[]): LockFile {
  const { uid } = userInfo();
  const isOurs = (path: string): boolean => {
    const found = lstatSync(path, { throwIfNoEntry: false });
    return found === undefined || (found.isFile() && found.uid === uid);
  };
  for (let number = 0; number < MOST_NAMES; number += 1) {
    const path = `${stem}.${uid}${number === 0 ? '' : `.${number}`}.lock`;
    const isFree = (): boolean => isOurs(path) && isOurs(`${path}.taking`);
    const result = isFree() ? usable(dirname(path), () => takeLock(path, run, 'this-machine')) : null;
    if (result?.kind === 'taken') return result.lock;
    if (result === null || !isFree()) passedOver.push(`${path} was put there by another user`);
    else if (result.kind === 'held') throw busy(device, result.by, result.otherHost, path);
    else
      throw new NoVerdictError(
        'device-lock',
        `${path}: ${result.problem}`,
        'if no bench uses the card, delete the file',
      );
  }
  throw new NoVerdictError(
    'device-lock',
    `another user has put a file at every name of a lock of ours, such as ${stem}.${uid}.lock`,
    `have the files removed by whoever put them there, or by root: rm ${stem}.${uid}.*`,
  );
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
function refuseOthers(device: DeviceInfo, folder: string, stem: string, own: string, passedOver: string[]): void {
  for (const name of usable(folder, () => readdirSync(folder))) {
    const path = join(folder, name);
    const owner = path === own || !name.startsWith(`${stem}.`) ? null : ownerOf(path, name.slice(stem.length));
    if (owner === null) continue;
    const found = holdingOfOther(path);
    // A file that its owner has just removed, or that says nothing, is no lock of a bench.
    if (found === null) passedOver.push(`${path} of user ${owner} may not be read, and every lock of bench may`);
    if (found?.kind !== 'held') continue;
    const doubt = owner === userInfo().uid ? null : doubtOf(found, owner);
    if (doubt === null) throw busy(device, found.by, found.otherHost, path);
    passedOver.push(`${path} of user ${owner} ${doubt}`);
  }
}

/** null where it may not be read. */
function holdingOfOther(path: string): Holding | null {
  try {
    return holdingOf(path, 'this-machine');
  } catch {
    return null;
  }
}

/**
 * Why a lock of another user does not hold the card: else anybody could keep it for ever, by a file that only he can remove. null for one whose
 * holder is there, and is his.
 */
function doubtOf({ by, otherHost }: Extract<Holding, { kind: 'held' }>, owner: number): string | null {
  if (otherHost) return `names process ${by.pid} on ${by.host}, which cannot be seen from here`;
  const users = usersOf(by.pid);
  return users === null || users.includes(owner) ? null : `names process ${by.pid}, which is not that user's`;
}

/** Real, effective and saved; null where they are not to be seen. */
function usersOf(pid: number): readonly number[] | null {
  try {
    const ids = /^Uid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return ids === undefined ? null : ids.split(/\s+/).map(Number);
  } catch {
    return null;
  }
}

/** The user of a lock, where the file is his whom its name tells: nobody may lock a card in another's name. */
function ownerOf(path: string, rest: string): number | null {
  const owner = /^\.(\d+)(?:\.\d+)?\.lock$/.exec(rest)?.[1];
  const found = lstatSync(path, { throwIfNoEntry: false });
  return owner !== undefined && found?.isFile() === true && found.uid === Number(owner) ? found.uid : null;
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
