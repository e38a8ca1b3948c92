/** Which observed cells new shapes should resemble, and which values the matrix knows. */
import type { CellFacts, CellRef } from './cell-facts.ts';
import type { Candidate } from './propose.ts';
import type { Observation } from './ranking/observation-table.ts';
import type { Scalar } from '../model/conditions.ts';
import { allHold, type Term } from '../model/results/term.ts';
import { siteKey } from '../model/site.ts';

interface Bases {
  readonly observations: readonly Observation[];
  askable(place: Pick<CellRef, 'environment' | 'setting'>): boolean;
}

const BASES_OF_A_SIDE = 2;

/** Observed cells to vary: small bad ones of the environment with the most of them, and the good ones nearest to those. */
export function basesOf(
  terms: readonly Term[],
  { observations, askable }: Bases,
  facts: CellFacts,
): readonly CellRef[] {
  const bad = observations.filter((one) => one.bad && askable(one.place) && allHold(terms, facts.lookup(one.place)));
  const counts = new Map<string, number>();
  for (const { place } of bad) counts.set(siteKey(place), (counts.get(siteKey(place)) ?? 0) + 1);
  const [unit] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const small = bad
    .filter(({ place }) => siteKey(place) === unit)
    .map(({ place }) => place)
    .toSorted((a, b) => sizeOf(a) - sizeOf(b))
    .slice(0, BASES_OF_A_SIDE);
  const [anchor] = small;
  if (anchor === undefined) return [];
  const near = observations
    .filter(({ bad: isBad, place }) => !isBad && siteKey(place) === unit)
    .map(({ place }) => ({ place, distance: distance(place.case, anchor.case) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, BASES_OF_A_SIDE);
  return [...small, ...near.map(({ place }) => place)];
}

function sizeOf({ case: parameters }: CellRef): number {
  return Object.values(parameters).reduce<number>(
    (sum, value) => (typeof value === 'number' && value > 0 ? sum + Math.log2(value) : sum),
    0,
  );
}

function distance(a: Readonly<Record<string, Scalar>>, b: Readonly<Record<string, Scalar>>): number {
  return Object.entries(a).reduce((sum, [name, value]) => {
    const other = b[name];
    if (value === other) return sum;
    return (
      sum +
      1 +
      (typeof value === 'number' && typeof other === 'number' && value > 0 && other > 0
        ? Math.abs(Math.log2(value / other))
        : 1)
    );
  }, 0);
}

export function seenValues(matrix: readonly Candidate[]): ReadonlyMap<string, readonly Scalar[]> {
  const seen = new Map<string, Set<Scalar>>();
  for (const { place } of matrix) {
    for (const [name, value] of Object.entries(place.case)) {
      const values = seen.get(name) ?? new Set<Scalar>();
      seen.set(name, values.add(value));
    }
  }
  return new Map([...seen].map(([name, values]) => [name, [...values]]));
}
