/** A campaign in its short form as a test file: one test for each trial, from the sources. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Campaign } from './campaign.ts';
import { tryOne } from './run-campaign.ts';
import { COMMAND } from '../cli/bench-process.ts';
import { skip } from '../skip.ts';

const SEED = 20_261_122;

/** `moduleUrl`: the test file's `import.meta.url`. */
export function testShort(campaign: Campaign, moduleUrl: string): void {
  const test = suite(`campaign/${campaign.name}`);
  for (const trial of campaign.trials({ count: campaign.counts.short, seed: SEED })) {
    if (trial.missing !== null) skip(test, moduleUrl, trial.name, trial.missing);
    else test(trial.name, async () => assert.equal((await tryOne(trial, COMMAND)).problems, []));
  }
  test.run();
}
