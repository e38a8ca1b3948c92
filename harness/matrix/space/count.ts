/**
 * Counts the cells and lines that `exclude` leaves, by arithmetic. A condition holds for a box: a subset of the values of each axis,
 * of the constants, and of the pairs of environment and setting. Values that satisfy the same excludes are counted
 * together, so the cost grows with the number of different answers, not with the number of cells.
 */
import { matches, type Subject, type Where } from '../../model/conditions.ts';
import type { Axis } from './axes.ts';
import type { Matrix } from '../file/schema.ts';

export interface Counts {
  readonly lines: number;
  readonly cells: number;
}

/** One bit for each exclude: set where the part that was looked at satisfies it. */
type Mask = bigint;

export class GridCounter {
  readonly #exclude: readonly Where[];
  /** Case parameters; every other name in a condition is about the pair. */
  readonly #parameters: ReadonlySet<string>;
  readonly #constants: Mask;
  /** Masks of the lines' fixed parts with how many lines have each, and of the values along the search axis. */
  readonly #lines: ReadonlyMap<Mask, number>;
  readonly #along: ReadonlyMap<Mask, number>;

  constructor(matrix: Matrix, fixedAxes: readonly Axis[], searchAxis: Axis | null) {
    this.#exclude = matrix.exclude;
    const axes = searchAxis === null ? fixedAxes : [...fixedAxes, searchAxis];
    this.#parameters = new Set([...axes.flatMap(({ parameters }) => parameters), ...Object.keys(matrix.constants)]);
    this.#constants = this.#maskOf(matrix.constants, (name) => Object.hasOwn(matrix.constants, name));
    const everything = this.#everything();
    let lines: ReadonlyMap<Mask, number> = new Map([[everything, 1]]);
    for (const axis of fixedAxes) lines = product(lines, this.#masksOf(axis));
    this.#lines = lines;
    this.#along = searchAxis === null ? new Map([[everything, 1]]) : this.#masksOf(searchAxis);
  }

  /** `pair`: the subject of one environment and setting. */
  count(pair: Subject): Counts {
    const fixed = this.#maskOf(pair, (name) => !this.#parameters.has(name)) & this.#constants;
    let lines = 0;
    let cells = 0;
    for (const [mask, count] of this.#lines) {
      const left = this.#left(mask & fixed);
      if (left > 0) lines += count;
      cells += left * count;
    }
    return { lines, cells };
  }

  #left(line: Mask): number {
    let left = 0;
    for (const [mask, count] of this.#along) if ((mask & line) === 0n) left += count;
    return left;
  }

  #everything(): Mask {
    return (1n << BigInt(this.#exclude.length)) - 1n;
  }

  #masksOf(axis: Axis): ReadonlyMap<Mask, number> {
    const asked = this.#exclude.some((where) => axis.parameters.some((name) => Object.hasOwn(where, name)));
    if (!asked) return new Map([[this.#everything(), axis.length]]);
    const masks = new Map<Mask, number>();
    for (let index = 0; index < axis.length; index += 1) {
      const values = axis.at(index);
      const subject = Object.fromEntries(axis.parameters.map((name, place) => [name, values[place] ?? null]));
      const mask = this.#maskOf(subject, (name) => axis.parameters.includes(name));
      masks.set(mask, (masks.get(mask) ?? 0) + 1);
    }
    return masks;
  }

  /** Looks at the conditions on names that `owns` says yes to, and takes the others as met: other parts answer for them. */
  #maskOf(subject: Subject, owns: (name: string) => boolean): Mask {
    let mask = 0n;
    for (const [index, where] of this.#exclude.entries()) {
      const own = Object.fromEntries(Object.entries(where).filter(([name]) => owns(name)));
      if (matches(own, subject)) mask |= 1n << BigInt(index);
    }
    return mask;
  }
}

function product(a: ReadonlyMap<Mask, number>, b: ReadonlyMap<Mask, number>): ReadonlyMap<Mask, number> {
  const masks = new Map<Mask, number>();
  for (const [left, count] of a) {
    for (const [right, other] of b) masks.set(left & right, (masks.get(left & right) ?? 0) + count * other);
  }
  return masks;
}
