/** One attempt as it stands in the journal: everything that judging and reporting may know about it. */
import { z } from 'zod';
import { Evidence } from './evidence.ts';
import { Outcome } from '../outcome.ts';

export const Isolation = z.enum(['fork', 'spawn']);
export type Isolation = z.infer<typeof Isolation>;

/**
 * search: asked to find a verdict. confirm: a bad outcome of a forked child is tried again in a fresh process. explain: tells explanations of the
 * boundary apart; its cell may lie outside the axes.
 */
export const Purpose = z.enum(['search', 'confirm', 'explain']);
export type Purpose = z.infer<typeof Purpose>;

export const PhaseTime = z.object({ phase: z.string(), seconds: z.number() });

/** Seconds of the runs of a probe, measured in the probe around a synchronised run. */
export const Timing = z.object({
  firstRun: z.number().nullable(),
  runs: z.array(z.number()),
  /** Floating point operations of one run, when the probe knows them. */
  flops: z.number().nullable(),
  /** Bytes of inputs and outputs of one run, when the probe knows them. */
  bytes: z.number().nullable(),
});
export type Timing = z.infer<typeof Timing>;

/** The comparison with the reference. */
export const Check = z.object({
  matches: z.boolean(),
  maxError: z.number().nullable(),
  tolerance: z.number(),
});

/** Pids are reused; a pid together with its start time is not. */
export const ProcessIdentity = z.object({
  pid: z.number(),
  /** Clock ticks after boot. */
  startTicks: z.number(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** "pid:startTicks", for tables of processes. */
export function processKey({ pid, startTicks }: ProcessIdentity): string {
  return `${pid}:${startTicks}`;
}

export const Cleanup = z.object({
  /** The signals sent, in order. */
  signals: z.array(z.enum(['SIGTERM', 'SIGKILL'])),
  /** From the first signal until the attempt's process was gone; null when nothing had to be killed or it never went. */
  reapSeconds: z.number().nullable(),
  /** From the moment when the deadline passed until the attempt's process was gone, evidence included; absent or null when no deadline decided. */
  deadlineToReapedSeconds: z.number().nullable().optional(),
  /** Processes of the attempt that had left its group and were killed by the sweep. */
  swept: z.number(),
  /** Processes of the attempt that could not be killed. */
  left: z.array(z.number()),
  /** The same processes with their start times, so that it can be seen later whether they have ended. */
  leftProcesses: z.array(ProcessIdentity).optional(),
  /** Why it is not known whether anything else of the attempt is alive; absent where it is known that nothing is. */
  notKnown: z.string().optional(),
});
export type Cleanup = z.infer<typeof Cleanup>;

export const AttemptReport = z.object({
  outcome: Outcome,
  /** From the request until the attempt was over and swept. */
  seconds: z.number(),
  phases: z.array(PhaseTime),
  timing: Timing.nullable(),
  check: Check.nullable(),
  cpuSeconds: z.number().nullable(),
  maxRssKib: z.number().nullable(),
  evidence: Evidence.nullable(),
  cleanup: Cleanup,
  /** Paths of mapped libraries, where they were asked for; the journal has them as `environment-libraries`. */
  mapped: z.array(z.string()).optional(),
});
export type AttemptReport = z.infer<typeof AttemptReport>;
