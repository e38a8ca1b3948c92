/**
 * Keeps builders apart that cannot see each other's lock (folder-lock.ts): in two containers, network namespaces or machines over one cache folder.
 * A file beside the folder says where its builder is, and is touched while that one lives. Where it is the same place the lock has decided
 * already, so a killed builder there holds nobody up; one elsewhere holds for a minute after its last sign.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readlinkSync, rmSync } from 'node:fs';
import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { bootId } from '../host.ts';
import { codeOf } from '../../model/errors.ts';
import { readOwnSync } from '../files/own-file.ts';
import type { Lock } from './lock.ts';

const TOUCH_SECONDS = 10;
const STALE_SECONDS = 60;
const MOST_BYTES = 4096;

/** For whom holds the lock of `folder`: null while a builder elsewhere is at work there. A cache that cannot be written needs none. `here`: where the lock holds. */
export async function takePulse(
  folder: string,
  here: string = lockReach(),
  touchSeconds = TOUCH_SECONDS,
): Promise<Lock | null> {
  const file = `${folder}.building`;
  const mine = `${here} ${randomUUID()}\n`;
  try {
    if (!(await claim(file, mine, here))) return null;
  } catch {
    return { release: () => undefined };
  }
  const timer = setInterval(
    () => void utimes(file, new Date(), new Date()).catch(() => undefined),
    touchSeconds * 1000,
  );
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (read(file) !== mine) return;
      try {
        rmSync(file, { force: true });
      } catch {
        // Read-only by now: it is stale in a minute.
      }
    },
  };
}

async function claim(file: string, mine: string, here: string): Promise<boolean> {
  const first = await writeFile(file, mine, { flag: 'wx' }).then(
    () => true,
    (error: unknown) => {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    },
  );
  if (first) return true;
  const other = read(file);
  // Its builder has just finished.
  if (other === null) return claim(file, mine, here);
  if (!other.startsWith(`${here} `) && !(await isStale(file))) return false;
  return inherit(file, mine, other);
}

/** Puts `mine` in the place of what a dead builder left. However long anybody stands still between looking and writing, one of all who found it does. */
async function inherit(file: string, mine: string, left: string): Promise<boolean> {
  const right = `${file}.${createHash('sha256').update(left).digest('hex').slice(0, 16)}`;
  try {
    await writeFile(right, mine, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    // Another is about to, or was killed at it.
    if (await isStale(right)) await rm(right, { force: true });
    return false;
  }
  // Whoever had the right before has used it by now, or never will.
  const isMine = read(file) === left;
  if (isMine) await rename(right, file);
  else await rm(right, { force: true });
  return isMine;
}

async function isStale(file: string): Promise<boolean> {
  return Date.now() - ((await stat(file).catch(() => null))?.mtimeMs ?? Date.now()) >= STALE_SECONDS * 1000;
}

/** null when it is not there, '' when it cannot be read. */
function read(file: string): string | null {
  try {
    return readOwnSync(file, MOST_BYTES);
  } catch (error) {
    return codeOf(error) === 'ENOENT' ? null : '';
  }
}

/** The lock is an abstract socket of one user: seen in one network namespace of one boot of one machine. */
function lockReach(): string {
  try {
    return `${bootId()}/${readlinkSync('/proc/self/ns/net')}/${userInfo().uid}`;
  } catch {
    return hostname();
  }
}
