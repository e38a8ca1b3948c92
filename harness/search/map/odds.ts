/**
 * How often something came true, for each state of affairs. A state that was seen rarely leans on what was expected of it.
 */
interface Record_ {
  right: number;
  total: number;
}

/** A line's worth of expectation stands beside what was seen. */
const WEIGHT = 1;

export class Odds {
  readonly #seen = new Map<string, Record_>();

  /** In (0, 1). */
  of(state: string, expected: number): number {
    const { right, total } = this.#seen.get(state) ?? { right: 0, total: 0 };
    return (right + WEIGHT * expected) / (total + WEIGHT);
  }

  learn(state: string, cameTrue: boolean): void {
    const seen = this.#seen.get(state) ?? { right: 0, total: 0 };
    this.#seen.set(state, seen);
    seen.total += 1;
    if (cameTrue) seen.right += 1;
  }
}
