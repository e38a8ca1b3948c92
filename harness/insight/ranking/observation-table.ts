/** The observed cells as columns: what ranking explanations by the thousand needs. */
import { limitBits, quantityBits, runsBits, setBits, propertyBits, KIND_BITS } from './code-length.ts';
import type { Tier } from '../quantities.ts';
import type { CellFacts, CellRef } from '../cell-facts.ts';
import { cellKey } from '../../model/cell.ts';
import { grouped } from '../../model/grouped.ts';
import { propertyHolds, type Lookup, type Property } from '../../model/results/term.ts';
import type { Scalar } from '../../model/conditions.ts';

export interface Observation {
  readonly place: CellRef;
  readonly bad: boolean;
  /** Of a cell that was both: how often it was bad, in (0, 1). It is `bad` besides: no rule that calls it good is right. */
  readonly share?: number;
  /** Tried only because explanations say something of it: it may speak against one, not for it. */
  readonly chosen?: boolean;
}

/** Values ascending, or in the factor's order; `at` says for each row which of them it has, -1 for none. */
export type Column =
  | {
      readonly kind: 'number';
      readonly name: string;
      readonly bits: number;
      readonly values: readonly number[];
      readonly at: Int32Array;
      readonly powers: number;
      /** It may be bad between two values, or at one. */
      readonly ranged: boolean;
    }
  | {
      readonly kind: 'names';
      readonly name: string;
      readonly bits: number;
      readonly values: readonly Scalar[];
      readonly at: Int32Array;
      readonly ordered: boolean;
    };

/** A yes or no for each row. */
export interface Flag {
  readonly term: Property;
  readonly bits: number;
  readonly rows: Uint32Array;
}

export interface ObservationTable {
  readonly size: number;
  readonly bad: Uint32Array;
  readonly isBad: Uint8Array;
  /** `columns` and `flags` differ from each other on the rows; the cheapest stand for their doubles, which `all` holds as well. */
  readonly columns: readonly Column[];
  readonly flags: readonly Flag[];
  readonly all: { readonly columns: readonly Column[]; readonly flags: readonly Flag[] };
}

/** Neither plainly bad nor plainly good. */
export function isFlaky({ share = 0 }: Observation): boolean {
  return share > 0 && share < 1;
}

export function tableOf(observations: readonly Observation[], facts: CellFacts): ObservationTable {
  const lookups = observations.map(({ place }) => facts.lookup(place));
  const isBad = Uint8Array.from(observations, ({ bad }) => (bad ? 1 : 0));
  const along = oneWay(observations, facts);
  const columns = [...numberColumns(lookups, facts, along), ...nameColumns(lookups, facts)].toSorted(
    (a, b) => a.bits - b.bits,
  );
  const flags = flagsOf(lookups, facts)
    .filter(({ term }) => !term.quantities.some((name) => variesAlong(along, lookups, name)))
    .toSorted((a, b) => a.bits - b.bits);
  return {
    size: observations.length,
    bad: bitsOf(observations.length, (row) => isBad[row] === 1),
    isBad,
    columns: firstOfEach(columns, ({ kind, at }) => `${kind} ${at.join()}`),
    flags: firstOfEach(flags, ({ rows }) => rows.join()),
    all: { columns, flags },
  };
}

export function bitsOf(size: number, test: (row: number) => boolean): Uint32Array {
  const words = new Uint32Array(Math.ceil(size / 32));
  for (let row = 0; row < size; row += 1) {
    if (test(row)) words[row >>> 5] = (words[row >>> 5] ?? 0) | (1 << (row & 31));
  }
  return words;
}

export function isIn(rows: Uint32Array, row: number): boolean {
  return (((rows[row >>> 5] ?? 0) >>> (row & 31)) & 1) === 1;
}

/** Cost of a limit whose gap is [from, below). */
export function costOfLimit(column: Extract<Column, { kind: 'number' }>, isPower: boolean): number {
  return column.bits + KIND_BITS.threshold + limitBits(isPower, column.values.length - 1, column.powers);
}

export function costOfNames(column: Extract<Column, { kind: 'names' }>, chosen: readonly boolean[]): number {
  const changes = chosen.filter((one, index) => index > 0 && one !== chosen[index - 1]).length;
  const bits = column.ordered
    ? runsBits(changes, chosen.length)
    : setBits(chosen.filter(Boolean).length, chosen.length);
  return column.bits + KIND_BITS.oneOf + bits;
}

/** The power of two in [from, below), the largest if there are several; null for none. */
export function powerWithin(from: number, below: number): number | null {
  if (below <= 0) return null;
  let exponent = Math.ceil(Math.log2(below));
  while (2 ** exponent >= below) exponent -= 1;
  const power = 2 ** exponent;
  return power >= from && power > 0 ? power : null;
}

/**
 * Rows by line, where no line was seen to be good above a bad cell; none otherwise. A search that knows such lines looks at their first bad cell and at nothing
 * above: there "size 64" would seem to be bad where larger is merely not looked at, so of what varies along a line only limits are told.
 */
