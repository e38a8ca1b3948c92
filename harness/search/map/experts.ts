/**
 * Opinions of single sources, and how far each is believed: a source in a given state of affairs is believed as often as sources in
 * that state were right before.
 */
import { Frequencies } from './frequencies.ts';
import { placeOf } from './axis-values.ts';
import type { Scalar } from '../../model/conditions.ts';

/** Lines of a group: how many were clear, where the others turned bad, and how the latest ended. */
export interface PlaceCounts {
  clear: number;
  bad: number;
  readonly places: Map<Scalar, number>;
  latest: 'clear' | 'bad' | 'none';
}

export function emptyTable(): PlaceCounts {
  return { clear: 0, bad: 0, places: new Map<Scalar, number>(), latest: 'none' };
}

/** How a source did lately in this environment and setting: so many times in a row right or wrong. */
export type Lately = 'new' | 'right' | 'often right' | 'wrong' | 'often wrong';

export function after(lately: Lately, right: boolean): Lately {
  if (right) return lately === 'right' || lately === 'often right' ? 'often right' : 'right';
  return lately === 'wrong' || lately === 'often wrong' ? 'often wrong' : 'wrong';
}

/** That a line does as the line it is compared with, before anything was learned. */
const FIRST_STAY: Readonly<Record<Lately, number>> = {
  new: 0.75,
  right: 0.85,
  'often right': 0.93,
  wrong: 0.5,
  'often wrong': 0.3,
};
/** That a bad line turns bad where another one of its group did, by how many were seen. */
const FIRST_HIT = [0, 0.45, 0.6, 0.7, 0.75] as const;
/** Lines of the rarer sort in a group from which on its own counts are believed. */
const MANY = 4;
/** What a shift within 2^(n-1)+1 to 2^n places weighs before any was seen. */
const FIRST_SHIFTS = 0.6;

/** Whether a line is clear. */
export class ClearExperts {
  readonly #frequencies = new Frequencies();

  /** Chance of a clear line, as the group's lines did. */
  ofTable(kind: string, table: PlaceCounts, lately: Lately): number {
    const { clear, bad } = table;
    const plain = (clear + 0.4) / (clear + bad + 0.8);
    if (kind === 'all') return plain;
    const learned = this.#frequencies.along(countStates(kind, table, lately), plain);
    // Of many lines that disagree, how many there were of each says more than how such groups did elsewhere.
    const share = Math.min(clear, bad) / (Math.min(clear, bad) + MANY);
    return share * plain + (1 - share) * learned;
  }

  learnTable(kind: string, table: PlaceCounts, lately: Lately, clear: boolean): void {
    this.#frequencies.learnAlong(countStates(kind, table, lately), clear);
  }

  /** As one other line did. */
  ofLikeness(kind: string, wasClear: boolean, lately: Lately): number {
    const stay = this.#frequencies.along(stayStates(kind, wasClear, lately), FIRST_STAY[lately]);
    return wasClear ? stay : 1 - stay;
  }

  learnLikeness(kind: string, wasClear: boolean, lately: Lately, clear: boolean): void {
    this.#frequencies.learnAlong(stayStates(kind, wasClear, lately), clear === wasClear);
  }
}

/** Where a line turns bad that does. Each opinion is a distribution over the places of the line. */
export class PlaceExperts {
  readonly #frequencies = new Frequencies();
  readonly #shifts = new Map<string, number[]>();

  /** Where the group's lines did; as `rest` says where they leave room. */
  ofTable(
    kind: string,
    table: PlaceCounts,
    lately: Lately,
    values: readonly Scalar[],
    rest: readonly number[],
  ): readonly number[] {
    const first = FIRST_HIT[Math.min(table.bad, FIRST_HIT.length - 1)] ?? 0;
    const hit = table.bad === 0 ? 0 : this.#frequencies.along(hitStates(kind, table, lately), first);
    const says = rest.map((one) => one * (1 - hit));
    for (const [turn, count] of table.places) {
      const place = Math.min(placeOf(values, turn), values.length - 1);
      says[place] = (says[place] ?? 0) + (hit * count) / table.bad;
    }
    return says;
  }

  learnTable(kind: string, table: PlaceCounts, lately: Lately, turn: Scalar): void {
    if (table.bad > 0) this.#frequencies.learnAlong(hitStates(kind, table, lately), table.places.has(turn));
  }

  /** Where one other line did, or some places beside it. */
  ofLikeness(kind: string, turn: Scalar, lately: Lately, values: readonly Scalar[]): readonly number[] {
    const stay = this.#frequencies.along(stayStates(kind, false, lately), FIRST_STAY[lately]);
    const place = Math.min(placeOf(values, turn), values.length - 1);
    const shifts = this.#shifts.get(kind) ?? [];
    const says = values.map((_, index) => (index === place ? 0 : shiftWeight(shifts, index - place)));
    const total = says.reduce((sum, one) => sum + one, 0);
    return says.map((one, index) => (index === place ? (total > 0 ? stay : 1) : ((1 - stay) * one) / total));
  }

  learnLikeness(kind: string, turn: Scalar, lately: Lately, values: readonly Scalar[], actual: number): void {
    const place = Math.min(placeOf(values, turn), values.length - 1);
    this.#frequencies.learnAlong(stayStates(kind, false, lately), actual === place);
    if (actual === place) return;
    const shifts = this.#shifts.get(kind) ?? [];
    this.#shifts.set(kind, shifts);
    const bucket = bucketOf(actual - place);
    shifts[bucket] = (shifts[bucket] ?? FIRST_SHIFTS) + 1;
  }
}

/** From what all sources share to what is this one's own. */
function countStates(kind: string, { clear, bad, latest }: PlaceCounts, lately: Lately): readonly string[] {
  const counts = `${few(clear)} ${few(bad)} ${latest}`;
  return [counts, `${kind} ${counts}`, `${kind} ${counts} ${lately}`];
}

function stayStates(kind: string, clear: boolean, lately: Lately): readonly string[] {
  return [`${clear} ${lately}`, `${kind} ${clear} ${lately}`];
}

function hitStates(kind: string, { bad, places }: PlaceCounts, lately: Lately): readonly string[] {
  const what = `${few(bad)} ${places.size > 1 ? 'mixed' : 'one'}`;
  return [what, `${kind} ${what}`, `${kind} ${what} ${lately}`];
}

function few(count: number): number {
  return count >= 8 ? 8 : count >= 4 ? 4 : count;
}

/** Even for up, odd for down: shifts by 1, 2, 3 to 4, 5 to 8, ... */
function bucketOf(shift: number): number {
  let [bucket, reach] = [0, 1];
  for (; reach < Math.abs(shift); reach *= 2) bucket += 1;
  return 2 * bucket + (shift < 0 ? 1 : 0);
}

/** The chance of a bucket is spread evenly over its shifts. */
function shiftWeight(shifts: readonly number[], shift: number): number {
  const bucket = bucketOf(shift);
  const width = bucket < 4 ? 1 : 2 ** ((bucket >> 1) - 1);
  return (shifts[bucket] ?? FIRST_SHIFTS) / width;
}
