/**
 * Ends an attempt: SIGTERM to its group, SIGKILL to its group, then a sweep of whatever had left the group. Bounded by
 * term_grace + kill_wait; what still lives after that cannot be killed.
 */
import type { Cleanup } from '../../model/attempt.ts';
import type { Watchdog } from '../../matrix/file/schema.ts';
import { isAlive, signalGroup, signalProcess } from '../../machine/processes/signal.ts';
import { look } from '../../machine/processes/read.ts';
import { isDead } from '../../machine/processes/stat.ts';
import type { Identity, ProcessStat } from '../../machine/processes/stat.ts';
import { now, waitUntil } from '../../machine/time.ts';

export interface KillResult {
  readonly cleanup: Cleanup;
  /** What SIGKILL did not end, with its state letter. */
  readonly left: readonly ProcessStat[];
}

export interface KillPlan {
  /** The attempt's main process; null when it is not known or already gone. */
  readonly main: Identity | null;
  /** gentle: SIGTERM first. at-once: nobody is left who would care. sweep-only: the main process has ended by itself. */
  readonly manner: 'gentle' | 'at-once' | 'sweep-only';
  readonly watchdog: Watchdog;
  /** Every living process that has to go, looked up anew. */
  readonly find: () => Promise<readonly ProcessStat[]>;
}

export async function killAttempt({ main, manner, watchdog, find }: KillPlan): Promise<KillResult> {
  const signals: Cleanup['signals'] = [];
  const began = now();
  const target = main !== null && manner !== 'sweep-only' && isAlive(main) ? main : null;
  let reapSeconds: number | null = null;
  const awaitEnd = async (limitSeconds: number): Promise<void> => {
    if (target !== null && (await waitUntil(() => !isAlive(target), limitSeconds))) reapSeconds ??= now() - began;
  };
  if (target !== null && manner === 'gentle') {
    signals.push('SIGTERM');
    signalGroup(target, 'SIGTERM');
    // A stopped process handles SIGTERM only when it goes on.
    if (look(target)?.state === 'T') signalGroup(target, 'SIGCONT');
    await awaitEnd(watchdog.term_grace);
  }
  if (target !== null && reapSeconds === null) {
    signals.push('SIGKILL');
    signalGroup(target, 'SIGKILL');
  }
  const swept = new Set<number>();
  const sweeping = sweep(find, watchdog.kill_wait, (stat) => {
    // Members of the group were signalled with it; they are not what had left it.
    if (target === null || (stat.pid !== target.pid && stat.group !== target.pid)) swept.add(stat.pid);
  });
  const [left] = await Promise.all([sweeping, awaitEnd(watchdog.kill_wait)]);
  return { cleanup: { signals, reapSeconds, swept: swept.size, ...named(left) }, left };
}

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
    diesNot(stat) && now() - (known.get(keyOf(stat)) ?? now()) >= STUCK_SHARE * limitSeconds;
  for (let round = 1; ; round += 1) {
    let living = await find();
    if (living.length === 0) return [];
    if (round >= OUTRUN_ROUND && living.some((stat) => !known.has(keyOf(stat))))
      living = await holdStill(find, now() + (end - now()) / 2);
    for (const stat of living) {
      signalProcess(stat, 'SIGKILL');
      if (!known.has(keyOf(stat))) known.set(keyOf(stat), now());
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
    const fresh = living.filter((stat) => !held.has(keyOf(stat)));
    if (fresh.length === 0 || now() >= end) return living;
    for (const stat of fresh) {
      held.add(keyOf(stat));
      signalProcess(stat, 'SIGSTOP');
    }
  }
}

/** Alive, and not for want of a core alone: a process that may run dies of its SIGKILL as soon as it is let run. */
function diesNot(stat: ProcessStat): boolean {
  const current = look(stat);
  return current !== null && !isDead(current) && current.state !== 'R';
}

function keyOf({ pid, startTicks }: Identity): string {
  return `${pid}:${startTicks}`;
}

function named(left: readonly ProcessStat[]): Pick<Cleanup, 'left' | 'leftProcesses'> {
  const leftProcesses = left.map(({ pid, startTicks }) => ({ pid, startTicks }));
  return { left: left.map(({ pid }) => pid), ...(left.length > 0 ? { leftProcesses } : {}) };
}
