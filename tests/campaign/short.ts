/** A campaign in its short form as a test file: one test for each trial, from the sources. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Campaign } from './campaign.ts';
import { tryOne } from './run-campaign.ts';
import { COMMAND } from '../cli/bench-process.ts';
import { skip } from '../skip.ts';

const SEED = 20_261_122;

/** `moduleUrl`: the test file's `import.meta.url`. `only`: trials whose names match; all of them unless told otherwise. */
export function testShort(campaign: Campaign, moduleUrl: string, only = /./): void {
  const test = suite(`campaign/${campaign.name}`);
  const trials = campaign.trials({ count: campaign.counts.short, seed: SEED }).filter(({ name }) => only.test(name));
  for (const trial of trials) {
    if (trial.missing !== null) skip(test, moduleUrl, trial.name, trial.missing);
    else test(trial.name, async () => assert.equal((await tryOne(trial, COMMAND)).problems, []));
  }
  test.run();
}
