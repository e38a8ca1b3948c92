/** Two runs at once: on one real card the second refuses clearly, on one folder too; on the CPU and on simulated cards both are right. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsOf, underWay, type BenchOptions } from '../cli/bench-process.ts';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { unshareMissing } from './privileges.ts';
import { outcomes } from './probe-run.ts';
import { probeMatrix } from './probe-matrix.ts';
import { attemptsIn, comparable, journalText } from './run-facts.ts';
import { isClearRefusal, reference } from './simulated-matrix.ts';
import { FIXTURES, type Program, type Stage } from './stage.ts';

const NUMBERS = [1, 2, 3, 4];
/** Long, for machines that are busy with others. */
const START_SECONDS = 200;

export const together: Campaign = {
  name: 'together',
  about: 'two runs at once on one device, one folder',
  counts: { full: 3, short: 1 },
  trials: ({ count }) => [
    {
      name: 'one card (an empty /dev/nvidia0): the second refuses, the first is right',
      missing: unshareMissing(['--mount'], ['mount', '-t', 'tmpfs', 'none', '/mnt']),
      run: (stage) => oneCard(stage, count),
    },
    { name: 'the CPU: both are right', missing: null, run: (stage) => onCpu(stage, count) },
    { name: 'simulated cards: both are right', missing: null, run: (stage) => simulated(stage, count) },
    {
      name: `one run folder: ${count > 1 ? 6 : 3} start at once, one measures`,
      missing: null,
      run: (stage) => oneFolder(stage, count, count > 1 ? 6 : 3),
    },
    { name: 'resumed while it runs: refused', missing: null, run: resumedTwice },
  ],
};

async function oneCard(stage: Stage, count: number): Promise<Findings> {
  const problems = new Problems();
  const total = { pairs: 0, refused: 0, left: 0 };
  const runtime = stage.file('runtime');
  await mkdir(runtime, { mode: 0o700 });
  const command: Program = [
    'unshare',
    '--mount',
    'sh',
    join(FIXTURES, 'campaign', 'with-card.sh'),
    stage.file('dev'),
    ...stage.program,
  ];
  const options: BenchOptions = { command, env: { XDG_RUNTIME_DIR: runtime } };
  for (let pair = 0; pair < count; pair += 1) {
    // The first measures for as long as the second needs.
    const over = stage.file(`over-${pair}`);
    const matrix = await probeMatrix(stage, 'card', {
      probe: 'campaign/works',
      numbers: NUMBERS,
      constants: { seconds: 0.5, log: stage.file(`log-${pair}`), until: over },
    });
    const run = stage.runFolder('first');
    const words = ['run', matrix, '-q', '--device', 'cuda', '--out'];
    const first = stage.start([...words, run], options);
    await underWay(run, 1, START_SECONDS);
    const second = await stage.bench([...words, stage.runFolder('second')], options);
    problems.check(
      isClearRefusal(second.code, second.stderr) && /device-busy/.test(second.stderr) && second.code === 3,
      `the second: exit code ${second.code}: ${second.stderr.trim()}`,
    );
    if (pair % 2 === 0) await stage.write(`over-${pair}`, '');
    if (pair % 2 === 1) {
      // A lock whose holder was killed is no lock.
      first.kill('SIGKILL');
      await first.ended;
      await stage.write(`over-${pair}`, '');
      const resumed = await stage.bench(['run', '--resume', run, '-q'], options);
      problems.equal(resumed.code, 0, `resumed after a kill (${resumed.stderr.trim()})`);
    } else {
      const { code, stderr } = await first.ended;
      problems.equal(code, 0, `the first (${stderr.trim()})`);
    }
    const passed = outcomes(await attemptsIn(run)).filter((outcome) => outcome?.kind !== 'cancelled');
    problems.equal(
      passed,
      NUMBERS.map(() => ({ kind: 'pass' })),
      'outcomes of the first',
    );
    total.pairs += 1;
    total.refused += 1;
    total.left += (await stage.survivors()).length;
  }
  problems.equal(total.left, 0, 'processes left');
  return { problems: problems.found, counts: total };
}

