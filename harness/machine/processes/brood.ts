/**
 * What hangs below a child subreaper. Whatever descends from it hangs below it, or below another that does; so its list of children is a proof, which
 * no look through /proc is: as long as one of a family is left that list is not empty, however fast it starts itself anew.
 */
import { readChildren, readStat } from './read.ts';
import { isDead } from './stat.ts';

/** What stands above a worker and outlives it (python-probes/fork_server/guard.py), as /proc/<pid>/stat names it. */
export const GUARD = 'bench-guard';

export interface Reaper {
  readonly pid: number;
  /** Its children that do not count, by pid. */
  readonly except: ReadonlySet<number>;
  /** Whether it is gone because nothing was left below it; absent where it does not tell. */
  readonly sawTheLast?: () => boolean;
}

/** none: nothing lives below it. not-told: it is gone, so that its orphans hang elsewhere, or the kernel does not tell (no CONFIG_PROC_CHILDREN). */
export type Brood = 'none' | 'some' | 'not-told';

export function broodOf(reaper: Reaper): Brood {
  const first = childrenOf(reaper);
  if (first === null) return gone(reaper);
  if (first.some(lives)) return 'some';
  // What one of them handed on to the reaper when it died came after it in the list, and may not have been read.
  const second = childrenOf(reaper);
  const stat = readStat(reaper.pid);
  if (second === null || stat === null || isDead(stat)) return gone(reaper);
  return second.every((pid) => first.includes(pid)) ? 'none' : 'some';
}

function gone({ sawTheLast }: Reaper): Brood {
  return sawTheLast?.() === true ? 'none' : 'not-told';
}

/** SIGKILL to each child in the moment in which it is seen: some 0.1 ms. Returns how many there were. */
export function killBrood(reaper: Reaper): number {
  const children = childrenOf(reaper) ?? [];
  for (const pid of children) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone, or not ours to kill.
    }
  }
  return children.length;
}

function childrenOf({ pid, except }: Reaper): number[] | null {
  return readChildren(pid)?.filter((child) => !except.has(child)) ?? null;
}

function lives(pid: number): boolean {
  const stat = readStat(pid);
  return stat !== null && !isDead(stat);
}
