/**
 * Audits: attempts that no boundary needs, to notice where "larger is worse" does not hold. They take a fixed share of what the whole
 * grid would cost.
 */

/** Of the grid's cost, below boundaries and above them. */
const SHARE = { below: 0.02, above: 0.012 } as const;
/** Part of the whole budget below boundaries that may be spent ahead of the lines it comes from. */
const AHEAD = 0.1;
/** Cells of one line and side. */
const MOST_PER_LINE = 3;
/** Every so many of the audits above a boundary looks at the end of the line: hangs that end are seen there first. */
const BESIDE_THE_END = 3;

export class Auditor {
  readonly #cells: number;
  readonly #looked = new Map<number, number>();
  #earned = 0;
  #spentBelow = 0;
  #spentAbove = 0;
  #above = 0;

  /** `cells`: of the whole matrix. */
  constructor(cells: number) {
    this.#cells = cells;
  }

  /**
   * Which places of a line to look at, of those inferred good and inferred bad. `grid`: what trying every cell of the line would cost,
   * `badCost` what a bad one does, both in good cells.
   */
  choose(line: { readonly good: readonly number[]; readonly bad: readonly number[]; readonly grid: number; readonly badCost: number }): readonly number[] {
    this.#earned += line.grid;
    const chosen: number[] = [];
    while (chosen.length < Math.min(MOST_PER_LINE, line.good.length) && this.#spentBelow + 1 <= SHARE.below * (this.#earned + AHEAD * this.#cells)) {
      const place = this.#leastLooked(line.good.filter((one) => !chosen.includes(one)));
      chosen.push(place);
      this.#spentBelow += 1;
    }
    const end = line.bad.at(-1);
    if (end !== undefined && this.#spentAbove + line.badCost <= SHARE.above * Math.max(this.#earned, this.#cells)) {
      this.#above += 1;
      this.#spentAbove += line.badCost;
      chosen.push(this.#above % BESIDE_THE_END === 0 ? this.#leastLooked(line.bad) : end);
    }
    for (const place of chosen) this.#looked.set(place, (this.#looked.get(place) ?? 0) + 1);
    return chosen;
  }

  #leastLooked(places: readonly number[]): number {
    const count = (place: number): number => this.#looked.get(place) ?? 0;
    // Among equals a different one each time: lines are too alike to begin with the same place.
    const fewest = Math.min(...places.map(count));
    const equal = places.filter((place) => count(place) === fewest);
    return equal[Math.floor(this.#earned * 131) % equal.length] ?? 0;
  }
}
