/**
 * One builder for one folder at a time. The lock is a name in the kernel (an abstract socket), so it goes with the process that
 * holds it, however that ends: there is no stale lock file to judge. It holds on one host and in one network namespace; pulse.ts is for the others.
 */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Lock } from './lock.ts';
import { takePulse } from './pulse.ts';

const POLL_MILLISECONDS = 200;

/** Waits until `folder` is ours; null when `signal` is aborted first. `onWait` is told once when another holds it. */
export async function lockFolder(folder: string, signal: AbortSignal, onWait: () => void): Promise<Lock | null> {
  let waits = false;
  while (!signal.aborted) {
    const lock = await tryLockFolder(folder);
    if (lock !== null) return lock;
    if (!waits) onWait();
    waits = true;
    await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => undefined);
  }
  return null;
}

/** null when another holds it now. */
export async function tryLockFolder(folder: string): Promise<Lock | null> {
  // The user is part of the name, so that no other user can hold it.
  const server = await listen(
    `\0bench-${userInfo().uid}-${createHash('sha256').update(folder).digest('hex').slice(0, 40)}`,
  );
  if (server === null) return null;
  const pulse = await takePulse(folder);
  if (pulse === null) {
    server.close();
    return null;
  }
  return {
    release: () => {
      pulse.release();
      server.close();
    },
  };
}

/** null when another process, or another caller in this one, holds the name. */
function listen(name: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}
