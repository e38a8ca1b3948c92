/** Tells a process from a later one with the same number. */
import { readStat } from '../processes/read.ts';
import { isDead } from '../processes/stat.ts';

/** Clock ticks after boot at which it began; null when it is gone or only waits to be reaped. */
export function startTicksOf(pid: number): number | null {
  const stat = readStat(pid);
  return stat === null || isDead(stat) ? null : stat.startTicks;
}
