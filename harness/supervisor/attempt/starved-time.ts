/**
 * Of the time between two looks at an attempt's threads: how much of it the attempt could not run, because others had the cores. Pure.
 *
 * The rule: between two looks **the one thread that lost most** counts, and it alone. Any thread may be the one on which all others wait, so a
 * probe is no faster than it; and a second is lost at most once, however many threads stood in line in it: a hang that spins in many threads
 * loses no more of its clock than a hang that spins in one. What a thread loses is its time on a run queue (field 2 of schedstat) and, of the
 * time that it ran, what a hypervisor took from the cores. A thread that sleeps loses nothing, so an idle hang is timed by the wall clock.
 *
 * The kernel adds a wait to schedstat when it is over. One that goes on is told by a thread that is ready to run at both looks and has not
 * run in between. A thread that is new since the last look counts from its begin, those of the first look from then on.
 */
import type { Because } from '../../model/attempt/because.ts';
import type { CoreTimes, ThreadTimes } from '../../machine/processes/read.ts';

const NANOSECONDS = 1e9;

export interface ThreadLook {
  /** Seconds, monotonic. */
  readonly at: number;
  /** By a name that no later thread has. */
  readonly threads: ReadonlyMap<string, ThreadTimes>;
  /** Of the whole machine; null when it does not tell. */
  readonly cores: CoreTimes | null;
}

/** Seconds that one thread lost. */
export interface Starved {
  /** In line for a core. */
  readonly waited: number;
  /** On a core that the machine below this one gave to others. */
  readonly stolen: number;
}

/** From this share of a silence on, it may be the machine's. */
const MUCH = 0.5;

/**
 * Whether others held the cores for most of a silence: then it is no hang, but may be one. `couldRun`: the limit passed in time in which it could run, all of
 * it, as in patience. Where its own processes used half of the `cores` or more, it stood in line behind itself.
 */
export function isStarvedSilence(
  { waitedSeconds = 0, silentSeconds, cpuShare }: Because,
  { couldRun, cores }: { readonly couldRun: boolean; readonly cores: number },
): boolean {
  return !couldRun && waitedSeconds > MUCH * silentSeconds && (cpuShare ?? 0) < cores / 2;
}

const NOTHING: Starved = { waited: 0, stolen: 0 };

interface Known extends ThreadTimes {
  /** Nanoseconds of waiting that were counted already. */
  readonly counted: number;
}

export class StarvedTime {
  #last: { readonly at: number; readonly cores: CoreTimes | null; readonly known: ReadonlyMap<string, Known> } | null =
    null;

  /** Since the last look; nothing at the first. */
  see({ at, threads, cores }: ThreadLook): Starved {
    const last = this.#last;
    const between = last === null ? 0 : at - last.at;
    const taken = takenShare(last?.cores ?? null, cores);
    const known = new Map<string, Known>();
    let most = NOTHING;
    for (const [name, times] of threads) {
      const before = last?.known.get(name);
      const counted = last === null ? times.waited : countedNow(times, before, between);
      known.set(name, { ...times, counted });
      if (last === null) continue;
      const waited = (counted - (before?.counted ?? 0)) / NANOSECONDS;
      const ran = Math.max(0, times.ran - (before?.ran ?? 0)) / NANOSECONDS;
      // Some kernels count what was taken as time that the thread ran, some do not.
      const stolen = taken === 1 ? 0 : taken * Math.min(between, ran / (1 - taken));
      if (waited + stolen > most.waited + most.stolen) most = { waited, stolen };
    }
    this.#last = { at, cores, known };
    return most;
  }
}

function countedNow(times: ThreadTimes, before: Known | undefined, between: number): number {
  // Its begin lies between the looks.
  if (before === undefined) return Math.min(between * NANOSECONDS, times.waited);
  const stoodStill = times.turns === before.turns && times.ran === before.ran;
  const waits = stoodStill && before.isReady && times.isReady ? between * NANOSECONDS : 0;
  return Math.max(before.counted + waits, times.waited);
}

/** Share of the cores' working time that was taken from this machine. */
function takenShare(before: CoreTimes | null, after: CoreTimes | null): number {
  if (before === null || after === null) return 0;
  const busy = Math.max(0, after.busy - before.busy);
  const stolen = Math.max(0, after.stolen - before.stolen);
  return stolen === 0 ? 0 : stolen / (busy + stolen);
}
