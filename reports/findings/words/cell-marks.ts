/** How well a verdict is known, and its one letter in every map. */
import { isDoubtful, type CellResult } from '../../../harness/model/results/results.ts';
import { VERDICTS, type VerdictKind } from '../../../harness/model/results/verdict.ts';

/** inferred: also what was neither run nor follows from anything. */
export const STANDINGS = ['observed', 'inferred', 'doubtful'] as const;
export type Standing = (typeof STANDINGS)[number];

/** In legends and for those who cannot see the colours. */
export const STANDING_WORDS: Readonly<Record<Standing, string>> = {
  observed: 'observed',
  inferred: 'inferred',
  doubtful: 'inferred, doubtful',
};

export function standingOf(cell: Pick<CellResult, 'basis'>): Standing {
  return cell.basis.kind === 'observed' ? 'observed' : isDoubtful(cell) ? 'doubtful' : 'inferred';
}

/** What is doubtful has a mark of its own, whatever it may be doubted to be: "?" for a pass, "!" for all else. */
export function markOf(verdict: VerdictKind, standing: Standing): string {
  const { mark, inferredMark, says } = VERDICTS[verdict];
  if (standing === 'doubtful') return says === 'good' ? '?' : '!';
  return standing === 'observed' ? mark : inferredMark;
}
