/** What was seen of an attempt when a deadline decided it. */
import { z } from 'zod';

/**
 * busy: CPU time was used while nothing progressed. idle: none was. compiling: a compiler child lived or the
 * kernel cache grew until shortly before the deadline.
 */
export const Activity = z.enum(['busy', 'idle', 'compiling']);
export type Activity = z.infer<typeof Activity>;

/** What was seen, and what was not, when a deadline decided. Seconds of the wall clock. */
export const Because = z.object({
  /** The limit that passed: of silence for a hang, of the whole phase for slow. */
  limitSeconds: z.number(),
  silentSeconds: z.number(),
  /** Of these, those that did not count: the thread that waited most stood in line for a core, or the core was taken from this machine. */
  waitedSeconds: z.number().optional(),
  /** CPU seconds per second since half of the limit had passed in silence, of the process and all below it; null when it was not seen long enough. */
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
