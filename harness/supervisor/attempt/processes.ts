/** The processes of one attempt: the one that the worker started, and whatever came of it. */
import { processKey } from '../../model/attempt/attempt.ts';
import type { Reaper } from '../../machine/processes/brood.ts';
import { descendants, findFamily, type Sightings } from '../../machine/processes/family.ts';
import {
  insidePid,
  look,
  readCoreTimes,
  readStat,
  readThreadTimes,
  type ThreadTimes,
} from '../../machine/processes/read.ts';
import { TICKS_PER_SECOND, isDead, type Identity, type ProcessStat } from '../../machine/processes/stat.ts';
import { isAlive } from '../../machine/processes/signal.ts';
import { now } from '../../machine/time.ts';
import type { ThreadLook } from './starved-time.ts';

/** The worker, as an attempt sees it. */
export interface Home {
  readonly worker: Identity;
  /** The interpreter that forks: the worker itself, unless its command is a wrapper. */
  readonly reaper: number;
  readonly marker: string;
  /** Of attempts, as they were seen: looked for again at the end, wherever they hang by then. */
  readonly seen: Sightings;
  /** Processes that belong to the worker rather than to an attempt, by pid. */
  readonly residents: ReadonlySet<number>;
  /** The worker's variables, which its attempts inherit. */
  readonly env: Readonly<Record<string, string>>;
  /** The interpreter runs in a pid namespace of its own and tells pids of that. */
  readonly isGuest?: boolean;
}

/**
 * The process that `started` names; null when it is gone already. A pid that is no child of the worker is not believed:
 * signalling it could hit a stranger (a worker in a pid namespace of its own tells pids that mean others here).
 */
export function mainProcess(home: Home, pid: number): Identity | null {
  if (home.isGuest === true)
    return descendants(home.reaper).find((stat) => stat.parent === home.reaper && insidePid(stat.pid) === pid) ?? null;
  const stat = readStat(pid);
  return stat !== null && (stat.parent === home.reaper || stat.parent === home.worker.pid) ? stat : null;
}

/** Whether the worker stands still by a signal or under a tracer: nobody passes on what the attempt says then, nor tells of its end. */
export function isStopped({ worker, reaper }: Home): boolean {
  return [look(worker), readStat(reaper)].some((stat) => stat?.state === 'T' || stat?.state === 't');
}

/** Where it has a guard, both are. */
export function isWorkerAlive({ worker, reaper }: Home): boolean {
  const stat = readStat(reaper);
  return isAlive(worker) && stat !== null && !isDead(stat);
}

/** Below whom everything hangs that an attempt starts. */
export function broodReaper({ reaper, residents }: Home): Reaper {
  return { pid: reaper, except: residents };
}

/** Every living process of the attempt, the main one first. */
export async function attemptProcesses(home: Home, main: Identity | null): Promise<ProcessStat[]> {
  const family = await findFamily({
    roots: [home.worker],
    sessions: main === null ? [] : [main],
    marker: home.marker,
    notBefore: home.worker.startTicks,
    except: home.residents,
    seen: home.seen,
  });
  return family.toSorted((a, b) => Number(b.pid === main?.pid) - Number(a.pid === main?.pid));
}

/** CPU time that a process and its living descendants have used so far: for telling a busy hang from an idle one. */
export class CpuLook {
  readonly #ticks = new Map<string, number>();

  constructor(main: Identity) {
    const stat = look(main);
    if (stat === null || isDead(stat)) return;
    for (const one of [stat, ...descendants(main.pid)]) this.#ticks.set(processKey(one), one.cpuTicks);
  }

  /** CPU seconds since an earlier look; a process that the earlier look did not see counts from its begin. */
  since(earlier: CpuLook): number {
    let ticks = 0;
    for (const [key, value] of this.#ticks) ticks += value - (earlier.#ticks.get(key) ?? 0);
    return ticks / TICKS_PER_SECOND;
  }
}

/**
 * The threads on which an attempt's progress hangs: its own, and those of the worker, which starts it and passes on what it says.
 * None where we may not look, or the kernel does not count.
 */
export function lookAtThreads(
  { worker, reaper, residents, seen }: Pick<Home, 'worker' | 'reaper' | 'residents' | 'seen'>,
  main: Identity | null,
): ThreadLook {
  const needed = [look(worker), readStat(reaper), main === null ? null : look(main)].filter((stat) => stat !== null);
  const below = needed.flatMap(({ pid }) => descendants(pid)).filter(({ pid }) => !residents.has(pid));
  seen.add(below);
  const threads = new Map<string, ThreadTimes>();
  for (const [pid, { startTicks }] of new Map([...needed, ...below].map((stat) => [stat.pid, stat])))
    for (const times of readThreadTimes(pid)) threads.set(`${times.thread}:${startTicks}`, times);
  return { at: now(), threads, cores: readCoreTimes() };
}

/** Our own threads, which read the files in which signs of progress may stand. */
export function lookAtOwnThreads(): ThreadLook {
  const threads = new Map(readThreadTimes(process.pid).map((times) => [times.thread, times]));
  return { at: now(), threads, cores: readCoreTimes() };
}
