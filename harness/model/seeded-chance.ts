/** A seeded source of numbers for permutation tests: the same key gives the same numbers on any machine. Not for secrets. */
import { hash } from 'node:crypto';

/** Numbers in [0, 1). */
export function seededChance(key: string): () => number {
  let state = Number.parseInt(hash('sha256', key, 'hex').slice(0, 8), 16);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
