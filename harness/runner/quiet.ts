/** Waits for a machine that has a core to spare, for a while: where the crowd is there to stay, patience has to do. */
import { availableParallelism } from 'node:os';
import { runnableThreads } from '../machine/host.ts';
import { now } from '../machine/time.ts';

const LOOK_SECONDS = 0.25;
/** A moment without others is no quiet. */
const QUIET_LOOKS = 8;
const LONGEST_SECONDS = 30;
/** In a run: after so many waits in vain nobody waits any more. */
const MOST_VAIN = 5;

export interface QuietPorts {
  /** Threads that run or stand in line for a core now, ours included; null where the kernel does not tell. */
  readonly runnable: () => number | null;
  readonly cores: number;
  readonly now: () => number;
  sleep(seconds: number, signal: AbortSignal): Promise<unknown>;
}

export class Quiet {
  readonly #ports: QuietPorts;
  #vain = 0;

  constructor(ports: Pick<QuietPorts, 'sleep'> & Partial<QuietPorts>) {
    this.#ports = { runnable: runnableThreads, cores: availableParallelism(), now, ...ports };
  }

  /** At most LONGEST_SECONDS; ends at once when `signal` is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    if (this.#vain >= MOST_VAIN) return;
    const end = this.#ports.now() + LONGEST_SECONDS;
    for (let quiet = 0; quiet < QUIET_LOOKS;) {
      if (signal.aborted) return;
      if (this.#ports.now() >= end) {
        this.#vain += 1;
        return;
      }
      quiet = (this.#ports.runnable() ?? 0) <= this.#ports.cores ? quiet + 1 : 0;
      await this.#ports.sleep(LOOK_SECONDS, signal);
    }
  }
}
