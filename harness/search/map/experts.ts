/**
 * Opinions on where a line turns bad, one for each source of knowledge. An opinion is a distribution over the places of the line
 * and "nothing is bad" (the last entry); each sums to 1. How far a source is believed depends on how often it was right before.
 */
import { Odds } from './odds.ts';
import { placeOf } from './places.ts';
import type { TurnValue } from './places.ts';
import type { Scalar } from '../../matrix/where.ts';

/** Whether a source was right the last time it was asked in this environment and setting. */
export type Lately = 'new' | 'right' | 'wrong';

/** Lines of a group by where they turned bad. */
export interface Table {
  total: number;
  readonly turns: Map<TurnValue, number>;
}

/** Chances before anything was learned, by how many lines the group holds. */
const FIRST_TRUST = [0, 0.5, 0.65, 0.75, 0.8] as const;
/** That a line turns bad where a line like it does, before anything was learned. */
const FIRST_STAY = 0.6;
const FIRST_CLEAR = 0.35;
/** What a shift within 2^(n-1)+1 to 2^n places weighs before any was seen. */
const FIRST_SHIFTS = 0.6;

export class Experts {
  readonly #odds = new Odds();
  readonly #shifts = new Map<string, number[]>();

  /** As the group's lines did; as `base` says where they leave room. */
  ofTable(kind: string, table: Table, lately: Lately, values: readonly Scalar[], base: readonly number[]): readonly number[] {
    const trust = this.#trust(kind, table, lately);
    const says = base.map((one) => one * (1 - trust));
    for (const [turn, count] of table.turns) {
      const place = placeOf(values, turn);
      says[place] = (says[place] ?? 0) + (trust * count) / table.total;
    }
    return says;
  }

  learnTable(kind: string, table: Table, lately: Lately, turn: TurnValue): void {
    const hit = table.turns.has(turn);
    for (const state of tableStates(kind, table, lately)) this.#odds.learn(state, hit);
  }

  /** Like one other line, or some places beside it. `turn` is where that line turns bad. */
  ofLikeness(kind: string, turn: TurnValue, lately: Lately, values: readonly Scalar[], base: readonly number[]): readonly number[] {
    const stay = this.#stay(kind, turn, lately);
    const end = values.length;
    const place = placeOf(values, turn);
    if (place === end) {
      const rest = 1 - (base[end] ?? 0);
      return base.map((one, index) => (index === end ? stay : rest > 0 ? ((1 - stay) * one) / rest : 0));
    }
    const clear = (1 - stay) * this.#odds.of(`${kind} clears`, this.#odds.of('clears', FIRST_CLEAR));
    const shifts = this.#shiftsOf(kind);
    const says = base.map((_, index) => (index === end || index === place ? 0 : shiftWeight(shifts, index - place)));
    const total = says.reduce((sum, one) => sum + one, 0);
    return says.map((one, index) => (index === place ? stay : index === end ? clear + (total > 0 ? 0 : 1 - stay - clear) : ((1 - stay - clear) * one) / total));
  }

  learnLikeness(kind: string, turn: TurnValue, lately: Lately, values: readonly Scalar[], actual: number): void {
    const place = placeOf(values, turn);
    for (const state of stayStates(kind, turn === null, lately)) this.#odds.learn(state, actual === place);
    if (actual === place || place === values.length) return;
    const cleared = actual === values.length;
    this.#odds.learn(`${kind} clears`, cleared);
    this.#odds.learn('clears', cleared);
    if (cleared) return;
    const shifts = this.#shiftsOf(kind);
    const bucket = bucketOf(actual - place);
    shifts[bucket] = (shifts[bucket] ?? FIRST_SHIFTS) + 1;
    this.#shifts.set(kind, shifts);
  }

  #trust(kind: string, table: Table, lately: Lately): number {
    const first = FIRST_TRUST[Math.min(table.total, FIRST_TRUST.length - 1)] ?? 0;
    if (table.total === 0) return 0;
    const [wide = '', narrow = '', own = ''] = tableStates(kind, table, lately);
    return this.#odds.of(own, this.#odds.of(narrow, this.#odds.of(wide, first)));
  }

  #stay(kind: string, turn: TurnValue, lately: Lately): number {
    const [wide = '', narrow = '', own = ''] = stayStates(kind, turn === null, lately);
    return this.#odds.of(own, this.#odds.of(narrow, this.#odds.of(wide, FIRST_STAY)));
  }

  #shiftsOf(kind: string): number[] {
    return this.#shifts.get(kind) ?? [];
  }
}

/** From what all sources share to what is this one's own. */
function tableStates(kind: string, table: Table, lately: Lately): readonly string[] {
  const size = table.total >= 8 ? 8 : table.total >= 4 ? 4 : table.total;
  const what = `${size} ${table.turns.size > 1 ? 'mixed' : 'one'}`;
  return [`table ${what}`, `table ${kind} ${what}`, `table ${kind} ${what} ${lately}`];
}

function stayStates(kind: string, clear: boolean, lately: Lately): readonly string[] {
  return [`stay ${lately}`, `stay ${kind} ${lately}`, `stay ${kind} ${clear} ${lately}`];
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
