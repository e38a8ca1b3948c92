/** The best next terms of a conjunction: for every column the limits, ranges and sets that split the rows it still covers. */
import { KIND_BITS, limitBits, type Scores } from './code-length.ts';
import {
  costOfLimit,
  costOfNames,
  isIn,
  popcount,
  powerWithin,
  type Column,
  type Flag,
  type ObservationTable,
} from './observation-table.ts';
import type { Term } from '../../model/results/term.ts';

/** The rows that all terms so far call bad. */
export interface Cover {
  readonly rows: Int32Array;
  readonly bits: Uint32Array;
}

/** A term, what it leaves of the cover, and the bits of the term and of the exceptions. */
export interface Growth {
  readonly term: Term;
  readonly termBits: number;
  readonly exceptionBits: number;
  readonly keeps: (row: number) => boolean;
  /** Either of which is enough. */
  readonly halves?: readonly [Growth, Growth];
}

/** How many of a column's limits are kept in each direction: one may fit alone and another with more terms. */
const LIMITS_EACH = 2;
/** What a good cell weighs against a bad one when a range is looked for. */
const WEIGHTS = [0.25, 1, 4] as const;

interface Counts {
  readonly good: Int32Array;
  readonly bad: Int32Array;
  /** Indices of the values that the cover has, ascending. */
  readonly present: readonly number[];
}

export function growths(cover: Cover, table: ObservationTable, code: Scores): readonly Growth[] {
  const columns = table.columns.flatMap((column) => {
    const counts = countsOf(column, cover, table);
    if (counts.present.length < 2) return [];
    return column.kind === 'number' ? numberGrowths(column, counts, code) : nameGrowths(column, counts, code);
  });
  return [...columns, ...flagGrowths(cover, table, code)];
}

export function countsOf(column: Column, { rows }: Cover, { isBad }: Pick<ObservationTable, 'isBad'>): Counts {
  const good = new Int32Array(column.values.length);
  const bad = new Int32Array(column.values.length);
  const { at } = column;
  for (const row of rows) {
    const index = at[row] ?? -1;
    if (index < 0) continue;
    const side = isBad[row] === 1 ? bad : good;
    side[index] = (side[index] ?? 0) + 1;
  }
  const present: number[] = [];
  for (let index = 0; index < good.length; index += 1)
    if ((good[index] ?? 0) + (bad[index] ?? 0) > 0) present.push(index);
  return { good, bad, present };
}

type NumberColumn = Extract<Column, { kind: 'number' }>;
type NameColumn = Extract<Column, { kind: 'names' }>;

function numberGrowths(column: NumberColumn, counts: Counts, code: Scores): readonly Growth[] {
  const { present } = counts;
  const limits = (up: boolean): Growth[] => {
    const found: Growth[] = [];
    let inside = 0;
    let badInside = 0;
    const order = up ? present.toReversed() : present;
    for (let step = 0; step + 1 < order.length; step += 1) {
      const index = order[step] ?? 0;
      inside += (counts.good[index] ?? 0) + (counts.bad[index] ?? 0);
      badInside += counts.bad[index] ?? 0;
      const other = order[step + 1] ?? 0;
      const [low, high] = up ? [other, index] : [index, other];
      if (alike(counts, low, high)) continue;
      if (worthless(inside, badInside, code)) continue;
      const exceptionBits = code.bits(inside, badInside);
      const worst = found[LIMITS_EACH - 1];
      const { value, isPower } = limit(column.values[low] ?? 0, column.values[high] ?? 0);
      const termBits = costOfLimit(column, isPower);
      if (worst !== undefined && termBits + exceptionBits >= worst.termBits + worst.exceptionBits) continue;
      const term: Term = {
        kind: up ? 'above' : 'at-most',
        quantity: column.name,
        value,
        fits: { from: column.values[low] ?? 0, below: column.values[high] ?? 0 },
      };
      found.push({ term, termBits, exceptionBits, keeps: (row) => isBeyond(column, row, value, up) });
      found.sort((a, b) => a.termBits + a.exceptionBits - b.termBits - b.exceptionBits);
      found.length = Math.min(found.length, LIMITS_EACH);
    }
    return found;
  };
  return [...limits(true), ...limits(false), ...(column.ranged ? ranges(column, counts, code) : [])];
}

