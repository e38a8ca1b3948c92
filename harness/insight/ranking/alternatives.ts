/** Other ways to say the same of every observed cell: each term of an explanation put differently. */
import { KIND_BITS, limitBits, type ExceptionCode } from './code-length.ts';
import { limit } from './grow.ts';
import { conjunction, inOrder, type Conjunction } from './rank.ts';
import { costOfLimit, costOfNames, type Column, type ObservationTable } from './observation-table.ts';
import type { Term } from '../../model/results/term.ts';

export interface Alternative {
  readonly terms: readonly Term[];
  readonly bits: number;
  /** The term that is put differently, and how. */
  readonly instead: Term;
  readonly term: Term;
}

/** Cheapest first, without the explanation itself. */
export function alternativesTo(
  best: Conjunction,
  table: ObservationTable,
  code: ExceptionCode,
): readonly Alternative[] {
  const inside = new Uint8Array(table.size);
  for (const row of best.cover.rows) inside[row] = 1;
  const own = new Set(best.parts.map(({ term }) => JSON.stringify(term)));
  const found: Alternative[] = [];
  for (const [index, part] of best.parts.entries()) {
    const others = conjunction(best.parts.toSpliced(index, 1), table, code);
    const rest = best.parts.toSpliced(index, 1).map(({ term }) => term);
    const add = (term: Term, termBits: number): void => {
      if (!own.has(JSON.stringify(term)))
        found.push({
          terms: inOrder([...rest, term]),
          bits: best.bits - part.termBits + termBits,
          instead: part.term,
          term,
        });
    };
    for (const column of table.all.columns) sameByColumn(column, others.cover.rows, inside, add);
    for (const { term, rows, bits } of table.all.flags) {
      const wanted = best.cover.bits;
      if (others.cover.bits.every((word, place) => (word & (rows[place] ?? 0)) >>> 0 === (wanted[place] ?? 0) >>> 0))
        add(term, bits);
    }
  }
  return found.toSorted((a, b) => a.bits - b.bits);
}

/** Whether a limit, a range or a set of this column's values keeps just the rows that are `inside`. */
function sameByColumn(
  column: Column,
  rows: Int32Array,
  inside: Uint8Array,
  add: (term: Term, bits: number) => void,
): void {
  const kept = new Map<number, boolean>();
  for (const row of rows) {
    const value = column.at[row] ?? -1;
    const keep = inside[row] === 1;
    if (value < 0) {
      if (keep) return;
      continue;
    }
    if (kept.has(value) && kept.get(value) !== keep) return;
    kept.set(value, keep);
  }
  const present = [...kept.keys()].toSorted((a, b) => a - b);
  const chosen = present.filter((value) => kept.get(value) === true);
  if (chosen.length === 0 || chosen.length === present.length) return;
  if (column.kind === 'names') {
    let last = kept.get(present[0] ?? -1) ?? false;
    const members = column.values.map((_, index) => {
      last = kept.get(index) ?? (column.ordered ? last : false);
      return last;
    });
    add(
      {
        kind: 'one-of',
        quantity: column.name,
        values: column.values.filter((_, index) => members[index]),
        outOf: [...column.values],
        ordered: column.ordered,
      },
      costOfNames(column, members),
    );
    return;
  }
  const [first = 0, last = 0] = [present.indexOf(chosen[0] ?? 0), present.indexOf(chosen.at(-1) ?? 0)];
  const valueAt = (place: number): number => column.values[present[place] ?? 0] ?? 0;
  const run = last - first + 1 === chosen.length;
  if (run && (last === present.length - 1 || first === 0)) {
    const up = last === present.length - 1;
    const [from, below] = up ? [valueAt(first - 1), valueAt(first)] : [valueAt(last), valueAt(last + 1)];
    const { value, isPower } = limit(from, below);
    add(
      { kind: up ? 'above' : 'at-most', quantity: column.name, value, fits: { from, below } },
      costOfLimit(column, isPower),
    );
  } else if (column.ranged && run && chosen.length > 1) {
    add(
      { kind: 'between', quantity: column.name, from: valueAt(first), to: valueAt(last) },
      column.bits + KIND_BITS.between + 2 * limitBits(false, column.values.length - 1, 1),
    );
  }
  if (column.ranged && chosen.length === 1) {
    add(
      { kind: 'one-of', quantity: column.name, values: [valueAt(first)], outOf: [...column.values], ordered: false },
      column.bits + KIND_BITS.between + limitBits(false, column.values.length, 1),
    );
  }
}
