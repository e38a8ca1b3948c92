/** A line as the prior sees it: its values along the axis, and where a value seen on another line falls on it. */
import type { Line } from '../../model/cell.ts';
import type { Scalar } from '../../model/conditions.ts';

/** Where a line turns bad: the smallest bad value, or null where nothing is bad. */
export type TurnValue = Scalar | null;

/** Ascending. */
export function valuesOf({ axis, cells }: Line): readonly Scalar[] {
  return cells.map((cell, index) => (axis === null ? undefined : cell.case[axis]) ?? index);
}

/** The place on this line that corresponds; the number of cells for "nothing is bad", and for values beyond its end. */
export function placeOf(values: readonly Scalar[], turn: TurnValue): number {
  if (turn === null) return values.length;
  if (typeof turn !== 'number') {
    const same = values.indexOf(turn);
    return same < 0 ? values.length : same;
  }
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(values[middle]) >= turn) high = middle;
    else low = middle + 1;
  }
  return low;
}