/** Between two values that are all good, or all bad, no limit is the best one. */
function alike({ good, bad }: Counts, low: number, high: number): boolean {
  return (good[low] === 0 && good[high] === 0) || (bad[low] === 0 && bad[high] === 0);
}

/** By the limit as it is named: the term may stand beside other terms later, where other values lie in the gap. */
function isBeyond({ at, values }: NumberColumn, row: number, value: number, up: boolean): boolean {
  const own = values[at[row] ?? -1];
  return own !== undefined && (up ? own > value : own <= value);
}

function inRange(index: number, from: number, to: number): boolean {
  return index >= 0 && index >= from && index <= to;
}

/** The limit to name in [low, high): a power of two, else the lower end, which was seen on the other side. */
export function limit(low: number, high: number): { readonly value: number; readonly isPower: boolean } {
  const power = powerWithin(low, high);
  return power === null ? { value: low, isPower: false } : { value: power, isPower: true };
}

function ranges(column: NumberColumn, counts: Counts, code: Scores): readonly Growth[] {
  const found = new Map<string, Growth>();
  for (const [from, to] of runsOf(counts)) {
    const { present } = counts;
    const [first, last] = [present[from] ?? 0, present[to] ?? 0];
    if (from === 0 && to === present.length - 1) continue;
    const single = from === to;
    if (!single && (from === 0 || to === present.length - 1)) continue;
    const [inside, badInside] = sums(counts, from, to);
    if (worthless(inside, badInside, code)) continue;
    const [low, high] = [column.values[first] ?? 0, column.values[last] ?? 0];
    const term: Term = single
      ? { kind: 'one-of', quantity: column.name, values: [low], outOf: [...column.values], ordered: false }
      : { kind: 'between', quantity: column.name, from: low, to: high };
    const termBits =
      column.bits +
      KIND_BITS.between +
      (single ? limitBits(false, column.values.length, 1) : 2 * limitBits(false, column.values.length - 1, 1));
    found.set(`${from} ${to}`, {
      term,
      termBits,
      exceptionBits: code.bits(inside, badInside),
      keeps: (row) => inRange(column.at[row] ?? -1, first, last),
    });
  }
  return [...found.values()];
}

function nameGrowths(column: NameColumn, counts: Counts, code: Scores): readonly Growth[] {
  const { present } = counts;
  const rate = (index: number): number =>
    (counts.bad[index] ?? 0) / ((counts.bad[index] ?? 0) + (counts.good[index] ?? 0));
  const sets: number[][] = [];
  const byRate = present.toSorted((a, b) => rate(b) - rate(a) || a - b);
  let best: { bits: number; chosen: number[] } | null = null;
  let [inside, badInside] = [0, 0];
  for (let count = 1; count < byRate.length; count += 1) {
    const index = byRate[count - 1] ?? 0;
    inside += (counts.good[index] ?? 0) + (counts.bad[index] ?? 0);
    badInside += counts.bad[index] ?? 0;
    const chosen = byRate.slice(0, count);
    const bits = code.bits(inside, badInside) + costOfNames(column, membership(column, present, chosen));
    if (best === null || bits < best.bits) best = { bits, chosen };
  }
  if (best !== null) sets.push(best.chosen);
  if (column.ordered) {
    const cut = bestCut(column, counts, code);
    if (cut !== null) sets.push(cut);
    for (const [from, to] of runsOf(counts)) sets.push(present.slice(from, to + 1));
  }
  return sets.flatMap((set) => nameGrowth(column, counts, code, set));
}

