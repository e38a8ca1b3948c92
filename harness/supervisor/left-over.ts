/** What an earlier harness left behind: ended where it can be, looked at where it cannot. */
import { look, readWaitChannel } from '../machine/processes/read.ts';
import { isDead, type Identity } from '../machine/processes/stat.ts';
import { sweepMarked } from '../machine/processes/sweep-marked.ts';

/** Kills the leftovers of run `runId`; returns how many processes were signalled. Takes at most about five seconds. */
export async function sweepRun(runId: string): Promise<number> {
  return sweepMarked(`BENCH_RUN=${runId}`);
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
  return stat === null || isDead(stat) ? null : { state: stat.state, waitChannel: readWaitChannel(stat.pid) };
}
