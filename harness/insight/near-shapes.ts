/**
 * Shapes near observed ones, for telling explanations apart: one or two parameters changed. Only parameters that the case has are
 * changed, for nobody knows what else a probe takes; a convolution's `size` may become a height and a width.
 */
import { convFeatures } from './features.ts';
import type { Case } from '../model/cell.ts';
import type { Scalar } from '../model/conditions.ts';

/** Parameters that go together change together. */
type Change = Readonly<Record<string, Scalar | undefined>>;

const CONV_VALUES: Readonly<Record<string, readonly number[]>> = {
  kernel: [1, 3, 5, 7],
  batch: [1, 2, 4],
  stride: [1, 2],
  groups: [1, 2],
};
const CONV_FIXED = new Set(['padding', 'dilation', 'height', 'width']);
/** A change of data type tells bytes from elements. */
const DTYPES = ['float32', 'float16'];
/** Of one axis: the ones nearest to the value at hand. */
const NEAREST = 10;

/** `seen`: the values that the matrix knows for each parameter. Each shape once, those with one change first. */
export function nearShapes(base: Case, seen: ReadonlyMap<string, readonly Scalar[]>): readonly Case[] {
  const isConv = convFeatures(base) !== null;
  const single = changesOf(base, seen, isConv);
  const pairs = single.flatMap((one, index) =>
    single.slice(index + 1).flatMap((other) => (disjoint(one, other) ? [{ ...one, ...other }] : [])),
  );
  const shapes = new Map<string, Case>();
  for (const change of [...single, ...pairs]) {
    const shape = changed(base, change);
    if (isConv && convFeatures(shape) === null) continue;
    shapes.set(JSON.stringify(Object.entries(shape).toSorted(([a], [b]) => (a < b ? -1 : 1))), shape);
  }
  return [...shapes.values()];
}

function changesOf(base: Case, seen: ReadonlyMap<string, readonly Scalar[]>, isConv: boolean): readonly Change[] {
  return Object.entries(base).flatMap(([name, value]): Change[] => {
    const others = (values: readonly Scalar[]): Change[] =>
      values.filter((one) => one !== value).map((one) => ({ [name]: one }));
    const known = seen.get(name) ?? [];
    if (typeof value !== 'number')
      return others(isConv && name === 'dtype' ? [...new Set([...known, ...DTYPES])] : known);
    if (isConv && CONV_FIXED.has(name)) return [];
    const fixed = isConv ? CONV_VALUES[name] : undefined;
    if (fixed !== undefined)
      return others(fixed).map((change) =>
        name === 'kernel' && 'padding' in base ? { ...change, padding: (Number(change[name]) - 1) / 2 } : change,
      );
    if (!Number.isInteger(value)) return others(nearest(known, value));
    const around = [value - 1, value + 1, value + 2, value + 4, value * 2, value * 1.5, Math.floor(value / 2)].filter(
      (one) => one >= 1 && Number.isInteger(one),
    );
    const own = others([...new Set([...around, ...nearest(known, value)])]);
    return isConv && name === 'size' ? [...own, ...oblong(value)] : own;
  });
}

function nearest(known: readonly Scalar[], value: number): readonly number[] {
  const numbers = known.filter((one) => typeof one === 'number');
  return numbers.toSorted((a, b) => Math.abs(a - value) - Math.abs(b - value) || a - b).slice(0, NEAREST);
}

function oblong(size: number): readonly Change[] {
  const half = Math.max(1, Math.floor(size / 2));
  return [
    { size: undefined, height: half, width: size },
    { size: undefined, height: half, width: size * 2 },
    { size: undefined, height: Math.max(1, Math.floor(size / 4)), width: size * 2 },
  ];
}

function disjoint(one: Change, other: Change): boolean {
  return Object.keys(one).every((name) => !(name in other));
}

function changed(base: Case, change: Change): Case {
  return Object.fromEntries(
    Object.entries({ ...base, ...change }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
