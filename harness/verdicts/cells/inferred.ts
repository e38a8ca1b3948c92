/**
 * What follows for cells that were not run, if larger is worse along the line: smaller than a pass passes, larger than a bad
 * cell is bad. Only from the nearest observed neighbour, so never across a cell that could not be tested.
 */
import type { Line } from '../../model/cell.ts';
import type { Observed } from './observed.ts';
import type { Basis } from '../../model/results/results.ts';
import type { VerdictKind } from '../../model/results/verdict.ts';

export interface Judged {
  readonly observed: Observed;
  readonly verdict: VerdictKind;
  readonly basis: Basis;
}

/** Bad, and not under lowered limits alone. */
export function isBad({ side, suspected }: Observed): boolean {
  return side === 'bad' && !suspected;
}

/** Whether nothing good was observed above something bad. */
export function isMonotone(observed: readonly Observed[]): boolean {
  const firstBad = observed.findIndex(isBad);
  return firstBad < 0 || observed.slice(firstBad).every(({ side }) => side !== 'good');
}

/** Which side may follow from neighbours. bad: what passes must have been run. */
export type Inference = 'none' | 'both' | 'bad';

/** One for each cell of the line, in order. Where nothing may follow, or on a line that is not monotone, unobserved cells stay untested. */
export function inferLine(line: Line, observed: readonly Observed[], infer: Inference): readonly Judged[] {
  const sources = infer !== 'none' && isMonotone(observed) ? sourcesOf(observed) : [];
  return observed.map((own, index): Judged => {
    if (own.side !== 'none') return { observed: own, verdict: own.verdict, basis: { kind: 'observed' } };
    const found = sources[index] ?? null;
    const source = infer === 'bad' && found?.verdict === 'pass' ? null : found;
    const from = source === null ? undefined : line.cells[source.index]?.id;
    if (source === null || from === undefined) return { observed: own, verdict: 'untested', basis: { kind: 'none' } };
    return { observed: own, verdict: source.verdict, basis: { kind: 'inferred', from } };
  });
}

interface Source {
  readonly index: number;
  readonly verdict: VerdictKind;
}

/** For each place the nearest observed cell that decides it; null where none does. In one pass up and one down: lines may be long. */
function sourcesOf(observed: readonly Observed[]): readonly (Source | null)[] {
  const firstSure = observed.findIndex(isBad);
  const sources: (Source | null)[] = [];
  let below = -1;
  for (const [index, { side }] of observed.entries()) {
    const smaller = observed[below];
    sources.push(
      smaller?.side === 'bad' && firstSure >= 0 && firstSure <= below
        ? { index: below, verdict: smaller.verdict }
        : null,
    );
    if (side !== 'none') below = index;
  }
  let above = -1;
  for (let index = observed.length - 1; index >= 0; index -= 1) {
    if (observed[above]?.side === 'good') sources[index] = { index: above, verdict: 'pass' };
    if (observed[index]?.side !== 'none') above = index;
  }
  return sources;
}
