/** How a verdict weighs in a run, and the words for one and for several of them. The table itself: harness/model. */
import { isVerdictKind, VERDICTS, type VerdictKind, type VerdictRow } from '../../../harness/model/results/verdict.ts';

/** bad: counts as bad in this run. suspect: flaky. failed: a failure that the matrix does not count as bad. good: pass. open: nothing learned. */
export type Weight = 'good' | 'bad' | 'suspect' | 'failed' | 'open';

const WEIGHTS = { good: 'good', failure: 'failed', both: 'suspect', untestable: 'open', nothing: 'open' } as const;

export function weigh(verdict: VerdictKind, bad: readonly string[]): Weight {
  if (bad.includes(verdict)) return 'bad';
  return WEIGHTS[VERDICTS[verdict].says];
}

export type KindWords = VerdictRow['words'];
export type BadWords = Omit<KindWords, 'short'>;

const FAIL: BadWords = { verb: 'fail', verbOne: 'fails', noun: 'failure', nouns: 'failures' };

/** An outcome's own words. results.json may name what a later version added: that counted as bad, and what it was is not known here. */
export function kindWords(verdict: string): KindWords {
  return isVerdictKind(verdict) ? VERDICTS[verdict].words : { ...FAIL, short: 'fail' };
}

/** The words for several outcomes: their own while they are one or two, else "fail". None seen: those that count as bad. */
export function badWords(seen: Iterable<string>, bad: readonly string[]): BadWords {
  const kinds = [...seen];
  const families = new Set(
    (kinds.length > 0 ? kinds : bad).map((kind) =>
      isVerdictKind(kind) && VERDICTS[kind].neverReturned ? 'hang' : kind,
    ),
  );
  const [first, second, ...more] = [...families].map(kindWords);
  if (first === undefined || more.length > 0) return FAIL;
  if (second === undefined) return first;
  return { ...FAIL, verb: `${first.verb} or ${second.verb}`, verbOne: `${first.verbOne} or ${second.verbOne}` };
}
