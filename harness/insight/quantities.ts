/**
 * The numbers that explanations may speak of: a case's own parameters, what is known to follow from them, and plain arithmetic between
 * them. A probe that bench does not know gets the first and the last. Which names exist is decided once, from the cases of the matrix.
 */
import { NO_KNOWLEDGE, type Pair, type ProbeKnowledge } from '../knowledge/knowledge.ts';
import type { Case } from '../model/cell.ts';

/** Simple before far-fetched: a given parameter, a quantity with a meaning, mere arithmetic, and what takes two steps of it. */
export type Tier = 'given' | 'derived' | 'arithmetic' | 'compound';

export interface Quantity {
  readonly name: string;
  readonly tier: Tier;
  readonly divides?: true;
}

/** A name without an entry has no value for this case. */
export type Values = ReadonlyMap<string, number>;

/** Products and ratios of more parameters than these would be noise. */
const MOST_PAIRED = 5;

export class Quantities {
  readonly list: readonly Quantity[];
  /** Parameters that are numbers and differ within the matrix. */
  readonly varying: readonly string[];
  /** Their values within the matrix, ascending. */
  readonly spans: ReadonlyMap<string, readonly number[]>;
  /** Parameters of one kind, of which "both" and "either" can be said. Of a probe that bench does not know every pair that varies. */
  readonly siblings: readonly Pair[];
  /** Parameters that may be multiplied and divided. */
  readonly #pairs: readonly Pair[];
  /** Three that may be multiplied: one of them may be there twice. */
  readonly #triples: readonly (readonly [string, string, string])[];
  readonly #numeric: readonly string[];
  readonly #known: ProbeKnowledge;

  /** `matrix`: the cases of the matrix, which say what varies. `all`: those and whatever else was or may be tried. */
  constructor(knowledge: ProbeKnowledge, matrix: readonly Case[], all: readonly Case[]) {
    const fits = all.length > 0 && all.every((one) => knowledge.derive(one) !== null);
    this.#known = fits ? knowledge : NO_KNOWLEDGE;
    const { quantities, siblings, square } = this.#known;
    this.#numeric = numericNames(all);
    this.varying = this.#numeric.filter((name) => new Set(matrix.map((one) => one[name])).size > 1);
    this.spans = new Map(
      this.varying.map((name) => {
        const values = matrix.flatMap((one) => (typeof one[name] === 'number' ? [one[name]] : []));
        return [name, [...new Set(values)].toSorted((a, b) => a - b)];
      }),
    );
    const sides =
      square === null
        ? this.varying
        : [...this.varying.filter((name) => name !== square.side && !square.sides.includes(name)), square.side];
    const paired = sides.slice(0, MOST_PAIRED);
    this.#pairs = paired.flatMap((a, index) => paired.slice(index + 1).map((b): Pair => [a, b]));
    this.#triples = [
      ...this.#pairs.flatMap(([a, b]) => [[a, b, b] as const, [a, a, b] as const]),
      ...this.#pairs.flatMap(([a, b]) => paired.slice(paired.indexOf(b) + 1).map((c) => [a, b, c] as const)),
    ];
    this.siblings =
      siblings === null ? this.#pairs : siblings.filter((pair) => pair.every((name) => this.#numeric.includes(name)));
    const given = this.#numeric.map((name): Quantity => ({ name, tier: 'given' }));
    const arithmetic = [
      ...this.#pairs.flatMap(([a, b]) => [`${a}*${b}`, `${b}/${a}`]),
      ...this.siblings.flatMap(([a, b]) => [`min(${a},${b})`, `max(${a},${b})`]),
    ];
    const compound = [...this.#triples.map((names) => names.join('*')), ...this.#pairs.map((names) => names.join('+'))];
    const derived = quantities.filter(({ name }) => !this.#numeric.includes(name));
    const known = new Set(derived.map(({ name }) => name));
    this.list = [
      ...given,
      ...derived,
      ...arithmetic.map((name): Quantity => ({ name, tier: 'arithmetic' })),
      ...compound.flatMap((name): Quantity[] => (known.has(name) ? [] : [{ name, tier: 'compound' }])),
    ];
  }

  of(one: Case): Values {
    const values = new Map<string, number>();
    for (const name of this.#numeric) {
      const value = one[name];
      if (typeof value === 'number') values.set(name, value);
    }
    for (const [name, value] of Object.entries(this.#known.derive(one) ?? {})) values.set(name, value);
    for (const [a, b] of this.#pairs) {
      const [left, right] = [values.get(a), values.get(b)];
      if (left === undefined || right === undefined) continue;
      values.set(`${a}*${b}`, left * right);
      values.set(`${a}+${b}`, left + right);
      if (left !== 0) values.set(`${b}/${a}`, right / left);
    }
    for (const names of this.#triples) {
      const product = names.reduce((sum, name) => sum * (values.get(name) ?? Number.NaN), 1);
      if (!Number.isNaN(product)) values.set(names.join('*'), product);
    }
    for (const [a, b] of this.siblings) {
      const [left, right] = [values.get(a), values.get(b)];
      if (left === undefined || right === undefined) continue;
      values.set(`min(${a},${b})`, Math.min(left, right));
      values.set(`max(${a},${b})`, Math.max(left, right));
    }
    return values;
  }
}

/** Parameters that are numbers wherever they are given, in the order in which they turn up. */
function numericNames(all: readonly Case[]): readonly string[] {
  const numeric = new Map<string, boolean>();
  for (const one of all) {
    for (const [name, value] of Object.entries(one))
      numeric.set(name, (numeric.get(name) ?? true) && typeof value === 'number');
  }
  return [...numeric].flatMap(([name, yes]) => (yes ? [name] : []));
}
