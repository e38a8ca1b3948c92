/**
 * Tells a helper program whose file does not answer from one that a crowded machine does not let run: the first sleeps in the kernel,
 * the second is ready to run, or has ended and nobody has heard of it yet.
 */
import { readFileSync } from 'node:fs';

/** So many looks in a row must find it asleep: the machine may also be fetching the program itself from the disk. */
const LOOKS = 25;
const LOOK_MS = 20;
/** However busy the machine is, nobody waits longer than so many times the limit. */
const LONGEST = 20;

/** Calls `giveUp` once `limitMs` have passed and the helper `pid` sleeps. Returns what calls it off. */
export function onSilence(pid: number | undefined, limitMs: number, giveUp: () => void): () => void {
  const last = performance.now() + LONGEST * limitMs;
  let asleep = 0;
  const look = (): void => {
    asleep = sleeps(pid) ? asleep + 1 : 0;
    if (asleep >= LOOKS || performance.now() >= last) giveUp();
    // Between two looks what the helper has said meanwhile is heard.
    else timer = setTimeout(look, LOOK_MS);
  };
  let timer = setTimeout(look, limitMs);
  return () => clearTimeout(timer);
}

function sleeps(pid: number | undefined): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name in parentheses may hold anything.
    return /^\) [^RZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return false;
  }
}
