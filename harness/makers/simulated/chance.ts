/** Chance that a resumed run meets again. */
import { createHash } from 'node:crypto';

/** A number in [0, 1) that depends on the run's seed and the attempt's id alone. */
export function attemptRandom(seed: number, attempt: string): number {
  const digest = createHash('sha256').update(`${seed}\n${attempt}`).digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}
