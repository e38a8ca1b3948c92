/**
 * Keeps builders apart that cannot see each other's lock (build-lock.ts): in two containers, network namespaces or machines over one cache folder.
 * A file beside the folder says where its builder is, and is touched while that one lives. Where it is the same place the lock has decided
 * already, so a killed builder there holds nobody up; one elsewhere holds for a minute after its last sign.
 */
import { randomUUID } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { bootId } from '../journal/host.ts';

const TOUCH_SECONDS = 10;
const STALE_SECONDS = 60;
/** Two that find the same dead builder both write; after this the last one stands. */
const SETTLE_MILLISECONDS = 50;

export interface Pulse {
  stop(): Promise<void>;
}

/** For whom holds the lock of `folder`: null while a builder elsewhere is at work there. A cache that cannot be written needs none. `here`: where the lock holds. */
export async function takePulse(folder: string, here: string = lockReach(), touchSeconds = TOUCH_SECONDS): Promise<Pulse | null> {
  const file = `${folder}.building`;
  const mine = `${here} ${randomUUID()}\n`;
  try {
    if (!(await claim(file, mine, here))) return null;
  } catch {
    return { stop: async () => undefined };
  }
  const timer = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), touchSeconds * 1000);
  timer.unref();
  return {
    stop: async () => {
      clearInterval(timer);
      if ((await read(file)) === mine) await rm(file, { force: true }).catch(() => undefined);
    },
  };
}

async function claim(file: string, mine: string, here: string): Promise<boolean> {
  const first = await writeFile(file, mine, { flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  if (first) return true;
  const other = await read(file);
  const isOurs = other?.startsWith(`${here} `) === true;
  const age = Date.now() - ((await stat(file).catch(() => null))?.mtimeMs ?? 0);
  if (!isOurs && age < STALE_SECONDS * 1000) return false;
  const fresh = `${file}.${randomUUID()}`;
  await writeFile(fresh, mine);
  await rename(fresh, file);
  if (!isOurs) await sleep(SETTLE_MILLISECONDS);
  return (await read(file)) === mine;
}

async function read(file: string): Promise<string | null> {
  return readFile(file, 'utf8').catch(() => null);
}

/** The lock is an abstract socket of one user: seen in one network namespace of one boot of one machine. */
function lockReach(): string {
  try {
    return `${bootId()}/${readlinkSync('/proc/self/ns/net')}/${userInfo().uid}`;
  } catch {
    return hostname();
  }
}
