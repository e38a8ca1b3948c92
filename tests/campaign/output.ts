/** Output floods: 1 GB on standard output and error, at every time of an attempt, takes a bounded part of the disk and no verdict with it. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import type { ProbeMatrix } from './probe-matrix.ts';
import { closeWell, outcomes, probeRun, type Running } from './probe-run.ts';
import type { Stage } from './stage.ts';

const MIB = 2 ** 20;
/** While it is written: a flood is cut at 16 MiB beyond its limit, looked for every few milliseconds, and a disk cache takes some GB a second. */
const PEAK_LIMIT = 768 * MIB;
/** Two ends of 256 KiB of each file, and the reports. */
const KEPT_LIMIT = 8 * MIB;

export const output: Campaign = {
  name: 'output',
  about: 'output flood of 1 GB, 10,000 lines on stderr',
  counts: { full: 1024, short: 192 },
  trials: ({ count }) => [
    flood(
      `${count} MiB on stdout and stderr, then a pass`,
      { where: 'both', afterwards: 'pass', lines: 1 },
      count,
      'pass',
    ),
    flood(
      `${count} MiB on stderr without a newline, then a pass`,
      { where: 'stderr', afterwards: 'pass', lines: 0 },
      count,
      'pass',
    ),
    flood('a hang that writes all the time', { where: 'both', afterwards: 'hang', lines: 0 }, 32, 'hang'),
    flood(
      'a hang that writes all the time and ignores SIGTERM',
      { where: 'both', afterwards: 'deaf', lines: 1 },
      32,
      'hang',
    ),
    {
      name: '256 MiB while the probe is imported',
      missing: null,
      run: (stage) => drown(stage, { probe: 'campaign/floods_import' }, 'pass'),
    },
    { name: '10,000 lines on stderr, the known one in the middle', missing: null, run: talk },
  ],
};

function flood(
  name: string,
  how: { where: string; afterwards: string; lines: number },
  mebibytes: number,
  outcome: string,
): ReturnType<Campaign['trials']>[number] {
  const constants = { ...how, mebibytes };
  // A deadline is about silence; output is none of its business.
  return {
    name,
    missing: null,
    run: (stage) =>
      drown(
        stage,
        {
          probe: 'campaign/floods_output',
          constants,
          ...(outcome === 'hang' ? { deadline: '2s' } : {}),
          ...(how.afterwards === 'deaf' ? { termGrace: '300ms' } : {}),
        },
        outcome,
      ),
  };
}

async function drown(stage: Stage, matrix: ProbeMatrix, outcome: string): Promise<Findings> {
  const problems = new Problems();
  let peak = 0;
  const done = await probeRun(stage, 'flood', matrix, {}, async ({ run, over }: Running) => {
    while (!over()) {
      peak = Math.max(peak, diskUse(run));
      await sleep(20);
    }
  });
  const kept = diskUse(done.run);
  problems.check(done.attempts.length > 0, `no attempt (${done.ended.stderr.trim()})`);
  for (const one of outcomes(done.attempts)) problems.equal(one?.kind, outcome, 'outcome');
  problems.check(peak < PEAK_LIMIT, `the run folder took ${mib(peak)} at its largest`);
  problems.check(kept < KEPT_LIMIT, `the run folder keeps ${mib(kept)}`);
  const closed = await closeWell(stage, problems, done, 280);
  return { ...closed, note: `at most ${mib(peak)} on the disk, ${mib(kept)} kept` };
}

async function talk(stage: Stage): Promise<Findings> {
  const problems = new Problems();
  const done = await probeRun(stage, 'talk', { probe: 'campaign/many_lines', constants: { known: 5000 } });
  for (const outcome of outcomes(done.attempts)) {
    problems.equal(outcome?.kind, 'crash', 'outcome');
    if (outcome?.kind === 'crash')
      problems.equal(
        [outcome.signal, outcome.signature === null],
        ['SIGABRT', false],
        'signal, and whether the known line went unseen',
      );
  }
  const tails = done.attempts.map(({ finished }) => finished?.evidence?.stderrTail ?? '');
  problems.check(
    tails.every((tail) => tail.includes('line 9999 of')),
    'the tail does not hold the last line',
  );
  return closeWell(stage, problems, done, 280);
}

/** Bytes that the files take on the disk: a hole takes none. */
function diskUse(folder: string): number {
  let bytes = 0;
  const walk = (path: string): void => {
    for (const entry of list(path)) {
      if (entry.isDirectory()) walk(join(path, entry.name));
      else bytes += blocks(join(path, entry.name)) * 512;
    }
  };
  walk(folder);
  return bytes;
}

function list(path: string): ReturnType<typeof entries> {
  try {
    return entries(path);
  } catch {
    return [];
  }
}

function entries(path: string) {
  return readdirSync(path, { withFileTypes: true });
}

function blocks(path: string): number {
  try {
    return statSync(path).blocks;
  } catch {
    return 0;
  }
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
