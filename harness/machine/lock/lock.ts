/** Locks, and the plainest of them: a file that names its holder (holder.ts). folder-lock.ts has those that are waited for. */
import { chmodSync, linkSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { holdingOf, ownHolder, type Holding, type LockHolder, type Reach } from './holder.ts';
import { codeOf } from '../../model/errors.ts';

/** Goes with its process, however that ends. */
export interface Lock {
  /** Gives it up if it is still ours. Synchronous, so that an exit handler can call it; never throws; may be called twice. */
  release(): void;
}

export interface LockFile extends Lock {
  readonly path: string;
  /** Writes the run and its folder into the lock, once they are known. */
  tell(run: string, folder: string): void;
}

/** Another process needs some microseconds, unless it is stopped. */
const LONGEST_WAIT_MS = 2000;

type Refusal = Extract<Holding, { kind: 'held' | 'unreadable' }>;
export type LockResult = { readonly kind: 'taken'; readonly lock: LockFile } | Refusal;

/** Takes the lock, over a stale one if need be. Throws what the file system throws when the folder cannot be written. */
export function takeLock(path: string, run: string, reach: Reach = 'any-machine'): LockResult {
  const own = ownHolder(run);
  const temporary = `${path}.${own.token}`;
  write(temporary, own);
  try {
    for (;;) {
      if (succeeds('EEXIST', () => linkSync(temporary, path))) return { kind: 'taken', lock: lockAt(path, own) };
      const found = holdingOf(path, reach);
      if (found.kind === 'absent') continue;
      if (found.kind !== 'stale') return found;
      const hindered = removeStale(path, found.by, temporary, reach);
      if (hindered !== null) return hindered;
    }
  } finally {
    unlinkSync(temporary);
  }
}

function lockAt(path: string, own: LockHolder): LockFile {
  return {
    path,
    tell: (run, folder) => {
      const temporary = `${path}.${own.token}`;
      write(temporary, { ...own, run, folder });
      renameSync(temporary, path);
    },
    release: () => {
      try {
        if (isOf(path, own.token)) unlinkSync(path);
      } catch {
        // It is gone, or its folder has become read-only. A lock that stays is stale as soon as this process has ended; an error here would hide why the run ended.
      }
    },
  };
}

/** Readable to every user whatever the umask: others must see who holds it. */
function write(path: string, holder: LockHolder): void {
  writeFileSync(path, `${JSON.stringify(holder)}\n`, { flag: 'wx', mode: 0o644 });
  chmodSync(path, 0o644);
}

function isOf(path: string, token: string): boolean {
  const found = holdingOf(path);
  return 'by' in found && found.by.token === token;
}

/**
 * Removes a stale lock; null when it is gone. One process at a time may, which a second lock beside it sees to: between looking at a stale
 * lock and removing it the file may become the lock of one who was quicker. That second lock is left behind only by a process that died
 * within these few lines, and then it is stale itself.
 */
function removeStale(path: string, stale: LockHolder, temporary: string, reach: Reach): Refusal | null {
  const guard = `${path}.taking`;
  const giveUp = performance.now() + LONGEST_WAIT_MS;
  while (!succeeds('EEXIST', () => linkSync(temporary, guard))) {
    const keeper = holdingOf(guard, reach);
    if (keeper.kind === 'absent') continue;
    if (keeper.kind === 'unreadable') return { ...keeper, problem: `${guard}: ${keeper.problem}` };
    if (keeper.kind === 'stale') {
      const hindered = removeStale(guard, keeper.by, temporary, reach);
      if (hindered !== null) return hindered;
    } else if (keeper.otherHost || performance.now() > giveUp) return keeper;
    else pause();
  }
  try {
    if (isOf(path, stale.token)) unlinkSync(path);
  } finally {
    unlinkSync(guard);
  }
  return null;
}

/** The lock is taken where nothing can wait: a process must not come between. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
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
