/**
 * Explanations by their bits: conjunctions of up to three terms, found by a beam search and then improved term by term. Deterministic:
 * no chance, ties go to the shorter and then to the one that comes first in the alphabet.
 */
import { OR_BITS, type ExceptionCode } from './code-length.ts';
import { growths, type Cover, type Growth } from './grow.ts';
import type { ObservationTable } from './observation-table.ts';
import type { PlainTerm, Term } from '../../model/results/term.ts';
import { statementOf } from '../term-words.ts';

/** A conjunction with what it covers. Without terms it covers everything, and nothing is explained. */
export interface Conjunction {
  readonly parts: readonly Growth[];
  readonly cover: Cover;
  readonly termBits: number;
  readonly bits: number;
  /** The same for conjunctions that say the same of every observed cell. */
  readonly key: string;
}

const MOST_TERMS = 3;
/** Conjunctions that are grown further at each length, and growths of each that are looked at. */
const BEAM = 60;
const BEST_OF_EACH = 25;
const REFINED = 16;
/** Of each length: those of which a term is tried with an "or". */
const WIDENED = 8;
/** A further term has to be told from "no more terms". */
const CONJUNCTION_BITS = 1;

/** Best first; of conjunctions that say the same of every observed cell only the cheapest. */
export function rank(table: ObservationTable, code: ExceptionCode): readonly Conjunction[] {
  const found = new Map<string, Conjunction>();
  const keep = (one: Conjunction): void => {
    const known = found.get(one.key);
    if (known === undefined || isBefore(one, known)) found.set(one.key, one);
  };
  let beam: readonly Conjunction[] = [empty(table, code)];
  for (let length = 1; length <= MOST_TERMS; length += 1) {
    const grown = new Map<string, Conjunction>();
    for (const parent of beam) {
      for (const growth of mostPromising(parent, table, code, length)) {
        const child = extended(parent, growth, table, code);
        const known = grown.get(child.key);
        if (known === undefined || isBefore(child, known)) grown.set(child.key, child);
      }
    }
    for (const one of [...grown.values()].toSorted(order).slice(0, WIDENED)) {
      for (const wide of widened(one, table, code)) if (!grown.has(wide.key)) grown.set(wide.key, wide);
    }
    for (const one of grown.values()) keep(one);
    beam = [...grown.values()].toSorted(order).slice(0, BEAM);
  }
  for (const one of [...found.values()].toSorted(order).slice(0, REFINED)) keep(refined(one, table, code));
  return [...found.values()].toSorted(order);
}

/** What a part keeps of the rows. */
function narrowed(rows: Int32Array, keeps: (row: number) => boolean, table: ObservationTable): Cover {
  const kept = rows.filter(keeps);
  const bits = new Uint32Array(Math.ceil(table.size / 32));
  for (const row of kept) bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
  return { rows: kept, bits };
}

export function conjunction(parts: readonly Growth[], table: ObservationTable, code: ExceptionCode): Conjunction {
  const all = Int32Array.from({ length: table.size }, (_, row) => row);
  return weighed(
    parts,
    narrowed(all, (row) => parts.every((part) => part.keeps(row)), table),
    table,
    code,
  );
}

function extended(parent: Conjunction, growth: Growth, table: ObservationTable, code: ExceptionCode): Conjunction {
  return weighed([...parent.parts, growth], narrowed(parent.cover.rows, growth.keeps, table), table, code);
}

function weighed(parts: readonly Growth[], cover: Cover, table: ObservationTable, code: ExceptionCode): Conjunction {
  let badInside = 0;
  for (const row of cover.rows) badInside += table.isBad[row] ?? 0;
  const termBits = parts.reduce((sum, part) => sum + part.termBits, CONJUNCTION_BITS * parts.length);
  return { parts, cover, termBits, bits: termBits + code.bits(cover.rows.length, badInside), key: keyOf(cover.bits) };
}

function keyOf(words: Uint32Array): string {
  return String.fromCharCode(...new Uint16Array(words.buffer, 0, words.length * 2));
}

export function termsOf({ parts }: Conjunction): readonly Term[] {
  return inOrder(parts.map(({ term }) => term));
}

function empty(table: ObservationTable, code: ExceptionCode): Conjunction {
  return { ...conjunction([], table, code), bits: code.nothing };
}

