/** Parses /proc/<pid>/stat and /proc/<pid>/status. Pure: reading them is read.ts. */
import type { ProcessIdentity } from '../../model/attempt/attempt.ts';

export type Identity = Readonly<ProcessIdentity>;

export interface ProcessStat extends Identity {
  /** The first 15 bytes of the program's name. */
  readonly name: string;
  /** R running, S sleeping, D uninterruptible, T stopped, t traced, Z zombie, X dead. */
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  /** User and system time of all its threads, without waited-for children. */
  readonly cpuTicks: number;
  readonly threads: number;
  readonly isKernelThread: boolean;
  /** A thread of it that is alive, where it is; the first one as a rule. Files of /proc that speak of the memory do so for this one only. */
  readonly thread: number;
}

/** Linux reports times to user space in hundredths of a second on every architecture that Node runs on. */
export const TICKS_PER_SECOND = 100;

const PF_KTHREAD = 0x00200000;

/** null when the text is no stat line. The name may hold spaces and brackets, so fields are counted from the last ")". */
export function parseStat(text: string): ProcessStat | null {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const fields = text
    .slice(close + 2)
    .trimEnd()
    .split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  const state = fields[0];
  const stat = {
    pid: Number.parseInt(text, 10),
    startTicks: field(22),
    name: text.slice(open + 1, close),
    state: state ?? '',
    parent: field(4),
    group: field(5),
    session: field(6),
    cpuTicks: field(14) + field(15),
    threads: field(20),
    isKernelThread: (field(9) & PF_KTHREAD) !== 0,
    thread: Number.parseInt(text, 10),
  };
  const isWhole = Number.isInteger(stat.pid) && Number.isFinite(stat.startTicks) && stat.state.length === 1;
  return isWhole ? stat : null;
}

/** Gone for every purpose of ours: it runs no code and holds no device. Of a process as `readStat` gives it, all threads. */
export function isDead(stat: ProcessStat): boolean {
  return stat.state === 'Z' || stat.state === 'X' || stat.state === 'x';
}

/** Whether the process has a handler of its own for a signal. Without one SIGUSR1 would kill it. */
export function catches(status: string, signal: number): boolean {
  return isIn('SigCgt', status, signal);
}

/** Whether a signal that was sent to the process has not been handled yet: nobody let it run since. */
export function hasPending(status: string, signal: number): boolean {
  return isIn('ShdPnd', status, signal) || isIn('SigPnd', status, signal);
}

/** Whether the main thread holds a signal back. It does so while it handles that signal. */
export function holdsBack(status: string, signal: number): boolean {
  return isIn('SigBlk', status, signal);
}

function isIn(set: 'SigCgt' | 'SigBlk' | 'ShdPnd' | 'SigPnd', status: string, signal: number): boolean {
  const mask = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1];
  return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
}
