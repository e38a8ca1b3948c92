/** How an attempt ended. One union for the journal, the search, the verdicts and the reports. */
import { z } from 'zod';
import { Phase } from './attempt/phase.ts';
import { Because, Activity } from './attempt/because.ts';

/** Whose fault an error is. probe: it broke the protocol. harness: it says nothing of the cell, and the question is asked again. */
export const ERROR_CLASSES = {
  'miopen-error': { fault: 'software' },
  'no-binary': { fault: 'software' },
  'out-of-memory': { fault: 'software' },
  protocol: { fault: 'probe' },
  harness: { fault: 'harness' },
  other: { fault: 'software' },
} as const satisfies Record<string, { readonly fault: 'software' | 'probe' | 'harness' }>;

export type ErrorClass = keyof typeof ERROR_CLASSES;
export const ErrorClass = z.enum(Object.keys(ERROR_CLASSES).filter(isErrorClass));

export function isErrorClass(name: string): name is ErrorClass {
  return Object.hasOwn(ERROR_CLASSES, name);
}

export const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pass') }),
  /** maxError is null when the result holds NaN or infinity. */
  z.object({ kind: z.literal('wrong-result'), maxError: z.number().nullable(), tolerance: z.number() }),
  /**
   * limit: the deadline was a lowered one, so the hang is only suspected until an attempt under the full limits hangs too. starved: for most of the silence
   * others held the cores, so that it may only have been slow; says nothing of the cell.
   */
  z.object({
    kind: z.literal('hang'),
    phase: Phase,
    activity: Activity,
    silentSeconds: z.number(),
    limit: z.literal('adaptive').optional(),
    starved: z.literal(true).optional(),
    because: Because.optional(),
  }),
  z.object({
    kind: z.literal('slow'),
    phase: Phase,
    seconds: z.number(),
    progress: z.string(),
    because: Because.optional(),
  }),
  /** signature: id in the log-signature table, null when no line matched. */
  z.object({ kind: z.literal('crash'), phase: Phase, signal: z.string(), signature: z.string().nullable() }),
  z.object({ kind: z.literal('error'), phase: Phase, errorClass: ErrorClass, message: z.string() }),
  /** state: the process state letter from /proc. */
  z.object({ kind: z.literal('unkillable'), phase: Phase, state: z.string() }),
  z.object({ kind: z.literal('host-lost') }),
  z.object({ kind: z.literal('cancelled'), reason: z.string() }),
  z.object({ kind: z.literal('unavailable'), reason: z.string() }),
]);
export type Outcome = z.infer<typeof Outcome>;
export type OutcomeKind = Outcome['kind'];

/** How a kind of outcome, or a verdict made of several, is shown and named. */
export interface OutcomeLook {
  readonly tone: 'pass' | 'hang' | 'fail' | 'flaky' | 'open' | 'none';
  /** In maps: for an observed verdict, and for an inferred one. */
  readonly mark: string;
  readonly inferredMark: string;
  readonly meaning: string;
  /** verb: "3 environments hang". verbOne: "1 environment hangs". noun: "the smallest hang". short: in a table cell, "wrong ≥ 41". */
  readonly words: {
    readonly verb: string;
    readonly verbOne: string;
    readonly noun: string;
    readonly nouns: string;
    readonly short: string;
  };
}

export interface OutcomeRow extends OutcomeLook {
  /** failure: a matrix may count it as bad. untestable: an answer that says nothing of the cell. nothing: the question stays open. */
  readonly says: 'good' | 'failure' | 'untestable' | 'nothing';
  /** The probe never came back, whatever ended it. */
  readonly neverReturned: boolean;
  /** Trying it again costs a reboot, and no fork server can have invented it. */
  readonly neverAgain: boolean;
  readonly tookHost: boolean;
  /** What such an end of a canary says of the device; null where it says nothing. An error's message may say otherwise. */
  readonly canary: 'healthy' | 'sick' | 'inconclusive' | null;
}

const RETURNED = { neverReturned: false, neverAgain: false, tookHost: false } as const;

