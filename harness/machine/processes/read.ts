/**
 * Reads /proc. stat, status, wchan and children take only spin locks in the kernel and cannot block, so they are read at once.
 * environ and cmdline take the process's memory lock, which a process stuck in a driver may hold for ever; a thread of ours that
 * waited for it could not even let the harness exit. Those two are read by a helper program that can be killed: bounded.ts.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { isDead, parseStat, type Identity, type ProcessStat } from './stat.ts';

function readNow(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return null;
  }
}

/** null when there is no such process. One whose first thread has ended while others run is what those are. */
export function readStat(pid: number): ProcessStat | null {
  const text = readNow(`/proc/${pid}/stat`);
  const stat = text === null ? null : parseStat(text);
  return stat !== null && stat.state === 'Z' && stat.threads > 1 ? asItsThreads(stat) : stat;
}

function asItsThreads(stat: ProcessStat): ProcessStat {
  const living = threadsOf(stat.pid)
    .map((thread) => parseStat(readNow(`/proc/${stat.pid}/task/${thread}/stat`) ?? ''))
    .filter((thread): thread is ProcessStat => thread !== null && !isDead(thread));
  // What keeps it from dying tells more than what would not.
  const [telling] = living.toSorted((a, b) => 'RD'.indexOf(b.state) - 'RD'.indexOf(a.state));
  return telling === undefined ? stat : { ...stat, state: telling.state, thread: telling.pid };
}

function threadsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Tells a process from a later one with the same number; null when it is gone or only waits to be reaped. */
export function identityOf(pid: number): Identity | null {
  const stat = readStat(pid);
  return stat === null || isDead(stat) ? null : { pid, startTicks: stat.startTicks };
}

/** The process as it is now; null when it is gone or its pid belongs to another by now. */
export function look(identity: Identity): ProcessStat | null {
  const stat = readStat(identity.pid);
  return stat !== null && stat.startTicks === identity.startTicks ? stat : null;
}

export function readStatus(pid: number): string | null {
  return readNow(`/proc/${pid}/status`);
}

/** The pid by which a process in a pid namespace of its own (a container) knows itself; its pid here when it is in none. null when it is gone. */
export function insidePid(pid: number): number | null {
  const numbers = /^NSpid:\s*([\d\s]+)$/m
    .exec(readStatus(pid) ?? '')?.[1]
    ?.trim()
    .split(/\s+/);
  const last = numbers?.at(-1);
  return last === undefined ? null : Number(last);
}

/** Name of the kernel function in which a thread waits, the main one unless told otherwise; null when it waits in none or we may not see it. */
export function readWaitChannel(pid: number, thread = pid): string | null {
  const text = readNow(`/proc/${pid}/task/${thread}/wchan`);
  return text === null || text === '' || text === '0' ? null : text;
}

/** What the scheduler has counted of a thread since its begin. */
export interface ThreadTimes {
  readonly thread: string;
  /** Nanoseconds that it ran. */
  readonly ran: number;
  /** Nanoseconds that it stood in line for a core although it could have run; of a wait that goes on nothing yet. */
  readonly waited: number;
  /** How often it was given a core. */
  readonly turns: number;
  /** It runs, or stands in line. */
  readonly isReady: boolean;
}

/** The threads of a process; empty when it is gone or the kernel does not count (no CONFIG_SCHED_INFO). */
export function readThreadTimes(pid: number): ThreadTimes[] {
  return threadsOf(pid).flatMap((thread) => {
    const folder = `/proc/${pid}/task/${thread}`;
    const [ran, waited, turns] = (readNow(`${folder}/schedstat`) ?? '').split(' ').map(Number);
    if (ran === undefined || waited === undefined || turns === undefined || Number.isNaN(ran + waited + turns))
      return [];
    return [{ thread, ran, waited, turns, isReady: parseStat(readNow(`${folder}/stat`) ?? '')?.state === 'R' }];
  });
}

/** Ticks of all cores since the machine started. */
export interface CoreTimes {
  readonly busy: number;
  /** A core was wanted here, but the machine below gave it to others. */
  readonly stolen: number;
}

/** null when the machine does not tell. */
export function readCoreTimes(): CoreTimes | null {
  const numbers = /^cpu +(.+)$/m
    .exec(readNow('/proc/stat') ?? '')?.[1]
    ?.split(' ')
    .map(Number);
  if (numbers === undefined) return null;
  // Guests' time, fields 9 and 10, is in the first two already.
  const [user = NaN, nice = NaN, system = NaN, , , interrupt = 0, soft = 0, stolen = 0] = numbers;
  const busy = user + nice + system + interrupt + soft;
  return Number.isNaN(busy + stolen) ? null : { busy, stolen };
}

/** Pids of the direct children of all threads; null when the kernel does not tell (no CONFIG_PROC_CHILDREN) or the process is gone. */
export function readChildren(pid: number): number[] | null {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
        .split(' ')
        .filter((word) => word !== '')
        .map(Number),
    );
  } catch {
    return null;
  }
}

/** Every process except kernel threads. About 1 ms for 100 processes. */
export function readAllStats(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat): stat is ProcessStat => stat !== null && !stat.isKernelThread);
}
