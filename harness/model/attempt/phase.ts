/** Phases in the order in which an attempt goes through them. */
import { z } from 'zod';

export const PHASES = ['start', 'import', 'device', 'allocate', 'first-run', 'steady', 'verify'] as const;
export const Phase = z.enum(PHASES);
export type Phase = z.infer<typeof Phase>;
