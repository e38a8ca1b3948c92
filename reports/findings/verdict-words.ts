/** What each verdict means, which letter stands for it and how it weighs. The one table behind every legend. */
import type { VerdictKind } from '../../harness/verdicts/results.ts';

export interface VerdictWords {
  /** In maps, for an observed verdict. */
  readonly mark: string;
  /** In maps, for an inferred verdict. */
  readonly inferredMark: string;
  readonly meaning: string;
}

export const VERDICT_WORDS: Readonly<Record<VerdictKind, VerdictWords>> = {
  pass: { mark: '+', inferredMark: '·', meaning: 'returned, and the result matches the reference' },
  'wrong-result': { mark: 'W', inferredMark: 'w', meaning: 'returned, but the result differs from the reference' },
  hang: { mark: 'H', inferredMark: 'h', meaning: 'deadline passed without a sign of progress' },
  slow: { mark: 'S', inferredMark: 's', meaning: 'hard limit reached while progress kept coming' },
  crash: { mark: 'C', inferredMark: 'c', meaning: 'died by a signal' },
  error: { mark: 'E', inferredMark: 'e', meaning: 'raised an error' },
  unkillable: { mark: 'U', inferredMark: 'u', meaning: 'still there after SIGKILL' },
  'host-lost': { mark: 'L', inferredMark: 'l', meaning: 'the host went down during the attempt' },
  cancelled: { mark: 'x', inferredMark: 'x', meaning: 'cancelled before it ended' },
  unavailable: { mark: '-', inferredMark: '-', meaning: 'the environment could not be used' },
  flaky: { mark: 'F', inferredMark: 'f', meaning: 'attempts disagree between good and bad' },
  untested: { mark: ' ', inferredMark: ' ', meaning: 'not run, and nothing follows from its neighbours' },
};

/** Never returned, in one way or another. */
const HANGS: ReadonlySet<string> = new Set(['hang', 'unkillable', 'host-lost']);

/** bad: counts as bad in this run. suspect: flaky. good: pass. open: nothing learned. */
export type Weight = 'good' | 'bad' | 'suspect' | 'open';

export function weigh(verdict: VerdictKind, bad: readonly string[]): Weight {
  if (bad.includes(verdict)) return 'bad';
  if (verdict === 'flaky') return 'suspect';
  return verdict === 'pass' ? 'good' : 'open';
}

export interface BadWords {
  /** "3 environments hang" */
  readonly verb: string;
  /** "1 environment hangs" */
  readonly verbOne: string;
  /** "the smallest hang" */
  readonly noun: string;
  readonly nouns: string;
}

/** "hang" where every bad verdict seen (or, when none was seen, every one counted as bad) is a kind of hang; else "failure". */
export function badWords(seen: Iterable<string>, bad: readonly string[]): BadWords {
  const kinds = [...seen];
  return (kinds.length > 0 ? kinds : bad).every((kind) => HANGS.has(kind))
    ? { verb: 'hang', verbOne: 'hangs', noun: 'hang', nouns: 'hangs' }
    : { verb: 'fail', verbOne: 'fails', noun: 'failure', nouns: 'failures' };
}
