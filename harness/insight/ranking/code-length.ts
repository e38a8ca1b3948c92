/**
 * How many bits it takes to say which cells are bad: first the explanation, then the cells where it is wrong. The explanation with the
 * fewest bits is the best (minimum description length); a term that costs more than the exceptions it saves does not pay.
 * docs/insight.md spells out the sums.
 */
import type { Tier } from '../quantities.ts';

/** log2 of factorials up to `most`. */
function logFactorials(most: number): Float64Array {
  const table = new Float64Array(most + 1);
  for (let index = 2; index <= most; index += 1) table[index] = (table[index - 1] ?? 0) + Math.log2(index);
  return table;
}

/** Bits of the labels, given that so many cells are called bad, of which so many are. */
export interface Scores {
  readonly total: number;
  readonly bad: number;
  bits(inside: number, badInside: number): number;
}

/** The exceptions: among the cells that the explanation calls bad, and among the others. */
export class ExceptionCode implements Scores {
  readonly total: number;
  readonly bad: number;
  readonly #factorials: Float64Array;

  constructor(total: number, bad: number) {
    this.total = total;
    this.bad = bad;
    this.#factorials = logFactorials(total);
  }

  /** Bits of the labels, given that `inside` cells are called bad, of which `badInside` are. */
  bits(inside: number, badInside: number): number {
    const outside = this.total - inside;
    return this.side(inside, badInside) + this.side(outside, this.bad - badInside);
  }

  /** Bits of the labels without any explanation. */
  get nothing(): number {
    return this.side(this.total, this.bad);
  }

  /** The same beside cells that something else calls bad. */
  beside(inside: number, badInside: number): Scores {
    const { total, bad } = this;
    return { total, bad, bits: (more, badMore) => this.bits(inside + more, badInside + badMore) };
  }

  /** Of cells that are all called the same. */
  side(cells: number, bad: number): number {
    const log = this.#factorials;
    return Math.log2(cells + 1) + (log[cells] ?? 0) - (log[bad] ?? 0) - (log[cells - bad] ?? 0);
  }
}

const TIER_BITS: Readonly<Record<Tier, number>> = { given: 0, derived: 1, arithmetic: 3, compound: 4 };

/** Naming a quantity out of the `alike` of its tier. */
export function quantityBits(tier: Tier, alike: number): number {
  return TIER_BITS[tier] + Math.log2(Math.max(1, alike));
}

/** That either of two terms is enough. */
export const OR_BITS = 2;

/** Kinds of terms: a threshold is the plainest. */
export const KIND_BITS = { threshold: 1, property: 2, between: 2.5, oneOf: 2 } as const;

/**
 * A limit anywhere between two neighbouring values. Powers of two are rare among all limits and frequent among those that software has, so
 * half of the weight is theirs. `cuts`: places where a limit could be. `powers`: powers of two between the smallest and largest value.
 */
export function limitBits(isPower: boolean, cuts: number, powers: number): number {
  return 1 + Math.log2(Math.max(1, isPower ? powers : cuts));
}

/** A set of `chosen` out of `all` names without an order. */
export function setBits(chosen: number, all: number): number {
  return Math.log2(Math.max(1, all)) + choose(all, chosen);
}

/** A set of ordered names that begins or ends at `changes` places. One change is "from 5.3 on". */
export function runsBits(changes: number, all: number): number {
  return 1 + 2 * Math.log2(changes + 1) + choose(Math.max(0, all - 1), changes);
}

/** Of the kind "power of two", "even or odd", "multiple of 3, 4, 8, 12 … 64". */
export function propertyBits(property: 'power-of-two' | 'multiple', of: number): number {
  return property === 'power-of-two' ? 1 : of === 2 ? 2 : 4;
}

function choose(all: number, chosen: number): number {
  let bits = 0;
  for (let index = 1; index <= chosen; index += 1) bits += Math.log2((all - chosen + index) / index);
  return bits;
}
