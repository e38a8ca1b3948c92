/** Processes as a campaign sees them: by /proc, without the supervisor's code. */
import { readFileSync } from 'node:fs';
import { GUARD } from '../../harness/machine/processes/brood.ts';
import { identityOf, readAllStats, readStat } from '../../harness/machine/processes/read.ts';
import { isDead } from '../../harness/machine/processes/stat.ts';

/** No such process, or only waiting to be reaped. */
export function isGone(pid: number): boolean {
  return identityOf(pid) === null;
}

export function isStopped(pid: number): boolean {
  return readStat(pid)?.state === 'T';
}

export function childrenOf(pid: number): number[] {
  return readAllStats()
    .filter((stat) => stat.parent === pid && !isDead(stat))
    .map((stat) => stat.pid);
}

export function environOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    return [];
  }
}

/** Whether it is the worker of a run: told from helpers by its own marker. */
/** Workers that hang below guards of `pid`, or below it directly. */
export function workersOf(pid: number): number[] {
  return childrenOf(pid).flatMap((child) =>
    readStat(child)?.name === GUARD ? childrenOf(child).slice(0, 1) : isWorker(child) ? [child] : [],
  );
}

function isWorker(pid: number): boolean {
  return environOf(pid).some((entry) => entry.startsWith('BENCH_WORKER='));
}
