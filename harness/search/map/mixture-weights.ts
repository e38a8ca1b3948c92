/** How far each source of a mixture is believed: by how well it predicted before, in proportion to the others. */

/** The sources that presume nothing begin with more trust: where there is nothing to learn, they are right. */
const PLAIN = 5;

export class MixtureWeights {
  readonly #weights = new Map<string, number>();
  readonly #amnesty: number;

  /** `amnesty`: share of all trust that is dealt out anew each time, so that a source that was wrong for long can come back. */
  constructor(amnesty: number) {
    this.#amnesty = amnesty;
  }

  #first(kind: string): number {
    return kind === 'all' || kind === 'even' ? PLAIN : 1;
  }

  /** Shares of the sources, summing to 1. */
  shares(kinds: readonly string[]): readonly number[] {
    const weights = kinds.map((kind) => this.#weights.get(kind) ?? this.#first(kind));
    const total = weights.reduce((sum, one) => sum + one, 0);
    return weights.map((one) => one / total);
  }

  /** `chances`: what each source gave to what then happened. */
  learn(kinds: readonly string[], chances: readonly number[]): void {
    const mixed = this.shares(kinds).reduce((sum, share, index) => sum + share * (chances[index] ?? 0), 0);
    kinds.forEach((kind, index) => {
      const kept =
        (1 - this.#amnesty) * ((chances[index] ?? 0) / mixed) * (this.#weights.get(kind) ?? this.#first(kind));
      this.#weights.set(kind, kept + this.#amnesty * this.#first(kind));
    });
  }
}
