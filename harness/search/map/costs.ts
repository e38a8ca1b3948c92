/** What passes and bad attempts cost in this run, from its answers. */
import type { Answer } from '../search.ts';

/** Costs are rounded to the nearest of these, by ratio: a small change of the mean must not change the questions. */
const LEVELS = [
  1, 1.25, 1.6, 2, 2.5, 3.2, 4, 5, 6.3, 8, 10, 12.5, 16, 20, 25, 32, 40, 50, 64, 80, 100, 125, 160, 200, 250, 320, 400,
  500,
] as const;
/** Guess of a passing attempt before one was seen, seconds. */
const FIRST_PASS_SECONDS = 1;

export class Costs {
  readonly #firstBad: number;
  readonly #tries: number;
  #passes = { seconds: 0, count: 0 };
  #bads = { seconds: 0, count: 0 };
  #all = { good: 0, bad: 0 };

  /** `deadline`: seconds that a hang is expected to take until one was seen. `tries`: clean ones that make a cell good. */
  constructor(deadline: number, tries: number) {
    this.#firstBad = deadline;
    this.#tries = tries;
  }

  /** Confirmations begin with an import and would mislead; each boundary takes one whatever is asked before it. */
  observe({ purpose, grade, seconds }: Answer): void {
    this.#all[grade === 'bad' ? 'bad' : 'good'] += 1;
    if (purpose === 'confirm' || grade === 'untestable') return;
    const sum = grade === 'good' ? this.#passes : this.#bads;
    sum.seconds += seconds;
    sum.count += 1;
  }

  /** Of a bad attempt, in passing ones. */
  get badAttempt(): number {
    const pass = this.#passes.count > 0 ? this.#passes.seconds / this.#passes.count : FIRST_PASS_SECONDS;
    const bad = this.#bads.count > 0 ? this.#bads.seconds / this.#bads.count : this.#firstBad;
    return level(bad / Math.max(pass, Number.MIN_VALUE));
  }

  /** By all attempts so far, in good cells. */
  get spent(): number {
    return this.#all.good / this.#tries + this.#all.bad * this.badCell;
  }

  /** Of a cell that turns out bad, in cells that turn out good: these take all their tries. */
  get badCell(): number {
    return level(this.badAttempt / this.#tries);
  }
}

function level(ratio: number): number {
  const above = LEVELS.findIndex((one) => one >= ratio);
  const [low = 1, high = low] = above < 0 ? LEVELS.slice(-1) : LEVELS.slice(Math.max(0, above - 1), above + 1);
  return ratio * ratio > low * high ? high : low;
}
