/**
 * Which line is searched next: the one that was begun, then the next of the environment and setting at hand, its numbers ascending, so
 * that each line has a neighbour that is solved.
 */
import type { MapLine } from './map-line.ts';
import type { Line } from '../../model/cell.ts';
import type { Scalar } from '../../model/conditions.ts';

/** Lines ahead that are compared by how much is known of them. */
const COMPARED = 12;

/**
 * `prior`: given when several questions are wanted. Lines that are searched at the same time cannot learn from each other, so besides the
 * first one those come first of which most is known already.
 */
export function inOrder(
  open: readonly MapLine[],
  isBusy: (line: Line) => boolean,
  prior: ((line: Line) => readonly number[]) | null,
): readonly MapLine[] {
  const begun = open.filter((one) => one.begun || isBusy(one.line));
  const first = open.find((one) => !begun.includes(one));
  if (first === undefined) return begun;
  const fresh = open
    .filter((one) => !begun.includes(one) && isOfUnit(one.line, first.line))
    .toSorted((a, b) => compare(a.line, b.line));
  const later = open.filter((one) => !begun.includes(one) && !isOfUnit(one.line, first.line));
  if (prior === null) return [...begun, ...fresh, ...later];
  const rest = begun.length > 0 ? fresh : fresh.slice(1);
  const sure = rest
    .slice(0, COMPARED)
    .map((one) => ({ one, most: Math.max(...prior(one.line)) }))
    .toSorted((a, b) => b.most - a.most);
  return [
    ...begun,
    ...(begun.length > 0 ? [] : fresh.slice(0, 1)),
    ...sure.map(({ one }) => one),
    ...rest.slice(COMPARED),
    ...later,
  ];
}

function isOfUnit(a: Line, b: Line): boolean {
  return a.environment === b.environment && a.setting === b.setting;
}

function compare(a: Line, b: Line): number {
  for (const name of Object.keys(a.fixed)) {
    const order = compareValues(a.fixed[name], b.fixed[name]);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: Scalar | undefined, b: Scalar | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}
