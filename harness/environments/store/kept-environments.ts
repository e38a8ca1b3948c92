/**
 * The environments that are kept in the user's cache folder: what they are, what they weigh, who uses them, and their removal. An environment
 * is used under a lease: a file that names the process. A lease counts while that process lives, so a killed run holds nothing.
 *
 * <key>/complete.json   names the finished build; without it the folder holds rubbish and broken downloads only
 * <key>/venv-XXXXXX/    the build
 * <key>/uses/           leases, and the time of the last use
 * <key>/downloads/      what an unfinished build has fetched so far; goes when it is finished
 */
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { lstat, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { tryLockFolder } from '../../machine/lock/folder-lock.ts';
import { holdingOf } from '../../machine/lock/holder.ts';
import { takeLock, type Lock } from '../../machine/lock/lock.ts';
import { codeOf } from '../../model/errors.ts';

export const MARKER = 'complete.json';
const USES = 'uses';

export const Marker = z.object({
  venv: z.string().regex(/^venv-\w+$/),
  requirement: z.string().default('?'),
  interpreter: z.object({ version: z.string() }).optional(),
  installer: z.string().optional(),
  bytes: z.number().optional(),
  seconds: z.number().optional(),
});
export type Marker = z.infer<typeof Marker>;

export interface Kept {
  readonly key: string;
  readonly folder: string;
  /** null for an unfinished build. */
  readonly marker: Marker | null;
  readonly bytes: number;
  readonly lastUsed: Date;
  readonly inUse: boolean;
}

/** The finished build that the folder names; null when there is none. */
export async function readMarker(folder: string): Promise<Marker | null> {
  const file = join(folder, MARKER);
  // A named pipe would never answer.
  const isFile = (await stat(file).catch(() => null))?.isFile() === true;
  const text = isFile ? await readFile(file, 'utf8').catch(() => '') : '';
  try {
    return Marker.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Everything in `root`, the least recently used first. */
export async function listKept(root: string): Promise<readonly Kept[]> {
  const names = await readdir(root).catch(() => []);
  const found = await Promise.all(names.map((key) => lookAt(join(root, key), key)));
  return found.filter((one) => one !== null).toSorted((a, b) => a.lastUsed.getTime() - b.lastUsed.getTime());
}

async function lookAt(folder: string, key: string): Promise<Kept | null> {
  const own = await stat(folder).catch(() => null);
  if (own === null || !own.isDirectory()) return null;
  const marker = await readMarker(folder);
  const used = await stat(join(folder, USES)).catch(() => null);
  return {
    key,
    folder,
    marker,
    bytes: marker?.bytes ?? (await diskUse(folder)),
    lastUsed: (used ?? own).mtime,
    inUse: isInUse(folder),
  };
}

/** Keeps `folder` from being removed until it is released or this process has ended. Take it under the folder's lock. */
export function lease(folder: string): Lock {
  const uses = join(folder, USES);
  const taken = takeLease(uses);
  touch(uses);
  return {
    release: () => {
      if (taken?.kind === 'taken') taken.lock.release();
      touch(uses);
    },
  };
}

/** null on a disk that cannot be written: nobody can remove anything from it either. */
function takeLease(uses: string): ReturnType<typeof takeLock> | null {
  try {
    mkdirSync(uses, { recursive: true });
    return takeLock(join(uses, `${process.pid}-${randomUUID()}`), 'environment');
  } catch (error) {
    if (codeOf(error) === 'EROFS') return null;
    throw error;
  }
}

function touch(path: string): void {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // Gone, or read-only: then nothing is removed from there either.
  }
}

/** Whether a living process, or one of another machine that nobody here can see, uses it. */
export function isInUse(folder: string): boolean {
  const uses = join(folder, USES);
  try {
    return readdirSync(uses).some((name) => holdingOf(join(uses, name)).kind === 'held');
  } catch {
    return false;
  }
}

export type Removal = 'removed' | 'in-use' | 'building' | 'denied';

/** Removes an environment that nobody uses or builds; denied: it is not ours, or on a disk that cannot be written. The marker goes first: what is half removed is no environment any more. */
export async function removeKept(folder: string): Promise<Removal> {
  const lock = await tryLockFolder(folder);
  if (lock === null) return 'building';
  try {
    if (isInUse(folder)) return 'in-use';
    await rm(join(folder, MARKER), { force: true });
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return 'removed';
  } catch (error) {
    if (['EROFS', 'EACCES', 'EPERM'].includes(codeOf(error))) return 'denied';
    throw error;
  } finally {
    lock.release();
  }
}

/** Bytes on the disk below `folder`; a file with several names counts once. */
export async function diskUse(folder: string): Promise<number> {
  const seen = new Set<string>();
  let bytes = 0;
  const queue = [folder];
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const here = at;
    for (const name of await readdir(here).catch(() => [])) {
      const path = join(here, name);
      const found = await lstat(path).catch(() => null);
      if (found === null) continue;
      if (found.isDirectory()) queue.push(path);
      else if (found.nlink === 1 || !seen.has(`${found.dev}:${found.ino}`)) {
        if (found.nlink > 1) seen.add(`${found.dev}:${found.ino}`);
        bytes += found.blocks * 512;
      }
    }
  }
  return bytes;
}

/** Age of the youngest thing directly in `folder`, in milliseconds; for rubbish that nobody wants any more. */
export function youngest(folder: string, now: number): number {
  const times = readdirSync(folder).map((name) => lstatSync(join(folder, name)).mtimeMs);
  return now - Math.max(0, ...times);
}
