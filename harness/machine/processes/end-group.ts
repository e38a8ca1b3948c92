/**
 * Ends a process group in bounded time, whatever it does: SIGTERM, a grace, SIGKILL, a wait. Where the caller can find processes that have
 * left the group, they are swept as well. What still lives after that cannot be killed.
 */
import { now, waitUntil } from '../time.ts';
import type { Reaper } from './brood.ts';
import { look } from './read.ts';
import { isAlive, signalGroup, signalProcess } from './signal.ts';
import type { Identity, ProcessStat } from './stat.ts';
import { sweep } from './sweep.ts';

export interface EndPlan {
  /** null when it is not known or has ended by itself: then there is only the sweep. */
  readonly leader: Identity | null;
  /** Between SIGTERM and SIGKILL; null: SIGKILL at once. */
  readonly graceSeconds: number | null;
  /** After SIGKILL, for the leader and for the sweep alike. */
  readonly waitSeconds: number;
  /** Every living process that has to go, looked up anew. */
  readonly find?: () => Promise<readonly ProcessStat[]>;
  /** Below whom they all hang, for as long as it lives; see brood.ts. */
  readonly reaper?: Reaper;
  /** Orphans of the leader cannot be found any more: all others are listed while it stands still, and die before it. */
  readonly familyFirst?: boolean;
}

export interface GroupEnd {
  /** The signals that the group was sent, in order. */
  readonly signals: readonly ('SIGTERM' | 'SIGKILL')[];
  /** From the first signal until the leader was gone; null when there was none, or it never went. */
  readonly seconds: number | null;
  /** Processes that had left the group and were killed by the sweep; of a family that no look can count at least one. */
  readonly swept: number;
  /** What SIGKILL did not end, with its state letter. */
  readonly left: readonly ProcessStat[];
  /** Why it is not known whether anything else is left; null when it is known that nothing is, and where nothing was looked for. */
  readonly notKnown: string | null;
}

export async function endGroup(plan: EndPlan): Promise<GroupEnd> {
  const { graceSeconds, waitSeconds, find } = plan;
  const signals: GroupEnd['signals'][number][] = [];
  const began = now();
  const leader = plan.leader !== null && isAlive(plan.leader) ? plan.leader : null;
  let seconds: number | null = null;
  const awaitEnd = async (limitSeconds: number): Promise<void> => {
    if (leader !== null && (await waitUntil(() => !isAlive(leader), limitSeconds))) seconds ??= now() - began;
  };
  if (leader !== null && graceSeconds !== null) {
    signals.push('SIGTERM');
    signalGroup(leader, 'SIGTERM');
    // A stopped process handles SIGTERM only when it goes on.
    if (look(leader)?.state === 'T') signalGroup(leader, 'SIGCONT');
    await awaitEnd(graceSeconds);
  }
  if (leader !== null && seconds === null) {
    if (plan.familyFirst === true && find !== undefined) {
      signalProcess(leader, 'SIGSTOP');
      for (const stat of await find()) signalProcess(stat, 'SIGKILL');
    }
    signals.push('SIGKILL');
    signalGroup(leader, 'SIGKILL');
  }
  if (find === undefined) {
    // Its members may have outlived it.
    if (plan.leader !== null) signalGroup(plan.leader, 'SIGKILL');
    await awaitEnd(waitSeconds);
    const stat = leader === null || seconds !== null ? null : look(leader);
    return { signals, seconds, swept: 0, left: stat === null ? [] : [stat], notKnown: null };
  }
  const swept = new Set<number>();
  const onKill = (stat: ProcessStat): void => {
    // Members of the group were signalled with it; they are not what had left it.
    if (leader === null || (stat.pid !== leader.pid && stat.group !== leader.pid)) swept.add(stat.pid);
  };
  const { reaper } = plan;
  let chased = 0;
  const onChase = (): void => {
    chased = 1;
  };
  const sweeping = sweep({
    find,
    limitSeconds: waitSeconds,
    onKill,
    onChase,
    ...(reaper === undefined ? {} : { reaper }),
  });
  const [{ left, notKnown }] = await Promise.all([sweeping, awaitEnd(waitSeconds)]);
  return { signals, seconds, swept: Math.max(swept.size, chased), left, notKnown };
}
