/** Probes that take all there is: memory up to 1 GiB, and processes up to 120. The harness lives in the same limit and has to come through. */
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { cgroupMissing, limited, type Controller } from './cgroup.ts';
import type { ProbeMatrix } from './probe-matrix.ts';
import { closeWell, probeRun } from './probe-run.ts';
import { counts as countsForAnswer } from './run-facts.ts';
import type { Program, Stage } from './stage.ts';

const NUMBERS = [1, 2];
const GIB = 2 ** 30;

export const limits: Campaign = {
  name: 'limits',
  about: 'memory hog and fork bomb, bounded',
  counts: { full: 2, short: 1 },
  trials: ({ count }) =>
    (count > 1 ? (['fork', 'spawn'] as const) : (['fork'] as const)).flatMap((isolation) => [
      {
        name: `a memory hog under its own RLIMIT_AS, ${isolation}`,
        missing: null,
        run: (stage) =>
          hog(
            stage,
            { probe: 'campaign/hogs_memory', numbers: NUMBERS, constants: { limit: 1024 }, isolation },
            stage.program,
            ['error out-of-memory'],
          ),
      },
      within(
        'memory',
        GIB,
        `a memory hog in a group of 1 GiB with the harness, ${isolation}`,
        ['crash SIGKILL', 'error out-of-memory'],
        {
          probe: 'campaign/hogs_memory',
          constants: { limit: 0 },
          isolation,
        },
      ),
      ...[0, 1].map((sessions) =>
        within(
          'pids',
          120,
          `a fork bomb in a group of 120 tasks with the harness${sessions === 1 ? ', each process in a session of its own' : ''}, ${isolation}`,
          ['hang'],
          {
            probe: 'campaign/forks',
            constants: { sessions },
            isolation,
            deadline: '1s',
            // Chased for three times that long.
            killWait: '30s',
          },
        ),
      ),
    ]),
};

function within(
  controller: Controller,
  limit: number,
  name: string,
  wanted: readonly string[],
  matrix: ProbeMatrix,
): ReturnType<Campaign['trials']>[number] {
  return {
    name,
    missing: cgroupMissing(controller),
    run: (stage) => hog(stage, { ...matrix, numbers: NUMBERS }, limited(stage, controller, limit), wanted),
  };
}

/** Odd numbers take all there is, even ones are ordinary passes. */
async function hog(stage: Stage, matrix: ProbeMatrix, command: Program, wanted: readonly string[]): Promise<Findings> {
  const problems = new Problems();
  const done = await probeRun(stage, 'hog', matrix, { command, limitSeconds: 300 });
  problems.equal(done.ended.code, 0, `exit code (${done.ended.stderr.trim()})`);
  const told = done.attempts
    .filter(countsForAnswer)
    .map((one) => ({ number: Number(one.case['number']), outcome: one.finished?.outcome }));
  problems.equal([...new Set(told.map(({ number }) => number))].toSorted(), NUMBERS, 'cells with an answer');
  for (const { number, outcome } of told) {
    const words =
      outcome?.kind === 'crash'
        ? `crash ${outcome.signal}`
        : outcome?.kind === 'error'
          ? `error ${outcome.errorClass}`
          : (outcome?.kind ?? 'none');
    problems.check(
      (number % 2 === 0 ? ['pass'] : wanted).includes(words),
      `number ${number} was told as ${words}: ${JSON.stringify(outcome)}`,
    );
  }
  return closeWell(stage, problems, done, 280);
}
