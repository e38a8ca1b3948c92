/**
 * What follows for cells that were not run, if larger is worse along the line: smaller than a pass passes, larger than a bad
 * cell is bad. Only from the nearest observed neighbour, so never across a cell that could not be tested.
 */
import type { Line } from '../matrix/cell.ts';
import type { Observed } from './observed.ts';
import type { Basis, VerdictKind } from './results.ts';

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

/** One for each cell of the line, in order. Without `infer`, or on a line that is not monotone, unobserved cells stay untested. */
export function inferLine(line: Line, observed: readonly Observed[], infer: boolean): readonly Judged[] {
  const sure = infer && isMonotone(observed);
  return observed.map((own, index): Judged => {
    if (own.side !== 'none') return { observed: own, verdict: own.verdict, basis: { kind: 'observed' } };
    const source = sure ? sourceOf(observed, index) : null;
    const from = source === null ? undefined : line.cells[source.index]?.id;
    if (source === null || from === undefined) return { observed: own, verdict: 'untested', basis: { kind: 'none' } };
    return { observed: own, verdict: source.verdict, basis: { kind: 'inferred', from } };
  });
}

function sourceOf(observed: readonly Observed[], index: number): { readonly index: number; readonly verdict: VerdictKind } | null {
  const above = observed.findIndex(({ side }, place) => place > index && side !== 'none');
  if (observed[above]?.side === 'good') return { index: above, verdict: 'pass' };
  const below = observed.findLastIndex(({ side }, place) => place < index && side !== 'none');
  const smaller = observed[below];
  const firstSure = observed.findIndex(isBad);
  return smaller?.side === 'bad' && firstSure >= 0 && firstSure <= below ? { index: below, verdict: smaller.verdict } : null;
}
