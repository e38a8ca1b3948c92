/** Axes as sequences of values, by index: a range of a million values costs no memory. Expects axes that `rules/axes.ts` accepts. */
import type { AxisSpec, Matrix, RangeAxis } from '../file/schema.ts';
import type { Scalar } from '../../model/conditions.ts';
import type { z } from 'zod';

type Range = z.infer<typeof RangeAxis>;

/** One dimension of the matrix. */
export interface Axis {
  readonly name: string;
  /** The case parameters it sets: one, or several for a zipped axis. */
  readonly parameters: readonly string[];
  readonly length: number;
  /** One value for each of `parameters`. `index` is from 0 to length - 1. */
  at(index: number): readonly Scalar[];
  /** Whether these are values of the axis, in the order of `parameters`. */
  has(values: readonly Scalar[]): boolean;
}

/** Why a range has no usable values; the field is the one to point at, null for the range as a whole. */
export interface RangeFault {
  readonly field: 'from' | 'to' | 'step' | 'factor' | null;
  readonly message: string;
}

export const LARGEST_AXIS = 1_000_000;

/** In the order of the file. */
export function axesOf(matrix: Pick<Matrix, 'axes'>): readonly Axis[] {
  return Object.entries(matrix.axes).map(([name, spec]) => toAxis(name, spec));
}

export function toAxis(name: string, spec: AxisSpec): Axis {
  if (Array.isArray(spec))
    return listAxis(
      name,
      [name],
      spec.map((value) => [value]),
    );
  if ('zip' in spec) return listAxis(name, spec.zip, spec.values);
  const length = rangeLength(spec);
  const has = ([value]: readonly Scalar[]): boolean => {
    if (typeof value !== 'number') return false;
    const index = Math.round(stepsTo(spec, value));
    return index >= 0 && index < length && rangeValue(spec, index) === value;
  };
  return { name, parameters: [name], length, at: (index) => [rangeValue(spec, index)], has };
}

/** The search axis with its values ascending, whatever their order in the file. null for none. */
export function searchAxisOf(matrix: Pick<Matrix, 'axes' | 'search'>): Axis | null {
  const { axis: name } = matrix.search;
  const spec = name === null ? undefined : matrix.axes[name];
  if (name === null || spec === undefined) return null;
  return toAxis(name, Array.isArray(spec) ? spec.toSorted((a, b) => Number(a) - Number(b)) : spec);
}

/** Whether "larger is worse" can be asked of it: one parameter, numbers only. */
export function isNumeric(spec: AxisSpec): boolean {
  if (Array.isArray(spec)) return spec.every((value) => typeof value === 'number');
  return 'from' in spec;
}

export function isZipped(spec: AxisSpec): boolean {
  return !Array.isArray(spec) && 'zip' in spec;
}

/** null when the range is sound. */
export function rangeFault(range: Range): RangeFault | null {
  const { from, to, step, factor } = range;
  if (from > to) return { field: 'from', message: `from (${from}) is above to (${to}); a range ascends` };
  if (step === undefined && factor === undefined) {
    return { field: null, message: 'has neither step nor factor; give one, for example step: 8 or factor: 2' };
  }
  if (step !== undefined && factor !== undefined)
    return { field: 'factor', message: 'has both step and factor; give one of them' };
  if (factor !== undefined && from <= 0)
    return { field: 'from', message: `is ${from}; a range with factor begins above 0` };
  const field = step === undefined ? 'factor' : 'step';
  const length = rangeLength(range);
  if (length > LARGEST_AXIS) {
    return {
      field,
      message: `makes ${words(length)} values; an axis has at most ${words(LARGEST_AXIS)}: take a larger ${field}`,
    };
  }
  const distinct =
    length === 1 ||
    (rangeValue(range, 0) < rangeValue(range, 1) && rangeValue(range, length - 2) < rangeValue(range, length - 1));
  return distinct ? null : { field, message: 'is too small to tell neighbouring values apart; take a larger one' };
}

function listAxis(name: string, parameters: readonly string[], values: readonly (readonly Scalar[])[]): Axis {
  let known: ReadonlySet<string> | null = null;
  const has = (wanted: readonly Scalar[]): boolean => {
    known ??= new Set(values.map((row) => JSON.stringify(row)));
    return known.has(JSON.stringify(wanted));
  };
  return { name, parameters, length: values.length, at: (index) => values[index] ?? [], has };
}

/** A hair is allowed for: 0.1 + 0.1 + 0.1 is to reach 0.3. */
function rangeLength(range: Range): number {
  return range.from === range.to ? 1 : Math.floor(stepsTo(range, range.to) + 1e-9) + 1;
}

function stepsTo({ from, step, factor }: Range, value: number): number {
  return step === undefined ? Math.log(value / from) / Math.log(factor ?? 2) : (value - from) / step;
}

/** Computed from the start, not from its neighbour, so that errors do not add up. */
function rangeValue({ from, step, factor }: Range, index: number): number {
  const value = step === undefined ? from * (factor ?? 1) ** index : from + index * step;
  return Number.isSafeInteger(value) ? value : Number(value.toPrecision(12));
}

function words(count: number): string {
  return Number.isFinite(count) ? count.toLocaleString('en') : 'countless';
}
