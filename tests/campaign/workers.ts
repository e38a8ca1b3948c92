/** Worker and child under fire: SIGKILL and SIGSTOP at random moments. A lost worker is never a verdict on a cell. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { chance as seeded, type Chance } from './chance.ts';
import { closeWell, outcomes, probeRun } from './probe-run.ts';
import { childrenOf, isGone, isStopped, workersOf } from './processes.ts';
import { counts as countsForAnswer, isHarnessError } from './run-facts.ts';
import type { Stage } from './stage.ts';

const NUMBERS = [1, 2, 3, 4, 5, 6];

export const workers: Campaign = {
  name: 'workers',
  about: 'SIGKILL and SIGSTOP of the worker, SIGKILL of the child',
  counts: { full: 3, short: 1 },
  trials: ({ count, seed }) =>
    (['fork', 'spawn'] as const).flatMap((isolation) => [
      {
        name: `SIGKILL of the worker, ${isolation}`,
        missing: null,
        run: (stage) => hitWorker(stage, 'SIGKILL', isolation, count, seeded(seed)),
      },
      {
        name: `SIGSTOP of the worker, ${isolation}`,
        missing: null,
        run: (stage) => hitWorker(stage, 'SIGSTOP', isolation, count, seeded(seed + 1)),
      },
      {
        name: `SIGKILL of the child, ${isolation}`,
        missing: null,
        run: (stage) => hitChild(stage, isolation, count, seeded(seed + 2)),
      },
      {
        name: `SIGKILL of a worker whose child ignores signals and left its group, ${isolation}`,
        missing: null,
        run: (stage) => orphanFamily(stage, isolation),
      },
    ]),
};

/** Fewer hits than the tries that one question has, so that every cell must come to its verdict. */
const HITS = 2;

/** false when it is gone by now. */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Whether a process that was sent SIGSTOP stops; false when it ended before. */
async function standsStill(pid: number): Promise<boolean> {
  while (!isGone(pid)) {
    if (isStopped(pid)) return true;
    await sleep(2);
  }
  return false;
}

async function hitWorker(
  stage: Stage,
  signal: 'SIGKILL' | 'SIGSTOP',
  isolation: 'fork' | 'spawn',
  count: number,
  chance: Chance,
): Promise<Findings> {
  const problems = new Problems();
  const total = { runs: 0, attempts: 0, left: 0, hits: 0, 'harness errors told': 0 };
  for (let run = 0; run < count; run += 1) {
    let hits = 0;
    // A worker that is stopped is found by a deadline.
    const limits = signal === 'SIGSTOP' ? { deadline: '2s' } : {};
    const probe = {
      probe: 'campaign/works',
      numbers: NUMBERS,
      constants: { seconds: 0.3, log: stage.file(`log-${run}`) },
      isolation,
      ...limits,
    };
    const done = await probeRun(stage, `worker-${signal.toLowerCase()}`, probe, {}, async ({ pid, over }) => {
      while (hits < HITS && !over()) {
        await sleep(chance.between(50, 900));
        const worker = workersOf(pid)[0];
        if (worker === undefined || over()) continue;
        if (send(worker, signal)) hits += 1;
      }
    });
    problems.equal(done.ended.code, 0, `exit code (${done.ended.stderr.trim()})`);
    const answered = done.attempts.filter(countsForAnswer);
    problems.equal(
      outcomes(answered),
      NUMBERS.map(() => ({ kind: 'pass' })),
      'outcomes',
    );
    problems.equal(answered.map((one) => one.case['number']).toSorted(), NUMBERS, 'cells');
    const errors = done.attempts.filter(({ finished }) => finished !== null && isHarnessError(finished.outcome)).length;
    const closed = await closeWell(stage, problems, done, 280);
    total.runs += 1;
    total.attempts += done.attempts.length;
    total.left += closed.counts['left'] ?? 0;
    total.hits += hits;
    total['harness errors told'] += errors;
  }
  return { problems: problems.found, counts: total };
}

async function hitChild(stage: Stage, isolation: 'fork' | 'spawn', count: number, chance: Chance): Promise<Findings> {
  const problems = new Problems();
  const total = { runs: 0, attempts: 0, left: 0, hits: 0 };
  for (let run = 0; run < count; run += 1) {
    let hits = 0;
    const probe = {
      probe: 'campaign/works',
      numbers: NUMBERS,
      constants: { seconds: 0.5, log: stage.file(`log-${run}`) },
      isolation,
    };
    const done = await probeRun(stage, 'child', probe, {}, async ({ pid, over }) => {
      while (hits === 0 && !over()) {
        await sleep(chance.between(20, 600));
        const worker = workersOf(pid)[0];
        const child = worker === undefined ? undefined : childrenOf(worker)[0];
        // Stopped it cannot end by itself before it is hit.
        if (child === undefined || !send(child, 'SIGSTOP') || !(await standsStill(child))) continue;
        if (send(child, 'SIGKILL')) hits += 1;
      }
    });
    const crashes = outcomes(done.attempts).filter((outcome) => outcome?.kind === 'crash');
    problems.equal(done.ended.code, 0, `exit code (${done.ended.stderr.trim()})`);
    problems.equal(
      crashes.map((outcome) => outcome.signal),
      Array.from({ length: hits }, () => 'SIGKILL'),
      'crashes',
    );
    const others = outcomes(done.attempts).filter((outcome) => outcome?.kind !== 'crash');
    problems.equal(
      others,
      NUMBERS.slice(hits).map(() => ({ kind: 'pass' })),
      'outcomes of the others',
    );
    const closed = await closeWell(stage, problems, done, 280);
    total.runs += 1;
    total.attempts += done.attempts.length;
    total.left += closed.counts['left'] ?? 0;
    total.hits += hits;
  }
  return { problems: problems.found, counts: total };
}

async function orphanFamily(stage: Stage, isolation: 'fork' | 'spawn'): Promise<Findings> {
  const problems = new Problems();
  let hits = 0;
  // Hit as often as the harness tries: the cell then is an error of the harness, never a hang.
  const done = await probeRun(
    stage,
    'family',
    { probe: 'campaign/leaves_family', isolation },
    {},
    async ({ pid, over }) => {
      for (let seen = 0; hits < 3 && !over();) {
        await sleep(50);
        const worker = workersOf(pid).find((child) => child !== seen);
        if (worker === undefined) continue;
        const [child] = childrenOf(worker);
        if (child === undefined || childrenOf(child).length + childrenOf(worker).length < 3) continue;
        seen = worker;
        if (send(worker, 'SIGKILL')) hits += 1;
      }
    },
  );
  problems.check(
    outcomes(done.attempts).every((outcome) => outcome !== undefined && isHarnessError(outcome)),
    `outcomes: ${JSON.stringify(outcomes(done.attempts))}`,
  );
  const closed = await closeWell(stage, problems, done, 280);
  return { problems: problems.found, counts: { ...closed.counts, hits } };
}