function oneWay(observations: readonly Observation[], { axis }: CellFacts): readonly (readonly number[])[] {
  if (axis === null) return [];
  const rows = grouped(observations.keys(), (row) => {
    const place = observations[row]?.place;
    if (place === undefined) return '';
    const { [axis]: _, ...fixed } = place.case;
    return cellKey({ ...place, case: fixed });
  });
  const at = (row: number): number => Number(observations[row]?.place.case[axis]);
  const isBad = (row: number): boolean => observations[row]?.bad === true;
  const turnsBack = [...rows.values()].some((line) =>
    line.some((row) => isBad(row) && line.some((other) => !isBad(other) && at(other) > at(row))),
  );
  return turnsBack ? [] : [...rows.values()].filter(({ length }) => length > 1);
}

function variesAlong(lines: readonly (readonly number[])[], lookups: readonly Lookup[], name: string): boolean {
  return lines.some((line) => new Set(line.map((row) => lookups[row]?.(name))).size > 1);
}

function numberColumns(
  lookups: readonly Lookup[],
  { quantities }: CellFacts,
  along: ReturnType<typeof oneWay>,
): readonly Column[] {
  const raw = quantities.list.flatMap(({ name, tier }) => {
    const own = lookups.map((lookup) => lookup(name));
    const values = [...new Set(own.filter((value) => typeof value === 'number'))].toSorted((a, b) => a - b);
    if (values.length < 2) return [];
    const places = new Map(values.map((value, index) => [value, index]));
    return [
      {
        name,
        tier,
        values,
        at: Int32Array.from(own, (value) => (typeof value === 'number' ? (places.get(value) ?? -1) : -1)),
      },
    ];
  });
  const alike = countBy(raw.map(({ tier }) => tier));
  return raw.map(({ name, tier, values, at }): Column => {
    const powers = Math.max(
      1,
      Math.floor(Math.log2(Math.max(1, values.at(-1) ?? 1))) - Math.ceil(Math.log2(Math.max(1e-6, values[0] ?? 1))) + 1,
    );
    return {
      kind: 'number',
      name,
      bits: quantityBits(tier, alike.get(tier) ?? 1),
      values,
      at,
      powers,
      ranged: !variesAlong(along, lookups, name),
    };
  });
}

function nameColumns(lookups: readonly Lookup[], { factors }: CellFacts): readonly Column[] {
  return factors.flatMap(({ name, values: all, ordered }): Column[] => {
    const own = lookups.map((lookup) => lookup(name));
    const seen = new Set(own);
    const values = all.filter((value) => seen.has(value));
    if (values.length < 2) return [];
    const places = new Map(values.map((value, index) => [value, index]));
    const at = Int32Array.from(own, (value) => (value === undefined ? -1 : (places.get(value) ?? -1)));
    // An environment is a version of both: say which of them where that says as much.
    const bits = quantityBits(name === 'environment' ? 'derived' : 'given', factors.length);
    return [{ kind: 'names', name, bits, values, at, ordered }];
  });
}

const PROPERTIES = [
  { property: 'power-of-two', of: 2 } as const,
  ...[2, 3, 4, 8, 12, 16, 24, 32, 64].map((of) => ({ property: 'multiple', of }) as const),
];

/** Powers of two and multiples: of given parameters, of some derived ones, of both or either of a pair. */
function flagsOf(lookups: readonly Lookup[], { quantities }: CellFacts): readonly Flag[] {
  const single = quantities.list.flatMap(({ name, tier, divides }): [string[], Tier][] =>
    tier === 'given' || divides === true ? [[[name], tier]] : [],
  );
  const pairs = quantities.siblings.map(([a, b]): [string[], Tier] => [[a, b], 'given']);
  const valuesOf = new Map(
    [...single, ...pairs].flatMap(([names]) => names).map((name) => [name, lookups.map((lookup) => lookup(name))]),
  );
  const flags = [...single, ...pairs].flatMap(([names, tier]) => {
    const about = quantityBits(tier, single.length) + (names.length > 1 ? 1 : 0);
    const columns = names.map((name) => valuesOf.get(name) ?? []);
    return (names.length > 1 ? (['all', 'any'] as const) : (['all'] as const)).flatMap((quantifier) =>
      PROPERTIES.flatMap(({ property, of }) =>
        [true, false].map((positive): Flag => {
          const term: Property = { kind: 'property', property, of, quantities: names, quantifier, holds: positive };
          return {
            term,
            bits: about + KIND_BITS.property + propertyBits(property, of) + 1,
            rows: bitsOf(lookups.length, (row) =>
              propertyHolds(
                term,
                columns.map((column) => column[row]),
              ),
            ),
          };
        }),
      ),
    );
  });
  return flags.filter(({ rows }) => {
    const count = rows.reduce((sum, word) => sum + popcount(word), 0);
    return count > 0 && count < lookups.length;
  });
}

export function popcount(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555);
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333);
  return (((left + (left >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
}

function countBy<Key>(keys: readonly Key[]): ReadonlyMap<Key, number> {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function firstOfEach<One>(some: readonly One[], key: (one: One) => string): readonly One[] {
  const first = new Map<string, One>();
  for (const one of some) if (!first.has(key(one))) first.set(key(one), one);
  return [...first.values()];
}
