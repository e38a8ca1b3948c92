/** How an attempt ended. One union for the journal, the search, the verdicts and the reports. */
import { z } from 'zod';
import { Phase } from './phase.ts';

/**
 * busy: CPU time was used while nothing progressed. idle: none was. compiling: a compiler child lived or the
 * kernel cache grew until shortly before the deadline.
 */
export const Activity = z.enum(['busy', 'idle', 'compiling']);
export type Activity = z.infer<typeof Activity>;

/** Whose fault an error is. probe: it broke the protocol. harness: it says nothing of the cell, and the question is asked again. */
const ERROR_CLASSES = {
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

/** What was seen, and what was not, when a deadline decided. Seconds of the wall clock. */
export const Because = z.object({
  /** The limit that passed: of silence for a hang, of the whole phase for slow. */
  limitSeconds: z.number(),
  silentSeconds: z.number(),
  /** CPU seconds per second in the later half of the silence, of the process and all below it; null when it was not seen long enough. */
  cpuShare: z.number().nullable(),
  /** Seconds per second, in the same time, that the thread which waited most stood in line for a core: near 1 the machine had none to spare. */
  waitShare: z.number().nullable().optional(),
  /** Signs of progress in this phase. */
  signs: z.number(),
  /** line: the probe said so. search: a line of MIOpen's. compile: a compiler worked, or the kernel cache grew. */
  lastSign: z
    .object({ kind: z.enum(['line', 'search', 'compile']), text: z.string(), ageSeconds: z.number() })
    .nullable(),
  /** A compiler that lived below the probe, and the CPU seconds that it used between the last two looks. */
  compiler: z.object({ name: z.string(), pid: z.number(), cpuSeconds: z.number() }).nullable(),
});
export type Because = z.infer<typeof Because>;

export const Outcome = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pass') }),
  /** maxError is null when the result holds NaN or infinity. */
  z.object({ kind: z.literal('wrong-result'), maxError: z.number().nullable(), tolerance: z.number() }),
  /** limit: the deadline was a lowered one, so the hang is only suspected until an attempt under the full limits hangs too. */
  z.object({
    kind: z.literal('hang'),
    phase: Phase,
    activity: Activity,
    silentSeconds: z.number(),
    limit: z.literal('adaptive').optional(),
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

/** A failure of our own, not of what was probed: it says nothing of the cell. */
export function isHarnessFailure(outcome: Outcome): boolean {
  return outcome.kind === 'error' && ERROR_CLASSES[outcome.errorClass].fault === 'harness';
}

/** Whether what was probed failed; not when the probe or the harness did. */
export function isSoftwareFailure(outcome: Outcome): boolean {
  if (outcome.kind === 'error') return ERROR_CLASSES[outcome.errorClass].fault === 'software';
  return OUTCOMES[outcome.kind].says === 'failure';
}

/** The question stays open: the attempt was cut off, or the harness failed. */
export function leavesOpen(outcome: Outcome): boolean {
  return OUTCOMES[outcome.kind].says === 'nothing' || isHarnessFailure(outcome);
}

/** Whether the attempt says whether its cell is good or bad, as far as anyone can tell. */
export function saysGoodOrBad(outcome: Outcome): boolean {
  const { says } = OUTCOMES[outcome.kind];
  return (says === 'good' || says === 'failure') && !isHarnessFailure(outcome);
}

/** A hang under a lowered limit: it must hang under the full limits as well before it may bound anything. */
export function isSuspected(outcome: Outcome): boolean {
  return outcome.kind === 'hang' && outcome.limit === 'adaptive';
}

/** What an outcome means to a search. untestable: nothing was learned about good or bad. */
export type Grade = 'good' | 'bad' | 'untestable';

/** Phases before a probe is told its case: what hangs there is the environment, whatever the case. */
const BEFORE_THE_CASE: ReadonlySet<Phase> = new Set(['start', 'import']);

/** What an outcome means to a search; a hang before the case was known says nothing of the case. */
export function gradeOf(outcome: Outcome, bad: readonly OutcomeKind[]): Grade {
  return isBeforeTheCase(outcome) ? 'untestable' : grade(outcome.kind, bad);
}

export function isBeforeTheCase(outcome: Outcome): boolean {
  return (outcome.kind === 'hang' || outcome.kind === 'slow') && BEFORE_THE_CASE.has(outcome.phase);
}

/** `bad` is the matrix's choice. cancelled, unavailable and every kind that is neither pass nor chosen are untestable. */
export function grade(kind: OutcomeKind, bad: readonly OutcomeKind[]): Grade {
  if (bad.includes(kind)) return 'bad';
  return OUTCOMES[kind].says === 'good' ? 'good' : 'untestable';
}
