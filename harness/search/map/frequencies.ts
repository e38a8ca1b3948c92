/** How often something came true, by state of affairs. A state that was seen rarely leans on a wider one, and that on what was expected. */

interface Seen {
  right: number;
  total: number;
}

/** What is expected weighs as much as this many sightings. */
const WEIGHT = 2;

export class Frequencies {
  readonly #seen = new Map<string, Seen>();

  /** In (0, 1), for the last and narrowest of the states. */
  along(states: readonly string[], expected: number): number {
    return states.reduce((wider, state) => {
      const { right, total } = this.#seen.get(state) ?? { right: 0, total: 0 };
      return (right + WEIGHT * wider) / (total + WEIGHT);
    }, expected);
  }

  learnAlong(states: readonly string[], cameTrue: boolean): void {
    for (const state of states) {
      const seen = this.#seen.get(state) ?? { right: 0, total: 0 };
      this.#seen.set(state, seen);
      seen.total += 1;
      if (cameTrue) seen.right += 1;
    }
  }
}
