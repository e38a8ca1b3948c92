/** Makes the trials of one campaign, one after another, and adds up what they saw. */
import type { Campaign, CampaignOptions, Findings, Trial } from './campaign.ts';
import { onStage, type Program } from './stage.ts';

export interface CampaignResult {
  readonly name: string;
  readonly trials: number;
  readonly missing: number;
  readonly problems: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly latencies: readonly number[];
  readonly seconds: number;
}

/** `say` gets a line for each trial. */
export async function runCampaign(
  campaign: Campaign,
  options: CampaignOptions,
  program: Program,
  say: (line: string) => void,
): Promise<CampaignResult> {
  const began = performance.now();
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  const latencies: number[] = [];
  let [trials, missing] = [0, 0];
  for (const trial of campaign.trials(options)) {
    if (trial.missing !== null) {
      missing += 1;
      say(`  skip          ${trial.name}: ${trial.missing}`);
      continue;
    }
    trials += 1;
    const trialBegan = performance.now();
    const found = await tryOne(trial, program);
    for (const [name, count] of Object.entries(found.counts)) counts[name] = (counts[name] ?? 0) + count;
    latencies.push(...(found.latencies ?? []));
    problems.push(...found.problems.map((problem) => `${trial.name}: ${problem}`));
    const time = ((performance.now() - trialBegan) / 1000).toFixed(1).padStart(7);
    say(
      `  ${found.problems.length === 0 ? 'ok  ' : 'FAIL'} ${time} s  ${trial.name}${found.note === undefined ? '' : `: ${found.note}`}`,
    );
    for (const problem of found.problems) say(`         ${problem.replaceAll('\n', '\n         ')}`);
  }
  return {
    name: campaign.name,
    trials,
    missing,
    problems,
    counts,
    latencies,
    seconds: (performance.now() - began) / 1000,
  };
}

/** A trial that throws is one with a problem. */
export async function tryOne(trial: Trial, program: Program): Promise<Findings> {
  try {
    return await onStage((stage) => trial.run(stage), program);
  } catch (error) {
    return { problems: [error instanceof Error ? (error.stack ?? error.message) : String(error)], counts: {} };
  }
}
