/** Monotonic time and waiting with a limit. */

/** Seconds on a clock that never steps. */
export function now(): number {
  return performance.now() / 1000;
}

export async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

/** A wait is measured in parts of at most this length; one that ends this much too late was a stall of our own. */
const PART_SECONDS = 0.1;
const LATE_SECONDS = 0.1;
/** So that a machine on which every part is late comes to an end, too. */
const MOST_STALLS = 100;

/** Counts down a limit. Time in which this process itself did not run is not counted: what it waits for may lie ready since. */
class Countdown {
  #left: number;
  #stalls = 0;

  constructor(seconds: number) {
    this.#left = seconds;
  }

  get isOver(): boolean {
    return this.#left <= 0;
  }

  /** Seconds of the next part, at most `most`. */
  part(most: number): number {
    return Math.max(0, Math.min(this.#left, most, PART_SECONDS));
  }

  /** A part of `planned` seconds that began at `began` has ended. */
  count(planned: number, began: number): void {
    const took = now() - began;
    if (took > planned + LATE_SECONDS && this.#stalls < MOST_STALLS) this.#stalls += 1;
    else this.#left -= took;
  }
}

/** Calls `act` once this process has run for `seconds`, be it asleep: its own stalls are not counted. Returns what calls it off. */
export function after(seconds: number, act: () => void): () => void {
  const countdown = new Countdown(seconds);
  let timer: NodeJS.Timeout;
  const next = (): void => {
    const planned = countdown.part(seconds);
    const began = now();
    timer = setTimeout(() => {
      countdown.count(planned, began);
      if (countdown.isOver) act();
      else next();
    }, planned * 1000);
  };
  next();
  return () => clearTimeout(timer);
}

/** The promise's value, or `otherwise` when it rejects or takes longer than `seconds`, stalls of this process aside. Never rejects. */
export async function within<T>(seconds: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let callOff: (() => void) | undefined;
  const late = new Promise<T>((resolve) => {
    callOff = after(seconds, () => resolve(otherwise));
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return otherwise;
  } finally {
    callOff?.();
  }
}

/** Looks again and again, seldomer with time (2 to 20 ms), until `done` says true; false when the limit passed first, stalls of this process aside. */
export async function waitUntil(done: () => boolean, limitSeconds: number): Promise<boolean> {
  const countdown = new Countdown(limitSeconds);
  for (let step = 0.002; !done(); step = Math.min(step * 1.5, 0.02)) {
    if (countdown.isOver) return false;
    const planned = countdown.part(step);
    const began = now();
    await pause(planned);
    countdown.count(planned, began);
  }
  return true;
}
