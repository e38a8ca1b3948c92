/** Every campaign, in the order in which they are run. */
import type { Campaign } from './campaign.ts';
import { channel } from './channel.ts';
import { faults } from './faults.ts';
import { kill } from './kill.ts';
import { latency } from './latency.ts';
import { limits } from './limits.ts';
import { output } from './output.ts';
import { workers } from './workers.ts';

export const CAMPAIGNS: readonly Campaign[] = [faults, latency, kill, workers, channel, output, limits];
