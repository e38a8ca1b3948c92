/** Ends processes that may fork, move and hide: SIGKILL to everything that is found, again and again until nothing is, and the kernel bears that out. */
import { processKey } from '../../model/attempt/attempt.ts';
import { now, pause, waitUntil } from '../time.ts';
import { broodOf, killBrood, type Brood, type Reaper } from './brood.ts';
import { look } from './read.ts';
import { isAlive, signalProcess } from './signal.ts';
import { isDead, type ProcessStat } from './stat.ts';

/** From this round on, a family that has new members has outrun the sweep. */
const OUTRUN_ROUND = 3;

/** How many times the limit a family that keeps forking is chased. */
const CHASES = 3;
/** Share of the limit after which a process that is alive since its SIGKILL is stuck. */
const STUCK_SHARE = 0.8;
/** Of our own time, before others get their turn, and how often before all processes are looked through again. */
const CHASE_SECONDS = 0.005;
const CHASE_TURNS = 20;
/** Where nobody can prove anything, so many looks in a row must find nothing. */
const EMPTY_LOOKS = 5;
const BETWEEN_LOOKS_SECONDS = 0.005;

export interface SweepPlan {
  /** Every living process that has to go, looked up anew. */
  readonly find: () => Promise<readonly ProcessStat[]>;
  readonly limitSeconds: number;
  readonly onKill?: (stat: ProcessStat) => void;
  /** Something was alive below the reaper that no look had found. */
  readonly onChase?: () => void;
  /** Below whom all of them hang; absent where there is no such process. */
  readonly reaper?: Reaper;
}

export interface Swept {
  /** What still lives although it was killed. */
  readonly left: readonly ProcessStat[];
  /** Why it is not known whether anything else is left; null when it is known that nothing is. */
  readonly notKnown: string | null;
}

/** There is nobody below whom they would hang. */
const UNPROVEN = 'nothing above them was there to count them';
export const OUTRUN = 'they start themselves anew faster than they can be ended';

/**
 * SIGKILL to everything that `find` returns and to every child of the reaper, until nothing is found and the reaper has no child: one that forks while
 * it is looked for is found in the next round. Takes `limitSeconds` for what its signal does not end; a family that keeps forking, and one that nobody
 * lets run, is chased for up to three times that long.
 */
export async function sweep({ find, limitSeconds, onKill, onChase, reaper }: SweepPlan): Promise<Swept> {
  const last = now() + CHASES * limitSeconds;
  let end = now() + limitSeconds;
  let emptyLooks = 0;
  /** When each process was sent its first SIGKILL. */
  const known = new Map<string, number>();
  const isStuck = (stat: ProcessStat): boolean =>
    diesNot(stat) && now() - (known.get(processKey(stat)) ?? now()) >= STUCK_SHARE * limitSeconds;
  for (let round = 1; ; round += 1) {
    let living = await find();
    if (living.length === 0) {
      emptyLooks += 1;
      const brood = await chase(reaper, onChase);
      if (brood === 'none' || (brood === 'not-told' && emptyLooks >= EMPTY_LOOKS) || now() >= last)
        return { left: [], notKnown: REASONS[brood] };
      await pause(BETWEEN_LOOKS_SECONDS);
      continue;
    }
    emptyLooks = 0;
    if (round >= OUTRUN_ROUND && living.some((stat) => !known.has(processKey(stat))))
      living = await holdStill(find, now() + (end - now()) / 2);
    for (const stat of living) {
      signalProcess(stat, 'SIGKILL');
      if (!known.has(processKey(stat))) known.set(processKey(stat), now());
      onKill?.(stat);
    }
    if (reaper !== undefined) killBrood(reaper);
    const left = end - now();
    // Short waits, so that a forking family is chased; an unkillable one is looked at again until the limit.
    await waitUntil(() => living.every((stat) => !isAlive(stat)), Math.max(0.001, Math.min(left, 0.25)));
    if (now() < end) continue;
    const still = (await find()).filter(isAlive);
    // What was born a moment ago is no process that cannot be killed: a family that forks is chased for longer.
    if (still.some(isStuck)) return besides(still.filter(isStuck), reaper);
    if (now() >= last) return { left: still, notKnown: still.length === 0 ? null : OUTRUN };
    end = Math.min(last, now() + limitSeconds);
  }
}

const REASONS: Readonly<Record<Brood, string | null>> = { none: null, some: OUTRUN, 'not-told': UNPROVEN };

/** Some cannot be killed: what is known of the others. */
async function besides(left: readonly ProcessStat[], reaper: Reaper | undefined): Promise<Swept> {
  if (reaper === undefined) return { left, notKnown: null };
  const except = new Set([...reaper.except, ...left.map(({ pid }) => pid)]);
  return { left, notKnown: REASONS[await chase({ ...reaper, except })] };
}

/** Kills children of the reaper for a moment, or until there are none. */
async function chase(reaper: Reaper | undefined, onChase?: () => void): Promise<Brood> {
  if (reaper === undefined) return 'not-told';
  for (let turn = 1; ; turn += 1) {
    const end = now() + CHASE_SECONDS;
    let brood = broodOf(reaper);
    if (brood === 'some') onChase?.();
    while (brood === 'some' && now() < end) {
      killBrood(reaper);
      brood = broodOf(reaper);
    }
    if (brood !== 'some' || turn === CHASE_TURNS) return brood;
    await pause(0);
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
