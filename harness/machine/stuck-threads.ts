/**
 * Own threads that wait in the kernel for a file and do not come back, as on a network disk that does not answer. Whoever waits for one of them waits
 * for ever, and so does every ordinary way out of this process.
 */
import { readThreadTimes, readWaitChannel } from './processes/read.ts';
import { now } from './time.ts';

/** Where threads wait that have nothing to do, or wait for each other. */
const IDLE = /futex|poll|nanosleep|sigsuspend|sigtimedwait|do_wait/;

export class StuckThreads {
  /** By thread: how it was seen last, and since when it has been so. */
  #seen = new Map<string, { readonly turns: number; readonly waitsIn: string; readonly since: number }>();

  /** Looks once, some 0.3 ms. The kernel functions in which threads wait that have not run for so many seconds, nor at any look since. */
  look(seconds: number): readonly string[] {
    const at = now();
    const seen = new Map<string, { readonly turns: number; readonly waitsIn: string; readonly since: number }>();
    for (const { thread, turns } of readThreadTimes(process.pid)) {
      const waitsIn = readWaitChannel(process.pid, Number(thread));
      if (waitsIn === null || IDLE.test(waitsIn)) continue;
      const before = this.#seen.get(thread);
      const since = before?.turns === turns && before.waitsIn === waitsIn ? before.since : at;
      seen.set(thread, { turns, waitsIn, since });
    }
    this.#seen = seen;
    return [...seen.values()].filter(({ since }) => at - since >= seconds).map(({ waitsIn }) => waitsIn);
  }
}
