import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fate } from '../../harness/devices/simulated/fate.ts';
import { parseModel } from '../../harness/devices/simulated/parse-model.ts';
import type { Isolation } from '../../harness/journal/attempt.ts';
import { packageRoot } from '../../harness/paths.ts';
import { attempt, watchdogOf, withBench } from './supervised.ts';
import type { Bench } from './supervised.ts';
import type { Worker } from '../../harness/supervisor/types.ts';
import type { Outcome } from '../../harness/verdicts/outcome.ts';

/**
 * Every fate of every model that is shipped, and every kind of fate in every phase, acted out by real processes: what the supervisor
 * calls it is what it is. A search that goes on is never a hang, and a silent hang is never slow.
 */
const test = suite('fates');

const MODELS = join(packageRoot(), 'matrices', 'models');
const ISOLATIONS = ['fork', 'spawn'] as const;
const PHASES = ['device', 'allocate', 'first-run', 'steady', 'verify'] as const;
/** Card seconds are wall seconds / 25: a search of 30 s takes 1.2 s, one of 120 s would take twice the hard limit. */
const TIME_SCALE = 0.04;
const WATCHDOG = { ...watchdogOf({ deadline: '700ms', hard_limit: '2400ms' }), deadlines: { start: 10, import: 10, device: 0.7, allocate: 0.7, 'first-run': 0.7, steady: 0.7, verify: 0.7 } };
/** Above this many card seconds a search reaches the hard limit. */
const SLOW_SECONDS = 60;

interface Told {
  readonly kind: Outcome['kind'];
  readonly phase?: string;
  readonly activity?: string;
}

/** What is written in the script of the card. */
function truth(fate: Fate): Told {
  switch (fate.kind) {
    case 'pass':
    case 'wrong-result':
      return { kind: fate.kind };
    case 'hang':
      return { kind: 'hang', phase: fate.phase ?? 'first-run', activity: fate.activity };
    case 'slow-search':
      return fate.seconds > SLOW_SECONDS ? { kind: 'slow', phase: fate.phase ?? 'first-run' } : { kind: 'pass' };
    case 'crash':
      return { kind: 'crash', phase: 'first-run' };
    case 'no-binary':
      return { kind: 'error', phase: 'first-run' };
  }
}

function told(outcome: Outcome): Told {
  return {
    kind: outcome.kind,
    ...('phase' in outcome ? { phase: outcome.phase } : {}),
    ...('activity' in outcome ? { activity: outcome.activity } : {}),
  };
}

async function check(bench: Bench, worker: Worker, fate: Fate, isolation: Isolation): Promise<void> {
  const name = `${JSON.stringify(fate)}, ${isolation}`;
  const request = await bench.request({ isolation, device: 'simulated', fate: { ...fate, time_scale: TIME_SCALE }, watchdog: WATCHDOG });
  const report = await attempt(worker, request);
  assert.equal(told(report.outcome), truth(fate), `${name}: ${JSON.stringify(report.outcome)}`);
  assert.equal(report.cleanup.left, [], name);
  if (report.outcome.kind === 'hang') {
    assert.ok((report.outcome.because?.silentSeconds ?? 0) >= 0.7, name);
    const { cpuShare, waitShare } = report.outcome.because ?? {};
    assert.is((cpuShare ?? 0) + (waitShare ?? 0) > 0.5, report.outcome.activity === 'busy', `${name}: ${JSON.stringify(report.outcome)}`);
  }
  if (report.outcome.kind === 'slow') assert.is(report.outcome.because?.lastSign?.kind, 'search', name);
}

/** Two workers side by side, each with one attempt at a time. */
async function checkAll(fates: readonly Fate[]): Promise<void> {
  await withBench(async (bench) => {
    await Promise.all(
      ISOLATIONS.map(async (isolation) => {
        const worker = await bench.start('passes', { probe: null });
        const inTurn = pLimit(1);
        await Promise.all(fates.map((fate) => inTurn(() => check(bench, worker, fate, isolation))));
      }),
    );
  });
}

for (const file of readdirSync(MODELS).filter((name) => name.endsWith('.yml'))) {
  test(`${file}: each of its fates, forked and spawned`, async () => {
    const { rules, default: usual } = parseModel(readFileSync(join(MODELS, file), 'utf8'), file);
    const fates = [...rules.map(({ fate }) => fate), usual].map((fate) => JSON.stringify(fate));
    await checkAll([...new Set(fates)].map((text) => Fate.parse(JSON.parse(text))));
  });
}

test('hangs of every activity in every phase, forked and spawned', async () => {
  await checkAll(PHASES.flatMap((phase) => (['idle', 'busy', 'compiling'] as const).map((activity) => Fate.parse({ kind: 'hang', phase, activity }))));
});

test('searches in every phase, forked and spawned: those that end pass, those that go on are slow', async () => {
  await checkAll(PHASES.flatMap((phase) => [30, 600].map((seconds) => Fate.parse({ kind: 'slow-search', phase, seconds }))));
});

test.run();
