/** What the attempts of a cell add up to: an outcome, or one of two more. */
import { z } from 'zod';
import { OUTCOMES, type OutcomeKind, type OutcomeLook, type OutcomeRow } from '../outcome.ts';

export type VerdictKind = OutcomeKind | 'flaky' | 'untested';

export interface VerdictRow extends OutcomeLook {
  /** both: attempts disagree. */
  readonly says: OutcomeRow['says'] | 'both';
  readonly neverReturned: boolean;
  readonly tookHost: boolean;
}

/** The outcomes, and what only several attempts, or none, can come to. The order of every legend. */
export const VERDICTS: Readonly<Record<VerdictKind, VerdictRow>> = {
  ...OUTCOMES,
  flaky: {
    says: 'both',
    neverReturned: false,
    tookHost: false,
    tone: 'flaky',
    mark: 'F',
    inferredMark: 'f',
    meaning: 'attempts disagree between good and bad',
    words: { verb: 'are flaky', verbOne: 'is flaky', noun: 'flaky cell', nouns: 'flaky cells', short: 'flaky' },
  },
  untested: {
    says: 'nothing',
    neverReturned: false,
    tookHost: false,
    tone: 'none',
    mark: ' ',
    inferredMark: ' ',
    meaning: 'not run, and nothing follows from its neighbours',
    words: {
      verb: 'are untested',
      verbOne: 'is untested',
      noun: 'untested cell',
      nouns: 'untested cells',
      short: 'not tested',
    },
  },
};

export const VERDICT_KINDS = Object.keys(VERDICTS).filter(isVerdictKind);
export const VerdictKind = z.enum(VERDICT_KINDS);

export function isVerdictKind(name: string): name is VerdictKind {
  return Object.hasOwn(VERDICTS, name);
}

/** Whether something is known of the cell. */
export function hasVerdict(verdict: VerdictKind): boolean {
  const { says } = VERDICTS[verdict];
  return says !== 'nothing' && says !== 'untestable';
}