/** Every kind of outcome and what it means to the search, the verdicts, the health of the device and the reports. Its order is that of every list. */
export const OUTCOMES = {
  pass: {
    ...RETURNED,
    says: 'good',
    canary: 'healthy',
    tone: 'pass',
    mark: '+',
    inferredMark: '·',
    meaning: 'returned, and the result matches the reference',
    words: { verb: 'pass', verbOne: 'passes', noun: 'pass', nouns: 'passes', short: 'pass' },
  },
  'wrong-result': {
    ...RETURNED,
    says: 'failure',
    canary: 'sick',
    tone: 'fail',
    mark: 'W',
    inferredMark: 'w',
    meaning: 'returned, but the result differs from the reference',
    words: {
      verb: 'give wrong results',
      verbOne: 'gives wrong results',
      noun: 'wrong result',
      nouns: 'wrong results',
      short: 'wrong',
    },
  },
  hang: {
    neverReturned: true,
    neverAgain: false,
    tookHost: false,
    says: 'failure',
    canary: 'sick',
    tone: 'hang',
    mark: 'H',
    inferredMark: 'h',
    meaning: 'deadline passed without a sign of progress',
    words: { verb: 'hang', verbOne: 'hangs', noun: 'hang', nouns: 'hangs', short: 'hang' },
  },
  slow: {
    ...RETURNED,
    says: 'failure',
    canary: 'sick',
    tone: 'open',
    mark: 'S',
    inferredMark: 's',
    meaning: 'hard limit reached while progress kept coming',
    words: { verb: 'are slow', verbOne: 'is slow', noun: 'slow cell', nouns: 'slow cells', short: 'slow' },
  },
  crash: {
    ...RETURNED,
    says: 'failure',
    canary: 'sick',
    tone: 'fail',
    mark: 'C',
    inferredMark: 'c',
    meaning: 'died by a signal',
    words: { verb: 'crash', verbOne: 'crashes', noun: 'crash', nouns: 'crashes', short: 'crash' },
  },
  error: {
    ...RETURNED,
    says: 'failure',
    canary: 'sick',
    tone: 'fail',
    mark: 'E',
    inferredMark: 'e',
    meaning: 'raised an error',
    words: { verb: 'fail', verbOne: 'fails', noun: 'error', nouns: 'errors', short: 'error' },
  },
  unkillable: {
    neverReturned: true,
    neverAgain: true,
    tookHost: false,
    says: 'failure',
    canary: 'sick',
    tone: 'hang',
    mark: 'U',
    inferredMark: 'u',
    meaning: 'still there after SIGKILL',
    words: {
      verb: 'cannot be killed',
      verbOne: 'cannot be killed',
      noun: 'unkillable hang',
      nouns: 'unkillable hangs',
      short: 'unkillable',
    },
  },
  'host-lost': {
    neverReturned: true,
    neverAgain: true,
    tookHost: true,
    says: 'failure',
    canary: 'sick',
    tone: 'hang',
    mark: 'L',
    inferredMark: 'l',
    meaning: 'the host went down during the attempt',
    words: {
      verb: 'take the host down',
      verbOne: 'takes the host down',
      noun: 'lost host',
      nouns: 'lost hosts',
      short: 'host lost',
    },
  },
  cancelled: {
    ...RETURNED,
    says: 'nothing',
    canary: null,
    tone: 'open',
    mark: 'x',
    inferredMark: 'x',
    meaning: 'cancelled before it ended',
    words: {
      verb: 'are cancelled',
      verbOne: 'is cancelled',
      noun: 'cancelled cell',
      nouns: 'cancelled cells',
      short: 'not tested',
    },
  },
  unavailable: {
    ...RETURNED,
    says: 'untestable',
    canary: 'inconclusive',
    tone: 'open',
    mark: '-',
    inferredMark: '-',
    meaning: 'the environment could not be used',
    words: {
      verb: 'are unavailable',
      verbOne: 'is unavailable',
      noun: 'unavailable cell',
      nouns: 'unavailable cells',
      short: 'unavailable',
    },
  },
} as const satisfies Record<OutcomeKind, OutcomeRow>;

/** The kinds that a matrix may count as bad. */
export type BadOutcome = {
  [Kind in OutcomeKind]: (typeof OUTCOMES)[Kind]['says'] extends 'failure' ? Kind : never;
}[OutcomeKind];

export const OUTCOME_KINDS = Object.keys(OUTCOMES).filter(isOutcomeKind);
export const BAD_OUTCOMES = OUTCOME_KINDS.filter((kind): kind is BadOutcome => OUTCOMES[kind].says === 'failure');

export function isOutcomeKind(name: string): name is OutcomeKind {
  return Object.hasOwn(OUTCOMES, name);
}
