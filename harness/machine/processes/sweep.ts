/** Ends processes that may fork, move and hide: SIGKILL to everything that is found, again and again until nothing is. */
import { processKey } from '../../model/attempt/attempt.ts';
import { now, waitUntil } from '../time.ts';
import { look } from './read.ts';
import { isAlive, signalProcess } from './signal.ts';
import { isDead, type ProcessStat } from './stat.ts';

/** From this round on, a family that has new members has outrun the sweep. */
const OUTRUN_ROUND = 3;

/** How many times the limit a family that keeps forking is chased. */
const CHASES = 3;
/** Share of the limit after which a process that is alive since its SIGKILL is stuck. */
const STUCK_SHARE = 0.8;

/**
 * SIGKILL to everything that `find` returns, until it returns nothing: one that forks while it is looked for is found in the next
 * round. Returns what still lives `limitSeconds` after its signal; a family that keeps forking, and one that nobody lets run, is chased for up to
 * three times that long.
 */
export async function sweep(
  find: () => Promise<readonly ProcessStat[]>,
  limitSeconds: number,
  onKill: (stat: ProcessStat) => void,
): Promise<readonly ProcessStat[]> {
  const last = now() + CHASES * limitSeconds;
  let end = now() + limitSeconds;
  /** When each process was sent its first SIGKILL. */
  const known = new Map<string, number>();
  const isStuck = (stat: ProcessStat): boolean =>
    diesNot(stat) && now() - (known.get(processKey(stat)) ?? now()) >= STUCK_SHARE * limitSeconds;
  for (let round = 1; ; round += 1) {
    let living = await find();
    if (living.length === 0) return [];
    if (round >= OUTRUN_ROUND && living.some((stat) => !known.has(processKey(stat))))
      living = await holdStill(find, now() + (end - now()) / 2);
    for (const stat of living) {
      signalProcess(stat, 'SIGKILL');
      if (!known.has(processKey(stat))) known.set(processKey(stat), now());
      onKill(stat);
    }
    const left = end - now();
    // Short waits, so that a forking family is chased; an unkillable one is looked at again until the limit.
    await waitUntil(() => living.every((stat) => !isAlive(stat)), Math.max(0.001, Math.min(left, 0.25)));
    if (now() < end) continue;
    const still = (await find()).filter(isAlive);
    // What was born a moment ago is no process that cannot be killed: a family that forks is chased for longer.
    if (still.length === 0 || still.some(isStuck) || now() >= last)
      return still.some(isStuck) ? still.filter(isStuck) : still;
    end = Math.min(last, now() + limitSeconds);
  }
}

/**
 * SIGSTOP to everything that `find` returns, until nobody new is found or `end` has come. Killed processes make room for the children of
 * the others, stopped ones do not: a fork bomb runs into its limit and stands still.
 */
async function holdStill(find: () => Promise<readonly ProcessStat[]>, end: number): Promise<readonly ProcessStat[]> {
  const held = new Set<string>();
  for (;;) {
    const living = await find();
    const fresh = living.filter((stat) => !held.has(processKey(stat)));
    if (fresh.length === 0 || now() >= end) return living;
    for (const stat of fresh) {
      held.add(processKey(stat));
      signalProcess(stat, 'SIGSTOP');
    }
  }
}

/** Alive, and not for want of a core alone: a process that may run dies of its SIGKILL as soon as it is let run. */
function diesNot(stat: ProcessStat): boolean {
  const current = look(stat);
  return current !== null && !isDead(current) && current.state !== 'R';
}
