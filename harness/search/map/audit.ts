/**
 * Audits: attempts that no boundary needs, to notice where "larger is worse" does not hold. They are paid as a share of what an oracle would
 * have to pay for the boundaries, so that a matrix in which nothing hangs stays cheap. One look above a boundary is made whatever it costs: a
 * wrong answer costs its reader more.
 */
import type { Isolation } from '../../model/attempt/attempt.ts';
import type { Line } from '../../model/cell.ts';
import { siteKey } from '../../model/site.ts';

/** Looks below that a clear line pays for, as long as nothing hangs and afterwards, and what is lent to the first. Together at most half a look for each of many lines. */
const PER_CLEAR_LINE = { untroubled: 0.44, other: 0.3 } as const;
const LENT = { fork: 3.48, spawn: 0.48 } as const;
/** Share of the cost of a boundary that goes into looks below it. */
const SHARE_BELOW = 0.07;
/** Looks below on one line; and what is saved for later lines. */
const MOST_PER_LINE = 2;
const MOST_SAVED = 4;
/**
 * Share of the cost of all boundaries that looks above them may take, for the first one of an environment and setting and for others. Looks that
 * hang cost as much as a boundary each.
 */
const SHARE_ABOVE = { first: 0.1, other: 0.05 } as const;

/** What the ends count for: places near them are within fewer stretches than those in the middle. */
const ENDS = 1;

/** What a settled line leaves open. Costs in good cells. */
export interface AuditCandidates {
  readonly line: Line;
  /** Places inferred good and inferred bad, ascending. */
  readonly good: readonly number[];
  readonly bad: readonly number[];
  /** Whether a bad cell bounds it. */
  readonly hangs: boolean;
  readonly badCost: number;
}

type Looked = Map<number, number>;

export class Auditor {
  /** How often each place was looked at: below boundaries, by what lines have in common, and inside what is said to be bad. */
  readonly #below = new Map<string, Looked>();
  readonly #inside: Looked = new Map();
  readonly #sitesAbove = new Set<string>();
  #credit: number;
  #oracle = 0;
  #hangs = false;
  #spentAbove = 0;
  #above = 0;

  /** Forks cost little beside the start of the process that they share, so a small matrix of theirs may have some looks more. */
  constructor(isolation: Isolation) {
    this.#credit = LENT[isolation];
  }

  /** Which places of a settled line to look at. */
  choose({ line, good, bad, hangs, badCost }: AuditCandidates): readonly number[] {
    const dice = diceOf(line.id);
    const own = hangs ? 1 + badCost : 1;
    this.#oracle += own;
    this.#hangs ||= hangs;
    const earned = hangs ? SHARE_BELOW * own : PER_CLEAR_LINE[this.#hangs ? 'other' : 'untroubled'];
    // A little by lot: lines come in a regular order, and every so many of them would always be the same sort of line.
    this.#credit = Math.min(MOST_SAVED, this.#credit + earned * (0.9 + 0.2 * dice()));
    return [...this.#lookBelow(line, good, dice), ...this.#lookAbove(line, bad, badCost, dice)];
  }

  #lookBelow(line: Line, good: readonly number[], dice: () => number): readonly number[] {
    const keys = [`site ${siteKey(line)}`, `parameters ${JSON.stringify([line.setting, line.fixed])}`, 'all'];
    const groups = keys.map((key) => {
      const known: Looked = this.#below.get(key) ?? new Map();
      this.#below.set(key, known);
      return known;
    });
    const chosen: number[] = [];
    while (this.#credit >= 1 && chosen.length < Math.min(MOST_PER_LINE, good.length)) {
      const place = farthest(
        good.filter((one) => !chosen.includes(one)),
        groups,
        dice,
      );
      for (const group of groups) count(group, place);
      chosen.push(place);
      this.#credit -= 1;
    }
    return chosen;
  }

  /** Every other one at the end of the line, where a hang that ends shows first; the others inside what is said to be bad. */
  #lookAbove(line: Line, bad: readonly number[], badCost: number, dice: () => number): readonly number[] {
    const site = siteKey(line);
    const share = this.#sitesAbove.has(site) ? SHARE_ABOVE.other : SHARE_ABOVE.first;
    if (bad.length === 0 || (this.#above > 0 && this.#spentAbove + badCost > share * this.#oracle)) return [];
    this.#above += 1;
    this.#spentAbove += badCost;
    this.#sitesAbove.add(site);
    const end = line.cells.length - 1;
    const inner = bad.filter((place) => place < end);
    if (inner.length === 0 || (this.#above % 2 === 1 && bad.includes(end))) return [end];
    const place = farthest(inner, [this.#inside], dice);
    count(this.#inside, place);
    return [place];
  }
}

/** The place that is farthest from those that were looked at in lines like this one; by lot among equals. */
function farthest(places: readonly number[], groups: readonly Looked[], dice: () => number): number {
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  const weights = places.map((place) => {
    const ends = ENDS * (closeness(first - 1, place) + closeness(last + 1, place));
    return groups.reduce((sum, looked) => sum + crowding(looked, place), ends);
  });
  const least = Math.min(...weights);
  const equal = places.filter((_, index) => (weights[index] ?? 0) <= least + 1e-9);
  return equal[Math.floor(dice() * equal.length)] ?? 0;
}

/** Grows with the root of the looks, so that what many lines share does not drown what few do. */
function crowding(looked: Looked, place: number): number {
  let [sum, total] = [0, 0];
  for (const [one, times] of looked) {
    sum += times * closeness(one, place);
    total += times;
  }
  return sum / Math.sqrt(1 + total);
}

function count(looked: Looked, place: number): void {
  looked.set(place, (looked.get(place) ?? 0) + 1);
}

function closeness(one: number, other: number): number {
  return 1 / (1 + (one - other) ** 2);
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
