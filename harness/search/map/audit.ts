/**
 * Audits: attempts that no boundary needs, to notice where "larger is worse" does not hold. They take a fixed share of what the whole
 * grid would cost. Where that is less than a single hang, one look above a boundary is made all the same, and a few below: a small matrix
 * can pay for them, and a wrong answer costs its reader more.
 */

/** Of the grid's cost: all audits together, and those above boundaries, which hang as a rule. */
const SHARE = { all: 0.042, above: 0.012 } as const;
/** Part of the whole budget that may be spent ahead of the lines it comes from. */
const AHEAD = 0.05;
/** Cells of one line and side. */
const MOST_PER_LINE = 3;
/** Looks below boundaries that every run makes. */
const ALWAYS_BELOW = 6;
/** Looks above boundaries that may take a larger share, each at the end of a line that turns bad somewhere else than those before. */
const EARLY = { looks: 3, share: 0.04 } as const;

/** What a settled line leaves open. Costs in good cells. */
export interface AuditCandidates {
  readonly line: string;
  /** Places inferred good and inferred bad, ascending. */
  readonly good: readonly number[];
  readonly bad: readonly number[];
  /** What trying every cell of the line would cost. */
  readonly grid: number;
  readonly badCost: number;
}

export class Auditor {
  readonly #cells: number;
  readonly #looked = new Map<number, number>();
  #earned = 0;
  #spentBelow = 0;
  #spentAbove = 0;
  #above = 0;
  /** First places above the boundaries that were looked above. */
  readonly #turns = new Set<number>();

  /** `cells`: of the whole matrix. */
  constructor(cells: number) {
    this.#cells = cells;
  }

  /** Which places of a settled line to look at. */
  choose({ line, good, bad, grid, badCost }: AuditCandidates): readonly number[] {
    this.#earned += grid;
    const dice = diceOf(line);
    const chosen: number[] = [];
    // A delay by lot: lines come in a regular order, and every so many of them would always be the same sort of line.
    const delay = 2 * dice();
    while (
      chosen.length < Math.min(MOST_PER_LINE, good.length) &&
      (this.#spentBelow < ALWAYS_BELOW || this.#spentBelow + 1 + delay <= this.#budgetBelow(badCost))
    ) {
      chosen.push(
        this.#leastLooked(
          good.filter((one) => !chosen.includes(one)),
          dice,
        ),
      );
      this.#spentBelow += 1;
    }
    const end = bad.at(-1);
    if (end !== undefined && this.#mayLookAbove(bad[0] ?? end, badCost)) {
      this.#above += 1;
      this.#spentAbove += badCost;
      this.#turns.add(bad[0] ?? end);
      // Hangs that end are seen at the end of the line first, gaps within them only beside it.
      chosen.push(this.#above > EARLY.looks && this.#above % 2 === 0 ? this.#leastLooked(bad, dice) : end);
    }
    for (const place of chosen) this.#looked.set(place, (this.#looked.get(place) ?? 0) + 1);
    return chosen;
  }

  /** The first look of a run is free: a hang more is cheaper than a map that is wrong throughout. */
  #mayLookAbove(first: number, badCost: number): boolean {
    const whole = Math.max(this.#earned, this.#cells);
    const isEarly = this.#above < EARLY.looks && !this.#turns.has(first);
    return this.#above === 0 || this.#spentAbove + badCost <= (isEarly ? EARLY.share : SHARE.above) * whole;
  }

  /** What may be spent below boundaries by now. What is too little for a single hang is spent there too. */
  #budgetBelow(badCost: number): number {
    const forHangs =
      SHARE.above * this.#cells < badCost ? 0 : Math.max(0, SHARE.above * this.#earned - this.#spentAbove);
    return SHARE.all * (this.#earned + AHEAD * this.#cells) - this.#spentAbove - forHangs;
  }

  #leastLooked(places: readonly number[], dice: () => number): number {
    const count = (place: number): number => this.#looked.get(place) ?? 0;
    const fewest = Math.min(...places.map(count));
    const equal = places.filter((place) => count(place) === fewest);
    return equal[Math.floor(dice() * equal.length)] ?? 0;
  }
}

/** Numbers in [0, 1) that depend on the line's id alone: the same in every replay. */
function diceOf(line: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < line.length; index += 1)
    state = Math.imul(state ^ line.charCodeAt(index), 0x01000193) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}
