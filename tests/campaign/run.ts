/**
 * Runs the campaigns that prove the watchdog: `npm run campaign -- [--only kill,disk] [--count 500] [--seed 7] [--short]`.
 * Exit code 1 when anything was lost, left over or told wrongly.
 */
import { cpus, totalmem } from 'node:os';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { CAMPAIGNS } from './all.ts';
import { runCampaign, type CampaignResult } from './run-campaign.ts';
import { closeStages, type Program } from './stage.ts';
import { latencies, LATENCY_LIMIT_SECONDS } from './statistics.ts';
import { COMMAND } from '../cli/bench-process.ts';
import { packageRoot } from '../../harness/machine/installation.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    short: { type: 'boolean', default: false },
    sources: { type: 'boolean', default: false },
  },
});

const names = values.only?.split(',') ?? CAMPAIGNS.map(({ name }) => name);
const unknown = names.filter((name) => !CAMPAIGNS.some((campaign) => campaign.name === name));
if (unknown.length > 0) {
  console.error(`no campaign ${unknown.join(', ')}; there are ${CAMPAIGNS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const seed = whole('seed', values.seed);
const count = values.count === undefined ? null : whole('count', values.count);

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  // Not once: execa ends a process by the signal when it finds that nobody else listens any more.
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    console.error(`${signal}: cleaning up`);
    void closeStages().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

const [cpu] = cpus();
console.log(
  `campaigns: ${names.join(' ')}; seed ${seed}; ${cpus().length} x ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`,
);
const results: CampaignResult[] = [];
for (const campaign of CAMPAIGNS.filter(({ name }) => names.includes(name))) {
  if (interrupted) break;
  const times = count ?? campaign.counts[values.short ? 'short' : 'full'];
  console.log(`${campaign.name}: ${campaign.about}`);
  const result = await runCampaign(campaign, { count: times, seed }, program(), (line) => console.log(line));
  results.push(result);
  console.log(`${verdict(result)}\n`);
}
const failed = results.filter((result) => problemsOf(result) > 0);
const missing = results.reduce((sum, result) => sum + result.missing, 0);
const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
console.log(
  `${results.length - failed.length} of ${results.length} campaigns held in ${seconds.toFixed(0)} s${missing > 0 ? `; ${missing} trials could not be made here` : ''}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;

function verdict(result: CampaignResult): string {
  const counts = Object.entries(result.counts).map(([name, number]) => `${number} ${name}`);
  const latency = result.latencies.length === 0 ? '' : `; kill latency ${latencies(result.latencies).text}`;
  const problems = problemsOf(result);
  return `${result.name}: ${problems === 0 ? 'HELD' : `BROKEN (${problems} problems)`} after ${result.trials} trials, ${counts.join(', ')}${latency}; ${result.seconds.toFixed(0)} s`;
}

/** The latency is judged over a whole campaign only: on a machine that is busy with others it says little, so the short form prints it. */
function problemsOf({ problems, latencies: samples }: CampaignResult): number {
  const tooSlow = !values.short && samples.length > 0 && latencies(samples).p99 >= LATENCY_LIMIT_SECONDS;
  return problems.length + (tooSlow ? 1 : 0);
}

function program(): Program {
  const built = join(packageRoot(), 'dist', 'harness', 'cli', 'main.js');
  return values.sources || !existsSync(built) ? COMMAND : [process.execPath, built];
}

function whole(name: string, text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  console.error(`--${name} is a whole number above 0, not "${text}"`);
  return process.exit(2);
}
