/** How well a verdict is known, and its one letter in every map. */
import { isDoubtful, type CellResult } from '../../../harness/model/results/results.ts';
import { VERDICTS, type VerdictKind } from '../../../harness/model/results/verdict.ts';

/** inferred: also what was neither run nor follows from anything. */
export const CERTAINTIES = ['observed', 'inferred', 'doubtful'] as const;
export type Certainty = (typeof CERTAINTIES)[number];

/** In legends and for those who cannot see the colours. */
export const CERTAINTY_WORDS: Readonly<Record<Certainty, string>> = {
  observed: 'observed',
  inferred: 'inferred',
  doubtful: 'inferred, doubtful',
};

export function certaintyOf(cell: Pick<CellResult, 'basis'>): Certainty {
  return cell.basis.kind === 'observed' ? 'observed' : isDoubtful(cell) ? 'doubtful' : 'inferred';
}

/** What is doubtful has a mark of its own, whatever it may be doubted to be: "?" for a pass, "!" for all else. */
export function markOf(verdict: VerdictKind, certainty: Certainty): string {
  const { mark, inferredMark, says } = VERDICTS[verdict];
  if (certainty === 'doubtful') return says === 'good' ? '?' : '!';
  return certainty === 'observed' ? mark : inferredMark;
}
