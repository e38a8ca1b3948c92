/** Ends an attempt: its group, and a sweep of whatever had left the group. Bounded by term_grace + kill_wait. */
import type { Cleanup } from '../../model/attempt/attempt.ts';
import type { Watchdog } from '../../matrix/file/schema.ts';
import type { Reaper } from '../../machine/processes/brood.ts';
import { endGroup } from '../../machine/processes/end-group.ts';
import type { Identity, ProcessStat } from '../../machine/processes/stat.ts';

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
  /** Below whom they hang. */
  readonly reaper: Reaper;
}

export async function killAttempt({ main, manner, watchdog, find, reaper }: KillPlan): Promise<KillResult> {
  const { signals, seconds, swept, left, notKnown } = await endGroup({
    leader: manner === 'sweep-only' ? null : main,
    graceSeconds: manner === 'gentle' ? watchdog.term_grace : null,
    waitSeconds: watchdog.kill_wait,
    find,
    reaper,
  });
  const leftProcesses = left.map(({ pid, startTicks }) => ({ pid, startTicks }));
  return {
    cleanup: {
      signals: [...signals],
      reapSeconds: seconds,
      swept,
      left: left.map(({ pid }) => pid),
      ...(left.length > 0 ? { leftProcesses } : {}),
      ...(notKnown === null ? {} : { notKnown }),
    },
    left,
  };
}
