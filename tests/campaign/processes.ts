/** Processes as a campaign sees them: by /proc, without the supervisor's code. */
import { readdirSync, readFileSync } from 'node:fs';

/** No such process, or only waiting to be reaped. */
export function isGone(pid: number): boolean {
  const [, state] = statOf(pid);
  return state === undefined || state === 'Z' || state === 'X';
}

export function isStopped(pid: number): boolean {
  return statOf(pid)[1] === 'T';
}

export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => statOf(child)[2] === String(pid) && !isGone(child));
}

export function environOf(pid: number): readonly string[] {
  return text(pid, 'environ').split('\0');
}

/** Whether it is the worker of a run: told from helpers by its own marker. */
export function isWorker(pid: number): boolean {
  return environOf(pid).some((entry) => entry.startsWith('BENCH_WORKER='));
}

/** pid, state letter and parent; empty when it is gone. */
function statOf(pid: number): readonly string[] {
  const stat = text(pid, 'stat');
  const close = stat.lastIndexOf(')');
  return close < 0
    ? []
    : [
        String(pid),
        ...stat
          .slice(close + 2)
          .split(' ')
          .slice(0, 2),
      ];
}

function text(pid: number, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'latin1');
  } catch {
    return '';
  }
}
