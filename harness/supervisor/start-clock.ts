/** Times the two steps of a worker's start as an attempt's silence is timed: what it could not run, because others held the cores, does not count. */
import { availableParallelism } from 'node:os';
import { lookAtThreads } from './attempt/processes.ts';
import { StallClock } from './attempt/stall-clock.ts';
import { isStarvedSilence, StarvedTime } from './attempt/starved-time.ts';
import { Sightings } from '../machine/processes/family.ts';
import type { Identity } from '../machine/processes/stat.ts';
import { now } from '../machine/time.ts';
import type { Watchdog } from '../matrix/file/schema.ts';

const LOOK_SECONDS = 0.1;
/** A look that comes later than this was not the worker's fault. */
const LATE_SECONDS = 1;

export class StartClock {
  readonly #clock: StallClock;
  readonly #starved = new StarvedTime();
  readonly #worker: Identity;
  readonly #overdue: (isStarved: boolean) => void;
  #timer: NodeJS.Timeout | undefined;

  /** overdue: told once that the limit has passed, and whether for most of it the worker was hardly let run. */
  constructor(worker: Identity, watchdog: Watchdog, overdue: (isStarved: boolean) => void) {
    this.#worker = worker;
    this.#overdue = overdue;
    this.#clock = new StallClock(watchdog, now());
    this.#look();
  }

  /** Seconds of the step that it is in. */
  get limit(): number {
    return this.#clock.deadline;
  }

  /** It has started, and imports the probe. */
  imports(): void {
    this.#clock.enter('import', now());
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    const home = {
      worker: this.#worker,
      reaper: this.#worker.pid,
      residents: new Set<number>(),
      seen: new Sightings(),
    };
    const { waited, stolen } = this.#starved.see(lookAtThreads(home, null));
    this.#clock.starved(waited + stolen, now());
    const verdict = this.#clock.verdict(now());
    if (verdict.kind !== 'alive') {
      const because = { ...this.#clock.because(now()), cpuShare: null, compiler: null };
      this.#overdue(isStarvedSilence(because, { couldRun: false, cores: availableParallelism() }));
      return;
    }
    const wait = Math.max(0.001, Math.min(LOOK_SECONDS, verdict.dueIn));
    const planned = now() + wait;
    this.#timer = setTimeout(() => {
      if (now() - planned > LATE_SECONDS) this.#clock.forgive(now() - planned, now());
      this.#look();
    }, wait * 1000);
  }
}
