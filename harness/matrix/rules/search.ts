/** The search axis: named and sound, or the default. */
import { isNumeric, isZipped } from '../space/axes.ts';
import { hint } from '../file/nearest.ts';
import type { AxisSpec } from '../file/schema.ts';
import { atValue, type Finding } from '../file/problem.ts';
import type { Draft } from './draft.ts';

/** The last axis that sets a single numeric parameter; null when there is none. */
export function defaultSearchAxis(axes: Readonly<Record<string, AxisSpec>>): string | null {
  const numeric = Object.entries(axes).filter(([, spec]) => isNumeric(spec));
  return numeric.at(-1)?.[0] ?? null;
}

export function checkSearch({ file, whole }: Draft): readonly Finding[] {
  const { axes = {}, search } = file;
  const name = search?.axis;
  if (name === undefined || name === null) return [];
  const spec = Object.hasOwn(axes, name) ? axes[name] : undefined;
  const message = spec === undefined ? (whole('axes') ? missingMessage(name, axes) : null) : faultOf(name, spec);
  return message === null ? [] : [atValue(['search', 'axis'], message)];
}

function faultOf(name: string, spec: AxisSpec): string | null {
  if (isNumeric(spec)) return null;
  if (isZipped(spec))
    return `"${name}" is a zipped axis, which has no order; search along an axis of one numeric parameter`;
  const odd = Array.isArray(spec) ? spec.find((value) => typeof value !== 'number') : undefined;
  return `the axis "${name}" holds ${JSON.stringify(odd)}, which has no order; search along an axis of numbers`;
}

function missingMessage(name: string, axes: Readonly<Record<string, AxisSpec>>): string {
  const zipped = Object.entries(axes).find(
    ([, spec]) => !Array.isArray(spec) && 'zip' in spec && spec.zip.includes(name),
  );
  if (zipped !== undefined)
    return `"${name}" is set by the zipped axis "${zipped[0]}", which has no order; search along an axis of one numeric parameter`;
  const numeric = Object.entries(axes).flatMap(([axis, spec]) => (isNumeric(spec) ? [axis] : []));
  return `there is no axis "${name}"; ${hint(name, numeric)}`;
}