/** One end of the order. */
function bestCut(column: NameColumn, counts: Counts, code: Scores): number[] | null {
  let best: { bits: number; chosen: number[] } | null = null;
  for (let cut = 1; cut < counts.present.length; cut += 1) {
    for (const chosen of [counts.present.slice(cut), counts.present.slice(0, cut)]) {
      const [inside, badInside] = sumOf(counts, chosen);
      const bits = code.bits(inside, badInside) + costOfNames(column, membership(column, counts.present, chosen));
      if (best === null || bits < best.bits) best = { bits, chosen };
    }
  }
  return best?.chosen ?? null;
}

function nameGrowth(column: NameColumn, counts: Counts, code: Scores, set: readonly number[]): readonly Growth[] {
  const [inside, badInside] = sumOf(counts, set);
  if (set.length === 0 || set.length >= counts.present.length || worthless(inside, badInside, code)) return [];
  const chosen = membership(column, counts.present, set);
  const term: Term = {
    kind: 'one-of',
    quantity: column.name,
    values: column.values.filter((_, index) => chosen[index]),
    outOf: [...column.values],
    ordered: column.ordered,
  };
  return [
    {
      term,
      termBits: costOfNames(column, chosen),
      exceptionBits: code.bits(inside, badInside),
      keeps: (row) => chosen[column.at[row] ?? -1] === true,
    },
  ];
}

/** Names that the cover does not have go with their neighbour below, if there is an order. */
function membership(column: NameColumn, present: readonly number[], set: readonly number[]): boolean[] {
  const wanted = new Set(set);
  const known = new Set(present);
  let last = wanted.has(present[0] ?? -1);
  return column.values.map((_, index) => {
    if (known.has(index)) last = wanted.has(index);
    return known.has(index) ? last : column.ordered && last;
  });
}

/** Runs of present values with the largest sum of weights; places in `present`, both ends included. */
function runsOf({ good, bad, present }: Counts): readonly (readonly [number, number])[] {
  return WEIGHTS.map((weight) => {
    let best: [number, number] = [0, 0];
    let [bestSum, sum, start] = [Number.NEGATIVE_INFINITY, 0, 0];
    for (const [place, index] of present.entries()) {
      if (sum <= 0) [sum, start] = [0, place];
      sum += (bad[index] ?? 0) - weight * (good[index] ?? 0);
      if (sum > bestSum) [bestSum, best] = [sum, [start, place]];
    }
    return best;
  });
}

function sums(counts: Counts, from: number, to: number): readonly [number, number] {
  return sumOf(counts, counts.present.slice(from, to + 1));
}

function sumOf({ good, bad }: Counts, indices: readonly number[]): readonly [number, number] {
  let [inside, badInside] = [0, 0];
  for (const index of indices) {
    inside += (good[index] ?? 0) + (bad[index] ?? 0);
    badInside += bad[index] ?? 0;
  }
  return [inside, badInside];
}

function flagGrowths({ bits }: Cover, { flags, bad }: ObservationTable, code: Scores): readonly Growth[] {
  return flags.flatMap((flag: Flag): Growth[] => {
    let [inside, badInside] = [0, 0];
    for (let word = 0; word < bits.length; word += 1) {
      const both = (bits[word] ?? 0) & (flag.rows[word] ?? 0);
      if (both === 0) continue;
      inside += popcount(both);
      badInside += popcount(both & (bad[word] ?? 0));
    }
    if (worthless(inside, badInside, code)) return [];
    return [
      {
        term: flag.term,
        termBits: flag.bits,
        exceptionBits: code.bits(inside, badInside),
        keeps: (row) => isIn(flag.rows, row),
      },
    ];
  });
}

/** Where cells are bad no more often than elsewhere, nothing is explained. */
function worthless(inside: number, badInside: number, code: Scores): boolean {
  if (badInside === 0 || inside === code.total) return true;
  return badInside * (code.total - inside) <= (code.bad - badInside) * inside;
}
