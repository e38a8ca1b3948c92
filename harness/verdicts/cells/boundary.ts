/** Where a line turns from good to bad, from observed cells alone. */
import type { Line } from '../../model/cell.ts';
import type { Scalar } from '../../model/conditions.ts';
import { isBad, isMonotone } from './inferred.ts';
import type { Observed } from './observed.ts';
import type { Boundary } from '../../model/results/results.ts';

/** `observed` has one entry for each cell of the line; `unavailable` is why the environment could not be had, if so. */
export function boundaryOf(line: Line, observed: readonly Observed[], unavailable: string | null): Boundary {
  if (!isMonotone(observed)) return { kind: 'not-monotone', changes: changes(line, observed) };
  const good = observed.findLastIndex(({ side }) => side === 'good');
  // What is only suspected bounds nothing; it counts as unresolved.
  const bad = observed.findIndex(isBad);
  const [largestGood, smallestBad] = [valueAt(line, good), valueAt(line, bad)];
  const confirmed = observed[bad]?.confirmed !== false;
  const unresolved = (bad < 0 ? observed.length : bad) - good - 1;
  if (largestGood === null && smallestBad === null)
    return { kind: 'untestable', reason: unavailable ?? whyUntestable(observed) };
  if (unresolved > 0) return { kind: 'interval', largestGood, smallestBad, unresolved };
  if (smallestBad === null)
    return largestGood === null ? { kind: 'untestable', reason: '' } : { kind: 'all-good', largestGood };
  if (largestGood === null) return { kind: 'all-bad', smallestBad, confirmed };
  return { kind: 'bracketed', largestGood, smallestBad, confirmed };
}

function changes(line: Line, observed: readonly Observed[]): Extract<Boundary, { kind: 'not-monotone' }>['changes'] {
  const seen = observed.flatMap(({ side, suspected }, index) =>
    side === 'good' || (side === 'bad' && !suspected) ? [{ side, value: valueAt(line, index) }] : [],
  );
  return seen.flatMap(({ side, value }, index) => {
    const before = seen[index - 1];
    if (before === undefined || before.side === side || before.value === null || value === null) return [];
    return [{ from: before.value, to: value, turns: side }];
  });
}

function whyUntestable(observed: readonly Observed[]): string {
  const kinds = [...new Set(observed.filter(({ side }) => side === 'untestable').map(({ verdict }) => verdict))];
  if (kinds.length === 0 && observed.some(({ suspected }) => suspected))
    return 'every hang is only suspected: it was not confirmed under the full limits';
  const starved = observed.some(({ starvedHangs }) => starvedHangs > 0);
  const untested = starved ? 'a hang that is only suspected: others held the cores' : "a failure of bench's own";
  const words = kinds.map((kind) => (kind === 'untested' ? untested : kind));
  return words.length > 0 ? `every attempt ended in ${words.join(' or ')}` : 'nothing was tried';
}

/** Without a search axis a line is one cell, and its place stands for its value. */
function valueAt({ axis, cells }: Line, index: number): Scalar | null {
  const cell = cells[index];
  if (cell === undefined) return null;
  return (axis === null ? undefined : cell.case[axis]) ?? cell.position;
}
