/** How an attempt ended. One union for the journal, the search, the verdicts and the reports. */
import { z } from 'zod';
import { Phase } from './phase.ts';

export const OUTCOME_KINDS = [
  'pass',
  'wrong-result',
  'hang',
  'slow',
  'crash',
  'error',
  'unkillable',
  'host-lost',
  'cancelled',
  'unavailable',
] as const;

/** The kinds that a matrix may count as bad. */
export const BAD_OUTCOMES = ['wrong-result', 'hang', 'slow', 'crash', 'error', 'unkillable', 'host-lost'] as const;

/**
 * busy: CPU time was used while nothing progressed. idle: none was. compiling: a compiler child lived or the
 * kernel cache grew until shortly before the deadline.
 */
export const Activity = z.enum(['busy', 'idle', 'compiling']);
export type Activity = z.infer<typeof Activity>;

export const ErrorClass = z.enum(['miopen-error', 'no-binary', 'out-of-memory', 'protocol', 'harness', 'other']);
export type ErrorClass = z.infer<typeof ErrorClass>;

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
  return kind === 'pass' ? 'good' : 'untestable';
}
