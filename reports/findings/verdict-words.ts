/** What each verdict means, which letter stands for it and how it weighs. The one table behind every legend. */
import type { VerdictKind } from '../../harness/model/results/results.ts';

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

/** Failures of the probe, whether or not the matrix counts them as bad. */
const FAILURES: ReadonlySet<VerdictKind> = new Set([
  'wrong-result',
  'hang',
  'slow',
  'crash',
  'error',
  'unkillable',
  'host-lost',
]);

/** bad: counts as bad in this run. suspect: flaky. failed: a failure that the matrix does not count as bad. good: pass. open: nothing learned. */
export type Weight = 'good' | 'bad' | 'suspect' | 'failed' | 'open';

export function weigh(verdict: VerdictKind, bad: readonly string[]): Weight {
  if (bad.includes(verdict)) return 'bad';
  if (verdict === 'flaky') return 'suspect';
  if (FAILURES.has(verdict)) return 'failed';
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

export interface KindWords extends BadWords {
  /** In a table cell: "wrong ≥ 41". */
  readonly short: string;
}

const HANG: KindWords = { verb: 'hang', verbOne: 'hangs', noun: 'hang', nouns: 'hangs', short: 'hang' };
const FAIL: BadWords = { verb: 'fail', verbOne: 'fails', noun: 'failure', nouns: 'failures' };

const KINDS: Partial<Record<string, KindWords>> = {
  hang: HANG,
  unkillable: {
    verb: 'cannot be killed',
    verbOne: 'cannot be killed',
    noun: 'unkillable hang',
    nouns: 'unkillable hangs',
    short: 'unkillable',
  },
  'host-lost': {
    verb: 'take the host down',
    verbOne: 'takes the host down',
    noun: 'lost host',
    nouns: 'lost hosts',
    short: 'host lost',
  },
  crash: { verb: 'crash', verbOne: 'crashes', noun: 'crash', nouns: 'crashes', short: 'crash' },
  error: { ...FAIL, noun: 'error', nouns: 'errors', short: 'error' },
  'wrong-result': {
    verb: 'give wrong results',
    verbOne: 'gives wrong results',
    noun: 'wrong result',
    nouns: 'wrong results',
    short: 'wrong',
  },
  slow: { verb: 'are slow', verbOne: 'is slow', noun: 'slow cell', nouns: 'slow cells', short: 'slow' },
  flaky: { verb: 'are flaky', verbOne: 'is flaky', noun: 'flaky cell', nouns: 'flaky cells', short: 'flaky' },
};

/** An outcome's own words. */
export function kindWords(verdict: string): KindWords {
  return KINDS[verdict] ?? HANG;
}

/** The words for several outcomes: their own while they are one or two, else "fail". None seen: those that count as bad. */
export function badWords(seen: Iterable<string>, bad: readonly string[]): BadWords {
  const kinds = [...seen];
  const families = new Set((kinds.length > 0 ? kinds : bad).map((kind) => (HANGS.has(kind) ? 'hang' : kind)));
  const [first, second, ...more] = [...families].map(kindWords);
  if (first === undefined || more.length > 0) return FAIL;
  if (second === undefined) return first;
  return { ...FAIL, verb: `${first.verb} or ${second.verb}`, verbOne: `${first.verbOne} or ${second.verbOne}` };
}
