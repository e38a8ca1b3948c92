/** How one line is searched: what the schedule over all lines asks of `grid` and of `line`. */
import type { Cell, Line } from '../model/cell.ts';
import type { Scalar } from '../model/conditions.ts';
import type { Answer, Question } from './search.ts';
import { isBad, isGood, Tally, type Rules, type Standing } from './cell-tally.ts';

/** Where a finished line turns bad. */
export type Turn =
  | { readonly kind: 'clear' }
  | { readonly kind: 'bad-from'; readonly value: Scalar }
  | { readonly kind: 'unknown' };

export interface LineSearch {
  readonly line: Line;
  readonly done: boolean;
  /** Ignored once the line is done, so that a replay ends where the first run ended. */
  absorb(answer: Answer): void;
  /**
   * The questions open now, most useful first, those in flight included; `inFlight` is how many of this line's are. With none
   * in flight there is at least one until the line is done.
   */
  questions(inFlight: number): Iterable<Question>;
  /** What other lines may learn from this one, once it is done. */
  readonly turn: Turn;
}

/** The cells of one line with what is known of each. */
export class LineBook {
  readonly line: Line;
  readonly #tallies: readonly Tally[];
  readonly #places: ReadonlyMap<string, number>;

  constructor(line: Line, rules: Rules) {
    this.line = line;
    this.#tallies = line.cells.map(() => new Tally(rules));
    this.#places = new Map(line.cells.map((cell, index) => [cell.id, index]));
  }

  /** Answers about cells that the line does not hold are dropped. */
  absorb(answer: Answer): void {
    const index = this.#places.get(answer.cell.id);
    if (index !== undefined) this.#tallies[index]?.absorb(answer);
  }

  /** One for each cell, ascending along the axis. */
  standings(): readonly Standing[] {
    return this.#tallies.map((tally) => tally.standing);
  }

  /** Tries of a cell that were not bad. */
  tries(index: number): number {
    return this.#tallies[index]?.tries ?? 0;
  }

  /** One more try of a cell, under limits that it was not suspected under. */
  again(index: number): 'repeat' | 'confirm' {
    return this.#tallies[index]?.wasSuspected === true ? 'confirm' : 'repeat';
  }

  /** Where the line turns bad, by what is known of it so far. */
  get turn(): Turn {
    const standings = this.standings();
    const first = standings.findIndex(isBad);
    if (first >= 0) return { kind: 'bad-from', value: this.value(first) };
    return { kind: standings.some(isGood) ? 'clear' : 'unknown' };
  }

  cell(index: number): Cell {
    const cell = this.line.cells[index];
    if (cell === undefined) throw new RangeError(`line ${this.line.id} has no cell ${index}`);
    return cell;
  }

  /** The value of a cell on the search axis. */
  value(index: number): Scalar {
    const { axis } = this.line;
    return (axis === null ? undefined : this.cell(index).case[axis]) ?? index;
  }
}
