/**
 * The wall clock steps while a run measures: nothing but the times of day in the journal may change. The step is injected into Node's Date
 * and Python's time.time, for the machine's own clock belongs to everybody on it; file times do not step. A time namespace shifts
 * the monotonic and boot clocks, on which process start times count.
 */
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageRoot } from '../../harness/machine/installation.ts';
import { resultsOf } from '../cli/bench-process.ts';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { unshareMissing } from './privileges.ts';
import { closeWell, outcomes, probeRun } from './probe-run.ts';
import { comparable, journalText } from './run-facts.ts';
import { reference } from './simulated-matrix.ts';
import { FIXTURES, type Stage } from './stage.ts';

const HOOK = pathToFileURL(join(FIXTURES, 'campaign', 'stepping-clock.mjs')).href;
/** Backwards by a day, forwards by a year, and by an hour at almost every look. */
const STEPS = [
  { STEP_SECONDS: '-86400', STEP_AFTER_MS: '700' },
  { STEP_SECONDS: '31536000', STEP_AFTER_MS: '900' },
  { STEP_SECONDS: '3600', STEP_AFTER_MS: '7' },
] as const;

export const clock: Campaign = {
  name: 'clock',
  about:
    'steps of the wall clock (injected), shifted monotonic clocks (time namespace), sources that read the wall clock',
  counts: { full: 3, short: 1 },
  trials: ({ count }) => [
    ...STEPS.slice(0, count).flatMap((step) => [
      { name: `a simulated run, ${describe(step)}`, missing: null, run: (stage: Stage) => stepped(stage, step) },
      {
        name: `a silent probe and one that works, ${describe(step)}`,
        missing: null,
        run: (stage: Stage) => steppedProbe(stage, step),
      },
    ]),
    {
      name: 'a run in a time namespace, a million seconds ahead',
      missing: unshareMissing(['--time', '--fork', '--boottime', '1000']),
      run: shifted,
    },
    { name: 'the wall clock is read for times of day only', missing: null, run: readers },
  ],
};

type Step = (typeof STEPS)[number];

function describe({ STEP_SECONDS, STEP_AFTER_MS }: Step): string {
  return `${STEP_SECONDS} s every ${STEP_AFTER_MS} ms`;
}

async function stepped(stage: Stage, step: Step): Promise<Findings> {
  const problems = new Problems();
  const { matrix, results } = await reference(stage);
  const run = stage.runFolder('stepped');
  const { code, stderr } = await stage.bench(['run', matrix, '-q', '--out', run], {
    env: { ...step, NODE_OPTIONS: `--import ${HOOK}` },
  });
  problems.equal(code, 0, `exit code (${stderr.trim()})`);
  problems.equal(comparable(await resultsOf(run)), results, 'results');
  const times = [...(await journalText(run)).matchAll(/"at":"([^"]+)"/g)].map(([, at]) => Date.parse(at ?? ''));
  const largest = Math.max(...times) - Math.min(...times);
  problems.check(
    largest > Math.abs(Number(step.STEP_SECONDS)) * 900,
    `the clock never stepped: the journal spans ${largest / 1000} s`,
  );
  return { problems: problems.found, counts: { runs: 2, steps: 1, left: (await stage.survivors()).length } };
}

async function steppedProbe(stage: Stage, step: Step): Promise<Findings> {
  const problems = new Problems();
  const python = `env:\n  PYTHONPATH: ${join(FIXTURES, 'campaign')}\n  STEP_SECONDS: "${step.STEP_SECONDS}"\n  STEP_AFTER_MS: "${step.STEP_AFTER_MS}"\n`;
  const env = { ...step, NODE_OPTIONS: `--import ${HOOK}` };
  const silent = await probeRun(stage, 'silent', { probe: 'probes/silent', deadline: '1s', more: python }, { env });
  problems.equal(
    outcomes(silent.attempts).map((outcome) => outcome?.kind),
    ['hang', 'hang'],
    'the silent probe',
  );
  for (const outcome of outcomes(silent.attempts)) {
    if (outcome?.kind === 'hang')
      problems.check(
        outcome.silentSeconds >= 0.99 && outcome.silentSeconds < 100,
        `silent for ${outcome.silentSeconds} s`,
      );
  }
  const works = {
    probe: 'campaign/works',
    constants: { seconds: 4, log: stage.file('log') },
    deadline: '2s',
    more: python,
  };
  const working = await probeRun(stage, 'works', works, { env });
  problems.equal(outcomes(working.attempts), [{ kind: 'pass' }], 'the probe that works for longer than a deadline');
  await closeWell(stage, problems, silent, 280);
  return closeWell(stage, problems, working, 280);
}

async function shifted(stage: Stage): Promise<Findings> {
  const problems = new Problems();
  const { matrix, results } = await reference(stage);
  const run = stage.runFolder('shifted');
  const command = [
    'unshare',
    '--time',
    '--fork',
    '--boottime',
    '1000000',
    '--monotonic',
    '1000000',
    ...stage.program,
  ] as const;
  const { code, stderr } = await stage.bench(['run', matrix, '-q', '--out', run], { command });
  problems.equal(code, 0, `exit code (${stderr.trim()})`);
  problems.equal(comparable(await resultsOf(run)), results, 'results');
  return { problems: problems.found, counts: { runs: 2, left: (await stage.survivors()).length } };
}

/** Where outcomes and verdicts come from. */
const MEASURING = /^(supervisor|runner|search|verdicts|insight|journal|devices|matrix)\//;

/** Files of those that may ask for the time of day, and for what. */
const READERS: Readonly<Record<string, string>> = {
  'harness/journal/writer.ts': 'the field "at"',
  'harness/machine/lock/lock.ts': 'since when a lock is held, for people',
  'harness/supervisor/evidence/kernel/kernel-log.ts': 'which lines of a kernel log without record numbers are new',
};

async function readers(): Promise<Findings> {
  const problems = new Problems();
  const root = join(packageRoot(), 'harness');
  const names = (await readdir(root, { recursive: true })).filter(
    (name) => name.endsWith('.ts') && MEASURING.test(name),
  );
  let found = 0;
  for (const name of names) {
    if (!/\bDate\.now\b|\bnew Date\(\)/.test(await readFile(join(root, name), 'utf8'))) continue;
    found += 1;
    problems.check(READERS[`harness/${name}`] !== undefined, `harness/${name} reads the wall clock`);
  }
  return { problems: problems.found, counts: { 'sources read': names.length, 'with wall clock': found } };
}
