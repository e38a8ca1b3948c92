/**
 * Who holds a lock file. It is stale only when that process is gone: pid absent, a zombie, started at another time, or from before this
 * boot. A lock of another host is never stale, because its processes cannot be seen from here; unless it is of a thing of this machine alone,
 * which nobody can have held since before its boot.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { OddFile, readOwnSync } from '../files/own-file.ts';
import { bootId } from '../host.ts';
import { identityOf } from '../processes/read.ts';
import { codeOf } from '../../model/errors.ts';

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

/** What a lock file says. */
export type Holding =
  | { readonly kind: 'absent' }
  /** It says nothing that could be checked. */
  | { readonly kind: 'unreadable'; readonly problem: string }
  /** Its holder is gone. */
  | { readonly kind: 'stale'; readonly by: LockHolder }
  | { readonly kind: 'held'; readonly by: LockHolder; readonly otherHost: boolean };

/** This process, which works on `run`. */
export function ownHolder(run: string): LockHolder {
  return {
    pid: process.pid,
    startTicks: identityOf(process.pid)?.startTicks ?? 0,
    bootId: bootId(),
    host: hostname(),
    run,
    since: new Date().toISOString(),
    token: randomUUID(),
  };
}

const MOST_BYTES = 64 * 1024;

/** What is locked: something that other machines may reach as well, or a part of this one. */
export type Reach = 'any-machine' | 'this-machine';

/** Throws what the file system throws when the file is there and cannot be read. */
export function holdingOf(path: string, reach: Reach = 'any-machine'): Holding {
  let text: string;
  try {
    text = readOwnSync(path, MOST_BYTES);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { kind: 'absent' };
    if (error instanceof OddFile) return { kind: 'unreadable', problem: error.message };
    throw error;
  }
  const by = holderIn(text);
  if (by === null) return { kind: 'unreadable', problem: 'it does not name a process' };
  const otherHost = by.host !== hostname();
  if (reach === 'any-machine')
    return otherHost || isAlive(by) ? { kind: 'held', by, otherHost } : { kind: 'stale', by };
  // Under the same boot another host is a container, or this one before it was renamed.
  if (isAlive(by)) return { kind: 'held', by, otherHost: false };
  return otherHost && by.bootId === bootId() ? { kind: 'held', by, otherHost } : { kind: 'stale', by };
}

function holderIn(text: string): LockHolder | null {
  try {
    return LockHolder.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isAlive({ pid, startTicks, bootId: boot }: LockHolder): boolean {
  return boot === bootId() && (identityOf(pid)?.startTicks === startTicks || isHidden(pid));
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
