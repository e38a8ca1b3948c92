import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Fate } from '../../harness/model/attempt/fate.ts';
import { parseModel } from '../../harness/makers/simulated/parse-model.ts';
import type { Isolation } from '../../harness/model/attempt/attempt.ts';
import { packageRoot } from '../../harness/machine/installation.ts';
import type { Watchdog } from '../../harness/matrix/file/schema.ts';
import { allAtOnce, attempt, watchdogOf, withBench, type Bench } from './supervised.ts';
import type { Worker } from '../../harness/supervisor/types.ts';
import type { Outcome } from '../../harness/model/outcome.ts';

/**
 * Every fate of every model that is shipped, and every kind of fate in every phase, acted out by real processes: what the supervisor
 * calls it is what it is. A search that goes on is never a hang, and a silent hang is never slow.
 */
const test = suite('fates');

const MODELS = join(packageRoot(), 'matrices', 'models');
const ISOLATIONS = ['fork', 'spawn'] as const;
const PHASES = ['device', 'allocate', 'first-run', 'steady', 'verify'] as const;
/** Seconds of silence that are a hang: searches write, and compilers are started. */
const DEADLINE = 2;
/** Card seconds are wall seconds / 12.5: a search of 30 s takes 2.4 s, half of the hard limit, and one of 120 s would take almost twice that. */
const TIME_SCALE = 0.08;
const HARD_LIMIT = '5s';
const FAR = watchdogOf();
const DEADLINES = {
  ...FAR.deadlines,
  device: DEADLINE,
  allocate: DEADLINE,
  'first-run': DEADLINE,
  steady: DEADLINE,
  verify: DEADLINE,
};

function watchdogFor(fate: Fate): Watchdog {
  switch (fate.kind) {
    case 'slow-search':
      return watchdogOf({ hard_limit: HARD_LIMIT });
    case 'hang':
      // One that ignores SIGTERM waits for the end of its grace; from the others nothing may be taken by it.
      return { ...FAR, deadlines: DEADLINES, term_grace: fate.ignore_term ? 0.3 : FAR.term_grace };
    default:
      return FAR;
  }
}
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
  const request = await bench.request({
    isolation,
    device: 'simulated',
    fate: { ...fate, time_scale: TIME_SCALE },
    watchdog: watchdogFor(fate),
  });
  const report = await attempt(worker, request);
  assert.equal(told(report.outcome), truth(fate), `${name}: ${JSON.stringify(report.outcome)}`);
  assert.equal(report.cleanup.left, [], name);
  if (report.outcome.kind === 'hang') {
    assert.ok((report.outcome.because?.silentSeconds ?? 0) >= DEADLINE, name);
    // How much of a core a spinning one got is the machine's affair; one that waits takes none.
    const cpuShare = report.outcome.because?.cpuShare ?? 0;
    assert.ok(
      report.outcome.activity === 'busy' ? cpuShare > 0 : cpuShare < 0.1,
      `${name}: ${JSON.stringify(report.outcome)}`,
    );
  }
  if (report.outcome.kind === 'slow') assert.is(report.outcome.because?.lastSign?.kind, 'search', name);
}

/** Most of their time they wait: so many side by side, all tests together. */
const inTurn = pLimit(12);

/** Workers side by side, each with one attempt at a time. */
async function checkAll(fates: readonly Fate[]): Promise<void> {
  await withBench(async (bench) => {
    await Promise.all(
      ISOLATIONS.flatMap((isolation) =>
        fates.map((fate) =>
          inTurn(async () => {
            const worker = await bench.start('passes', { probe: null });
            await check(bench, worker, fate, isolation);
            await worker.stop();
          }),
        ),
      ),
    );
  });
}

function fatesOf(file: string): readonly Fate[] {
  const { rules, default: usual } = parseModel(readFileSync(join(MODELS, file), 'utf8'), file);
  const fates = [...rules.map(({ fate }) => fate), usual].map((fate) => JSON.stringify(fate));
  return [...new Set(fates)].map((text) => Fate.parse(JSON.parse(text)));
}

const GROUPS: readonly (readonly [string, () => readonly Fate[]])[] = [
  ...readdirSync(MODELS)
    .filter((name) => name.endsWith('.yml'))
    .map((file) => [`${file}: each of its fates, forked and spawned`, () => fatesOf(file)] as const),
  [
    'hangs of every activity in every phase, forked and spawned',
    () =>
      PHASES.flatMap((phase) =>
        (['idle', 'busy', 'compiling'] as const).map((activity) => Fate.parse({ kind: 'hang', phase, activity })),
      ),
  ],
  [
    'searches in every phase, forked and spawned: those that end pass, those that go on are slow',
    () => PHASES.flatMap((phase) => [30, 600].map((seconds) => Fate.parse({ kind: 'slow-search', phase, seconds }))),
  ],
];

const checked = allAtOnce(GROUPS, async ([, fates]) => checkAll(fates()));
for (const group of GROUPS) test(group[0], () => checked(group));

test.run();