/** At the first length every column has a chance; later the best of each parent. A set of versions twice is one set. */
function mostPromising(
  parent: Conjunction,
  table: ObservationTable,
  code: ExceptionCode,
  length: number,
): readonly Growth[] {
  const all = growths(parent.cover, table, code).toSorted(
    (a, b) => a.termBits + a.exceptionBits - b.termBits - b.exceptionBits,
  );
  return length === 1 ? all.slice(0, 5 * BEAM) : all.slice(0, BEST_OF_EACH);
}

/** Each term in turn is taken out, and put back as whatever fits best beside the others, until nothing gets better. */
function refined(start: Conjunction, table: ObservationTable, code: ExceptionCode): Conjunction {
  let best = start;
  for (let improved = true; improved;) {
    improved = false;
    for (let index = 0; index < best.parts.length; index += 1) {
      const others = conjunction(best.parts.toSpliced(index, 1), table, code);
      if (others.parts.length > 0 && isBefore(others, best)) {
        [best, improved] = [others, true];
        break;
      }
      const [first, second] = best.parts[index]?.halves ?? [];
      const changes = [
        mostPromising(others, table, code, MOST_TERMS)[0],
        ...[first, second].map((half) => (half === undefined ? null : either(half, others.cover, table, code))),
      ];
      for (const growth of changes) {
        if (growth === undefined || growth === null) continue;
        const changed = conjunction(best.parts.toSpliced(index, 1, growth), table, code);
        if (changed.bits < best.bits - 1e-9) [best, improved] = [changed, true];
      }
    }
  }
  return best;
}

/** Each term in turn, or another one beside it. */
function widened(one: Conjunction, table: ObservationTable, code: ExceptionCode): readonly Conjunction[] {
  // Two of them would say anything of everything.
  if (one.parts.some(({ halves }) => halves !== undefined)) return [];
  return one.parts.flatMap((part, index) => {
    const growth = either(part, conjunction(one.parts.toSpliced(index, 1), table, code).cover, table, code);
    return growth === null ? [] : [conjunction(one.parts.toSpliced(index, 1, growth), table, code)];
  });
}

/** `half` or another term: what adds most among the rows of the cover that it does not keep. null where one of them has an "or" already. */
function either(half: Growth, cover: Cover, table: ObservationTable, code: ExceptionCode): Growth | null {
  const left = narrowed(cover.rows, (row) => !half.keeps(row), table);
  let [inside, badInside] = [0, 0];
  for (const row of cover.rows) {
    if (!half.keeps(row)) continue;
    inside += 1;
    badInside += table.isBad[row] ?? 0;
  }
  const more = cheapest(growths(left, table, code.beside(inside, badInside)));
  const [plain, or] = [plainly(half.term), more === null ? null : plainly(more.term)];
  if (more === null || plain === null || or === null) return null;
  return {
    term: { ...plain, or },
    termBits: half.termBits + more.termBits + OR_BITS,
    exceptionBits: more.exceptionBits,
    keeps: (row) => half.keeps(row) || more.keeps(row),
    halves: [half, more],
  };
}

/** null for a term that has an "or" already. */
function plainly({ or, ...plain }: Term): PlainTerm | null {
  return or === undefined ? plain : null;
}

function cheapest(some: readonly Growth[]): Growth | null {
  return some.reduce<Growth | null>(
    (least, one) =>
      least === null || one.termBits + one.exceptionBits < least.termBits + least.exceptionBits ? one : least,
    null,
  );
}

function order(a: Conjunction, b: Conjunction): number {
  if (Math.abs(a.bits - b.bits) > 1e-9) return a.bits - b.bits;
  if (a.parts.length !== b.parts.length) return a.parts.length - b.parts.length;
  const [left, right] = [statementOf(termsOf(a)), statementOf(termsOf(b))];
  return left < right ? -1 : left > right ? 1 : 0;
}

function isBefore(a: Conjunction, b: Conjunction): boolean {
  return order(a, b) < 0;
}

function placeOf({ kind }: Term): number {
  return kind === 'one-of' ? 0 : kind === 'property' ? 1 : 2;
}

/** Versions and settings first, then properties, then limits: as one would say it. */
export function inOrder(terms: readonly Term[]): readonly Term[] {
  return terms.toSorted((a, b) => placeOf(a) - placeOf(b) || (statementOf([a]) < statementOf([b]) ? -1 : 1));
}
