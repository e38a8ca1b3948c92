/**
 * A lock file that names its holder. It is stale only when that process is gone: pid absent, a zombie, started at another
 * time, or from before this boot. A lock of another host is never stale, because its processes cannot be seen from here.
 */
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { bootId } from '../host.ts';

const LockHolder = z.object({
  pid: z.number().int().positive(),
  /** When the process started: clock ticks after boot, as in /proc/<pid>/stat. */
  startTicks: z.number(),
  bootId: z.string(),
  host: z.string(),
  run: z.string(),
  /** Absolute path of the run folder; absent in older locks and while it is not known. */
  folder: z.string().optional(),
  /** ISO 8601, UTC; absent in older locks. */
  since: z.string().optional(),
  /** Tells two locks of one process apart. */
  token: z.string(),
});
export type LockHolder = z.infer<typeof LockHolder>;

/** Another process needs some microseconds, unless it is stopped. */
const LONGEST_WAIT_MS = 2000;

export interface Lock {
  readonly path: string;
  /** Writes the run and its folder into the lock, once they are known. */
  tell(run: string, folder: string): void;
  /** Removes the file if it is still ours. Synchronous, so that an exit handler can call it; may be called twice. */
  release(): void;
}

export type LockResult =
  | { readonly kind: 'taken'; readonly lock: Lock }
  | { readonly kind: 'held'; readonly by: LockHolder; readonly otherHost: boolean }
  /** The file is there but says nothing that could be checked. */
  | { readonly kind: 'unreadable'; readonly problem: string };

/** Takes the lock, over a stale one if need be. Throws what the file system throws when the folder cannot be written. */
export function takeLock(path: string, run: string): LockResult {
  const own: LockHolder = {
    pid: process.pid,
    startTicks: startTicks(process.pid) ?? 0,
    bootId: bootId(),
    host: hostname(),
    run,
    since: new Date().toISOString(),
    token: randomUUID(),
  };
  const temporary = `${path}.${own.token}`;
  write(temporary, own);
  try {
    for (;;) {
      if (succeeds('EEXIST', () => linkSync(temporary, path))) {
        return { kind: 'taken', lock: lockAt(path, own) };
      }
      const held = readLock(path);
      if (held === 'absent') continue;
      if (typeof held === 'string') return { kind: 'unreadable', problem: held };
      if (held.host !== own.host) return { kind: 'held', by: held, otherHost: true };
      if (isAlive(held, own.bootId)) return { kind: 'held', by: held, otherHost: false };
      const hindered = removeStale(path, held, own, temporary);
      if (hindered !== null) return hindered;
    }
  } finally {
    unlinkSync(temporary);
  }
}

/** Whether the holder's process still runs. Its host must be this one. */
export function isAlive(holder: LockHolder, currentBootId: string): boolean {
  if (holder.bootId !== currentBootId) return false;
  return startTicks(holder.pid) === holder.startTicks || isHidden(holder.pid);
}

/** Whether this user may not see the process, though it is there: /proc mounted with hidepid. Then nobody can tell a reused pid. */
function isHidden(pid: number): boolean {
  if (existsSync(`/proc/${pid}/stat`)) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function lockAt(path: string, own: LockHolder): Lock {
  return {
    path,
    tell: (run, folder) => {
      const temporary = `${path}.${own.token}`;
      write(temporary, { ...own, run, folder });
      renameSync(temporary, path);
    },
    release: () => release(path, own.token),
  };
}

/** Readable to every user whatever the umask: others must see who holds it. */
function write(path: string, holder: LockHolder): void {
  writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx', mode: 0o644 });
  chmodSync(path, 0o644);
}

/**
 * Removes a stale lock; null when it is gone. One process at a time may, which a second lock beside it sees to: between looking at a stale
 * lock and removing it the file may become the lock of one who was quicker. That second lock is left behind only by a process that died
 * within these few lines, and then it is stale itself.
 */
function removeStale(
  path: string,
  stale: LockHolder,
  own: LockHolder,
  temporary: string,
): Exclude<LockResult, { kind: 'taken' }> | null {
  const guard = `${path}.taking`;
  const giveUp = performance.now() + LONGEST_WAIT_MS;
  while (!succeeds('EEXIST', () => linkSync(temporary, guard))) {
    const keeper = readLock(guard);
    if (keeper === 'absent') continue;
    if (typeof keeper === 'string') return { kind: 'unreadable', problem: `${guard}: ${keeper}` };
    const otherHost = keeper.host !== own.host;
    if (!otherHost && !isAlive(keeper, own.bootId)) {
      const hindered = removeStale(guard, keeper, own, temporary);
      if (hindered !== null) return hindered;
    } else if (otherHost || performance.now() > giveUp) return { kind: 'held', by: keeper, otherHost };
    else pause();
  }
  try {
    const found = readLock(path);
    if (typeof found !== 'string' && found.token === stale.token) unlinkSync(path);
  } finally {
    unlinkSync(guard);
  }
  return null;
}

/** The lock is taken where nothing can wait: a process must not come between. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

function release(path: string, token: string): void {
  try {
    const held = readLock(path);
    if (typeof held !== 'string' && held.token === token) unlinkSync(path);
  } catch {
    // It is gone, or its folder has become read-only. A lock that stays is stale as soon as this process has ended; an error here would hide why the run ended.
  }
}

/** The holder, 'absent', or what is wrong with the file. */
export function readLock(path: string): LockHolder | string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return 'absent';
    throw error;
  }
  try {
    return LockHolder.parse(JSON.parse(text));
  } catch {
    return 'it does not name a process';
  }
}

/** Field 22 of /proc/<pid>/stat; null when there is no such process or it is only waiting to be reaped. */
function startTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
  } catch {
    return null;
  }
}

/** false when the step fails with this code; other failures are thrown. */
function succeeds(expected: string, step: () => void): boolean {
  try {
    step();
    return true;
  } catch (error) {
    if (codeOf(error) === expected) return false;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
