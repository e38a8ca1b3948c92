/**
 * When to give up on a helper program: what it reads may block for ever, but one that nobody lets run is not blocked, and nor is one that
 * has ended and was not heard yet.
 */
import { after, now } from '../time.ts';
import { readStat, readThreadTimes } from './read.ts';

/** So many looks in a row must find it asleep: the machine may also be fetching the program itself from the disk. */
const LOOKS = 25;
const LOOK_SECONDS = 0.02;
/** However crowded the machine is, nobody waits longer than so many times the limit. */
const LONGEST = 20;
const NANOSECONDS = 1e9;

/**
 * Calls `act` once the helper has had its time, which is not while this process itself stood still, and is found asleep or has used all of that
 * time. Returns what calls it off.
 */
export function giveUpOn(pid: number | undefined, limitMs: number, act: () => void): () => void {
  const limit = limitMs / 1000;
  const last = now() + LONGEST * limit;
  let asleep = 0;
  const look = (): void => {
    asleep = isAsleep(pid) ? asleep + 1 : 0;
    if (asleep >= LOOKS || now() >= last || hasWorked(pid, limit)) act();
    // Between two looks what the helper has said meanwhile is heard.
    else callOff = after(LOOK_SECONDS, look);
  };
  let callOff = after(limit, look);
  return () => callOff();
}

/** One that waits for a file sleeps. What is gone, or never came to be, has nothing more to say. */
function isAsleep(pid: number | undefined): boolean {
  const state = pid === undefined ? undefined : readStat(pid)?.state;
  return state !== 'R' && state !== 'Z' && state !== 'X';
}

function hasWorked(pid: number | undefined, limit: number): boolean {
  return pid !== undefined && readThreadTimes(pid).reduce((sum, { ran }) => sum + ran, 0) / NANOSECONDS >= limit;
}
