/** What an earlier harness left behind: ended where it can be, looked at where it cannot. */
import { look, readWaitChannel } from '../machine/processes/read.ts';
import { isDead, type Identity } from '../machine/processes/stat.ts';
import type { Swept } from '../machine/processes/sweep.ts';
import { sweepMarked } from '../machine/processes/sweep-marked.ts';

/** Kills the leftovers of run `runId`; returns what a reader must know of those that are still there, or null. Takes at most about five seconds. */
export async function sweepRun(runId: string): Promise<string | null> {
  const { left, notKnown } = await sweepMarked(`BENCH_RUN=${runId}`);
  return unaccounted('an earlier session of this run', { left, notKnown });
}

/** What a reader must know of processes that nobody can vouch for; null when all are known to be gone. `of`: what has left them. */
export function unaccounted(of: string, { left, notKnown }: Pick<Swept, 'left' | 'notKnown'>): string | null {
  const pids = left.map(({ pid, state }) => `${pid} (state ${state})`).join(', ');
  if (notKnown !== null)
    return `It is not known whether processes of ${of} are still alive${pids === '' ? '' : ` beside ${pids}`}: ${notKnown}. Whatever was measured since may have run beside them.`;
  return pids === ''
    ? null
    : `Processes of ${of} could not be killed: ${pids}. What was measured since ran beside them.`;
}

export interface Lingering {
  /** Process state letter. */
  readonly state: string;
  /** Kernel function it waits in; null when it is not known. */
  readonly waitChannel: string | null;
}

/** A process that could not be killed; null when it is gone, or when its pid belongs to another by now. */
export function stillThere(identity: Identity): Lingering | null {
  const stat = look(identity);
  return stat === null || isDead(stat)
    ? null
    : { state: stat.state, waitChannel: readWaitChannel(stat.pid, stat.thread) };
}
