/** Every campaign, in the order in which they are run. */
import type { Campaign } from './campaign.ts';
import { channel } from './channel.ts';
import { clock } from './clock.ts';
import { disk } from './disk.ts';
import { faults } from './faults.ts';
import { journal } from './journal.ts';
import { kill } from './kill.ts';
import { latency } from './latency.ts';
import { limits } from './limits.ts';
import { output } from './output.ts';
import { pids } from './pids.ts';
import { together } from './together.ts';
import { workers } from './workers.ts';

export const CAMPAIGNS: readonly Campaign[] = [
  faults,
  latency,
  kill,
  workers,
  channel,
  output,
  limits,
  disk,
  journal,
  clock,
  pids,
  together,
];
