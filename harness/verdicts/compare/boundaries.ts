/** Whether the boundary of a line moved. Two boundaries that one truth allows are no move, however differently the two runs looked. */
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Scalar } from '../../model/conditions.ts';
import { placeOf, varyingParameters } from './cells.ts';
import type { BoundaryMove, BoundarySide } from '../../model/results/comparison.ts';
import type { Boundary, LineResult, Results } from '../../model/results/results.ts';

export function compareBoundaries(baseline: Results, run: Results): BoundaryMove[] {
  // Along different axes a boundary means different things; without one the cells tell it all.
  if (run.searchAxis === null || baseline.searchAxis !== run.searchAxis) return [];
  const varying = varyingParameters(baseline, run).filter(
    (names) => !(names.length === 1 && names[0] === run.searchAxis),
  );
  const several = new Set([...baseline.settings, ...run.settings].map(({ name }) => name)).size > 1;
  const order = orderOf(baseline, run);
  const old = new Map(baseline.lines.map((line) => [lineKey(line), line]));
  return run.lines.flatMap((line): BoundaryMove[] => {
    const was = old.get(lineKey(line));
    if (was === undefined) return [];
    const direction = directionOf(was.boundary, line.boundary, order);
    if (direction === null) return [];
    const { id, environment, setting, fixed, axis } = line;
    return [
      {
        line: id,
        environment,
        setting: several ? setting : null,
        place: placeOf(fixed, varying),
        axis,
        before: sideOf(was.boundary),
        after: sideOf(line.boundary),
        direction,
      },
    ];
  });
}

function lineKey({ environment, setting, fixed, axis }: LineResult): string {
  return canonicalJson({ environment, setting, fixed, axis });
}

/** Numbers by size; anything else by its place in the matrices, the run's first. */
function orderOf(baseline: Results, run: Results): (value: Scalar) => number {
  const places = new Map<Scalar, number>();
  for (const { axes, searchAxis } of [run, baseline]) {
    const axis = axes.find(({ name }) => name === searchAxis);
    for (const [value] of axis?.values ?? [])
      if (value !== undefined && !places.has(value)) places.set(value, places.size);
  }
  return (value) => (typeof value === 'number' ? value : (places.get(value) ?? -1));
}

function directionOf(
  before: Boundary,
  after: Boundary,
  order: (value: Scalar) => number,
): BoundaryMove['direction'] | null {
  if (before.kind === 'untestable' || after.kind === 'untestable') return null;
  if (before.kind === 'not-monotone' || after.kind === 'not-monotone')
    return canonicalJson(before) === canonicalJson(after) || bothMixed(before, after) ? null : 'mixed';
  const [old, now] = [sideOf(before), sideOf(after)];
  const reaches = (low: Scalar | null, high: Scalar | null): boolean =>
    low !== null && high !== null && order(low) <= order(high);
  const down = reaches(now.smallestBad, old.largestGood);
  const up = reaches(old.smallestBad, now.largestGood);
  return down && up ? 'mixed' : down ? 'down' : up ? 'up' : null;
}

/** Islands are seen where they are looked for: the same number of turns at other places is told by the cells. */
function bothMixed(before: Boundary, after: Boundary): boolean {
  return (
    before.kind === 'not-monotone' && after.kind === 'not-monotone' && before.changes.length === after.changes.length
  );
}

export function sideOf(boundary: Boundary): BoundarySide {
  return {
    shape: boundary.kind,
    largestGood: 'largestGood' in boundary ? boundary.largestGood : null,
    smallestBad: 'smallestBad' in boundary ? boundary.smallestBad : null,
  };
}
