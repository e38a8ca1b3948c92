/**
 * The numbers that explanations may speak of: a case's own parameters, what a convolution makes of them, and plain arithmetic between
 * them. A custom probe gets the first and the last. Which names exist is decided once, from the cases of the matrix.
 */
import { convFeatures } from './features.ts';
import type { Case } from '../model/cell.ts';

/** Simple before far-fetched: a given parameter, a quantity with a meaning, mere arithmetic. */
export type Tier = 'given' | 'derived' | 'arithmetic';

export interface Quantity {
  readonly name: string;
  readonly tier: Tier;
}

/** A name without an entry has no value for this case. */
export type Values = ReadonlyMap<string, number>;

/** Products and ratios of more parameters than these would be noise. */
const MOST_PAIRED = 5;

export type Pair = readonly [string, string];

export class Quantities {
  readonly list: readonly Quantity[];
  /** Parameters that are numbers and differ within the matrix. */
  readonly varying: readonly string[];
  /** Parameters of one kind, of which "both" and "either" can be said. Of a custom probe every pair that varies. */
  readonly siblings: readonly Pair[];
  /** Parameters that may be multiplied and divided. */
  readonly #pairs: readonly Pair[];
  readonly #numeric: readonly string[];
  readonly #isConv: boolean;

  /** `matrix`: the cases of the matrix, which say what varies. `all`: those and whatever else was or may be tried. */
  constructor(matrix: readonly Case[], all: readonly Case[]) {
    this.#isConv = all.length > 0 && all.every((one) => convFeatures(one) !== null);
    this.#numeric = numericNames(all);
    this.varying = this.#numeric.filter((name) => new Set(matrix.map((one) => one[name])).size > 1);
    const sides = this.#isConv ? [...this.varying.filter((name) => !SIDES.has(name)), 'size'] : this.varying;
    const paired = sides.slice(0, MOST_PAIRED);
    this.#pairs = paired.flatMap((a, index) => paired.slice(index + 1).map((b): Pair => [a, b]));
    this.siblings = this.#isConv
      ? SIBLINGS.filter((pair) => pair.every((name) => this.#numeric.includes(name)))
      : this.#pairs;
    const given = this.#numeric.map((name): Quantity => ({ name, tier: 'given' }));
    const arithmetic = [
      ...this.#pairs.flatMap(([a, b]) => [`${a}*${b}`, `${b}/${a}`]),
      ...this.siblings.flatMap(([a, b]) => [`min(${a},${b})`, `max(${a},${b})`]),
    ];
    const conv: Quantity[] = this.#isConv
      ? [
          ...(this.#numeric.includes('size') ? [] : [{ name: 'size', tier: 'derived' } as const]),
          ...DERIVED.map((name): Quantity => ({ name, tier: 'derived' })),
          ...FETCHED.map((name): Quantity => ({ name, tier: 'arithmetic' })),
        ]
      : [];
    this.list = [...given, ...conv, ...arithmetic.map((name): Quantity => ({ name, tier: 'arithmetic' }))];
  }

  of(one: Case): Values {
    const values = new Map<string, number>();
    for (const name of this.#numeric) {
      const value = one[name];
      if (typeof value === 'number') values.set(name, value);
    }
    if (this.#isConv) addConv(values, one);
    for (const [a, b] of this.#pairs) {
      const [left, right] = [values.get(a), values.get(b)];
      if (left === undefined || right === undefined) continue;
      values.set(`${a}*${b}`, left * right);
      if (left !== 0) values.set(`${b}/${a}`, right / left);
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

const SIBLINGS: readonly Pair[] = [
  ['in_channels', 'out_channels'],
  ['height', 'width'],
  ['kernel_h', 'kernel_w'],
];
const SIDES: ReadonlySet<string> = new Set(['size', 'height', 'width']);
const DERIVED = [
  'pixels',
  'workspace_bytes',
  'input_bytes',
  'output_bytes',
  'weight_bytes',
  'gemm_m',
  'gemm_n',
  'gemm_k',
];
const FETCHED = [
  'shorter_side',
  'gemm_m*gemm_n*gemm_k',
  'gemm_m*gemm_n',
  'gemm_n*gemm_k',
  'gemm_m*gemm_k',
  'in_channels*pixels',
  'out_channels*pixels',
];

/** `size` is the longer side, which a square case does not tell apart from the shorter one. */
function addConv(values: Map<string, number>, one: Case): void {
  const features = convFeatures(one);
  if (features === null) return;
  const number = (name: string): number => (typeof one[name] === 'number' ? one[name] : Number.NaN);
  const side = number('size');
  const [height, width] = [
    one['height'] === undefined ? side : number('height'),
    one['width'] === undefined ? side : number('width'),
  ];
  values.set('size', Math.max(height, width));
  values.set('shorter_side', Math.min(height, width));
  for (const [name, value] of Object.entries(features)) values.set(name, value);
  const { gemm_m: m, gemm_n: n, gemm_k: k, pixels } = features;
  values.set('gemm_m*gemm_n*gemm_k', m * n * k);
  values.set('gemm_m*gemm_n', m * n);
  values.set('gemm_n*gemm_k', n * k);
  values.set('gemm_m*gemm_k', m * k);
  values.set('in_channels*pixels', number('in_channels') * pixels);
  values.set('out_channels*pixels', number('out_channels') * pixels);
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
