/**
 * The processes of a test run: which are alive, and how all that a test file started is ended, those in sessions of their own included.
 * Own code, not the harness's: a runner that leaned on what it tests could be blinded by it.
 */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Rounds of looking for what an interrupted run left: a process may have been started while the one before it was killed. */
const ROUNDS = 50;
const ROUND_MILLISECONDS = 100;

/** Ticks of /proc/<pid>/stat in a second; Linux tells programs 100 on every machine. */
const TICKS_PER_SECOND = 100;

interface Living {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/** A variable that stands in the environment of everything that one test program starts. Nested runs keep both names. */
export function newMark(): string {
  return `BENCH_TEST_${randomUUID().replaceAll('-', '')}`;
}

/** Kills the group at once. */
export function killGroup(group: number): void {
  signalGroup(group);
}

/** Zombies are over: whoever adopted them reaps them in its own time. */
export function isAlive(group: number): boolean {
  return signalGroup(group, 0) && living().some((one) => one.group === group);
}

/**
 * Kills everything that descends from `groups`, shares a session with it or carries one of `marks`, until nothing of it is alive or the
 * rounds are spent. Returns the pids that were not to be killed.
 */
export async function killEverything(groups: readonly number[], marks: readonly string[]): Promise<readonly number[]> {
  const sessions = new Set(groups);
  const own = Number(fields('self')?.[3]);
  for (let round = 0; ; round += 1) {
    const found = family(sessions, marks);
    if (found.length === 0 || round === ROUNDS) return found.map(({ pid }) => pid);
    for (const { pid, session } of found) {
      if (session !== own) sessions.add(session);
      signal(pid);
    }
    await sleep(ROUND_MILLISECONDS);
  }
}

/** CPU seconds, user and system, of this process's children that are over, and of theirs. */
export function childrenCpuSeconds(): number {
  // utime and stime are fields 14 and 15; cutime and cstime follow. After the name comes field 3.
  const [user, system] = fields('self')?.slice(13, 15) ?? [];
  return (Number(user ?? 0) + Number(system ?? 0)) / TICKS_PER_SECOND;
}

function family(sessions: ReadonlySet<number>, marks: readonly string[]): readonly Living[] {
  const all = living().filter(({ pid }) => pid !== process.pid);
  const found = new Set(
    all.filter((one) => sessions.has(one.session) || sessions.has(one.group) || isMarked(one.pid, marks)),
  );
  for (let before = -1; before < found.size;) {
    before = found.size;
    const pids = new Set([...found].map(({ pid }) => pid));
    for (const one of all) if (pids.has(one.parent)) found.add(one);
  }
  return [...found];
}

function isMarked(pid: number, marks: readonly string[]): boolean {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
    return marks.some((mark) => environment.includes(mark));
  } catch {
    return false;
  }
}

function living(): Living[] {
  return readdirSync('/proc').flatMap((name) => {
    const [state, ...numbers] = /^\d+$/.test(name) ? (fields(name) ?? ['X']) : ['X'];
    const [parent, group, session] = numbers.map(Number);
    if (state === 'Z' || state === 'X' || parent === undefined || group === undefined || session === undefined)
      return [];
    return [{ pid: Number(name), parent, group, session }];
  });
}

/** What follows the name in /proc/<pid>/stat; the name stands in parentheses and may hold anything. */
function fields(pid: string): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Whether there was anything to send it to. */
function signalGroup(group: number, number: 'SIGKILL' | 0 = 'SIGKILL'): boolean {
  return signal(-group, number);
}

function signal(pid: number, number: 'SIGKILL' | 0 = 'SIGKILL'): boolean {
  try {
    process.kill(pid, number);
    return true;
  } catch {
    return false;
  }
}
