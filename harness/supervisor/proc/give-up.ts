/** When to give up on a helper program: what it reads may block for ever, but one that nobody lets run is not blocked. */
import { after } from '../time.ts';
import { readStat, readThreadTimes } from './read.ts';

/** How many more limits a helper gets that stands in line for a core. */
const MORE_LIMITS = 10;
const NANOSECONDS = 1e9;

/**
 * Calls `act` once the helper has had its time: not while this process itself stood still, and not while the helper could run, but for most of
 * the time was not let run. Returns what calls it off.
 */
export function giveUpOn(pid: number | undefined, limitMs: number, act: () => void): () => void {
  const limit = limitMs / 1000;
  let more = 0;
  let callOff = after(limit, expire);
  function expire(): void {
    more += 1;
    if (pid !== undefined && more <= MORE_LIMITS && isStarved(pid, limit)) callOff = after(limit, expire);
    else act();
  }
  return () => callOff();
}

/** A helper that waits for a file sleeps; one that works has used its time. */
function isStarved(pid: number, limit: number): boolean {
  if (readStat(pid)?.state !== 'R') return false;
  const ran = readThreadTimes(pid).reduce((sum, thread) => sum + thread.ran, 0) / NANOSECONDS;
  return ran < limit / 2;
}