async function onCpu(stage: Stage, count: number): Promise<Findings> {
  const problems = new Problems();
  for (let pair = 0; pair < count; pair += 1) {
    const matrix = await probeMatrix(stage, 'cpu', { probe: 'campaign/odd_hangs', numbers: NUMBERS, deadline: '2s' });
    const runs = [stage.runFolder('first'), stage.runFolder('second')];
    const ended = await Promise.all(runs.map((run) => stage.bench(['run', matrix, '-q', '--out', run])));
    problems.equal(
      ended.map(({ code }) => code),
      [0, 0],
      'exit codes',
    );
    for (const run of runs) {
      for (const one of await attemptsIn(run))
        problems.equal(
          one.finished?.outcome.kind,
          Number(one.case['number']) % 2 === 1 ? 'hang' : 'pass',
          `outcome of ${one.attempt}`,
        );
    }
  }
  const left = await stage.survivors();
  problems.equal(left, [], 'processes left');
  return { problems: problems.found, counts: { pairs: count, left: left.length } };
}

async function simulated(stage: Stage, count: number): Promise<Findings> {
  const problems = new Problems();
  const { matrix, results } = await reference(stage);
  for (let pair = 0; pair < count; pair += 1) {
    const runs = [stage.runFolder('first'), stage.runFolder('second')];
    const ended = await Promise.all(runs.map((run) => stage.bench(['run', matrix, '-q', '--out', run])));
    problems.equal(
      ended.map(({ code }) => code),
      [0, 0],
      'exit codes',
    );
    for (const run of runs) problems.equal(comparable(await resultsOf(run)), results, 'results');
  }
  const left = await stage.survivors();
  problems.equal(left, [], 'processes left');
  return { problems: problems.found, counts: { pairs: count, left: left.length } };
}

async function oneFolder(stage: Stage, count: number, starters: number): Promise<Findings> {
  const problems = new Problems();
  const total = { races: 0, refused: 0, left: 0 };
  const { matrix, results } = await reference(stage);
  for (let race = 0; race < count; race += 1) {
    const run = stage.runFolder('raced');
    const ended = await Promise.all(
      Array.from({ length: starters }, () => stage.bench(['run', matrix, '-q', '--out', run])),
    );
    problems.equal(ended.filter(({ code }) => code === 0).length, 1, 'runs that measured');
    const others = ended.filter(({ code }) => code !== 0);
    for (const { code, stderr } of others)
      problems.check(isClearRefusal(code, stderr), `no clear refusal: exit code ${code}: ${stderr.trim()}`);
    problems.equal(comparable(await resultsOf(run)), results, 'results');
    problems.equal((await journalText(run)).split('"event":"run-opened"').length - 1, 1, 'runs opened in the journal');
    total.races += 1;
    total.refused += others.length;
    total.left += (await stage.survivors()).length;
  }
  return { problems: problems.found, counts: total };
}

async function resumedTwice(stage: Stage): Promise<Findings> {
  const problems = new Problems();
  const { matrix, results } = await reference(stage);
  const run = stage.runFolder();
  const first = stage.start(['run', matrix, '-q', '--out', run]);
  await underWay(run, 2, START_SECONDS);
  const second = await stage.bench(['run', '--resume', run]);
  problems.check(
    isClearRefusal(second.code, second.stderr) && /run-locked/.test(second.stderr),
    `the second: exit code ${second.code}: ${second.stderr.trim()}`,
  );
  const { code, stderr } = await first.ended;
  problems.equal(code, 0, `the first (${stderr.trim()})`);
  problems.equal(comparable(await resultsOf(run)), results, 'results');
  return { problems: problems.found, counts: { refused: 1, left: (await stage.survivors()).length } };
}
