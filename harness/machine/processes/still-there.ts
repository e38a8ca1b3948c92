/** Whether a process that could not be killed is still there. */
import { look, readWaitChannel } from './read.ts';
import { isDead } from './stat.ts';
import type { Identity } from './stat.ts';

export interface Lingering {
  /** Process state letter. */
  readonly state: string;
  /** Kernel function it waits in; null when it is not known. */
  readonly waitChannel: string | null;
}

/** null when it is gone, or when its pid belongs to another process by now. */
export function stillThere(identity: Identity): Lingering | null {
  const stat = look(identity);
  return stat === null || isDead(stat) ? null : { state: stat.state, waitChannel: readWaitChannel(stat.pid) };
}
