/** What a simulated card does to one attempt. The worker acts it out in a real process; see python-probes/fork_server/simulated.py. */
import { z } from 'zod';

const seconds = z.number().nonnegative().max(3600);

/** Where it happens; the first run when left out. */
const StrickenPhase = z.enum(['device', 'allocate', 'first-run', 'steady', 'verify']);

/** Every time is in seconds of the simulated card; the model's time scale turns them into wall time. */
export const Fate = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pass'), seconds: seconds.default(0.2) }),
  /** Never returns. busy burns one CPU core; compiling waits for a compiler that only sleeps. */
  z.strictObject({
    kind: z.literal('hang'),
    activity: z.enum(['busy', 'idle', 'compiling']).default('idle'),
    phase: StrickenPhase.optional(),
    ignore_term: z.boolean().default(false),
    /** A grandchild in the same group keeps standard output open. */
    grandchild: z.boolean().default(false),
    /** A grandchild leaves the group by setsid. */
    new_session: z.boolean().default(false),
  }),
  /** Prints MIOpen's search progress lines to stderr for this long, then passes. */
  z.strictObject({ kind: z.literal('slow-search'), seconds, phase: StrickenPhase.optional() }),
  /** Prints a real log line to stderr, then dies by the signal. */
  z.strictObject({
    kind: z.literal('crash'),
    signal: z.enum(['SIGSEGV', 'SIGABRT']),
    log: z.string().default(''),
  }),
  z.strictObject({ kind: z.literal('wrong-result'), max_error: z.number().positive().nullable().default(null) }),
  z.strictObject({ kind: z.literal('no-binary') }),
]);
export type Fate = z.infer<typeof Fate>;

/** As the worker takes it: `time_scale` is wall seconds for each second of the card. */
export type TimedFate = Fate & { readonly time_scale: number };
