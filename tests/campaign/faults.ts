/** The eight faults of real probes, by fork and by spawn, through the whole program: every outcome as told, in bounded time, nothing left. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Isolation } from '../../harness/model/attempt/attempt.ts';
import { Problems, type Campaign, type Findings, type Trial } from './campaign.ts';
import { freezer } from './freezer.ts';
import { probeMatrix } from './probe-matrix.ts';
import { attemptsIn } from './run-facts.ts';
import type { Stage } from './stage.ts';
import { eventually } from '../cli/bench-process.ts';

interface Fault {
  readonly probe: string;
  readonly outcome: 'hang' | 'pass';
  readonly signals: readonly string[];
  readonly swept: number;
}

const FAULTS: readonly Fault[] = [
  { probe: 'silent', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'ignores_signals', outcome: 'hang', signals: ['SIGTERM', 'SIGKILL'], swept: 0 },
  { probe: 'grandchild', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'orphan_ok', outcome: 'pass', signals: [], swept: 1 },
  { probe: 'orphan_hang', outcome: 'hang', signals: ['SIGTERM'], swept: 1 },
  { probe: 'chatty', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'stopped', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
];

/** Deadline, evidence, grace, kill, and a busy machine: what one attempt may take. */
const BOUND_SECONDS = 100;

export const faults: Campaign = {
  name: 'faults',
  about: 'eight faults x fork and spawn',
  counts: { full: 2, short: 1 },
  trials: ({ count }) =>
    (['fork', 'spawn'] as const).flatMap((isolation): Trial[] => [
      ...FAULTS.map((fault) => ({
        name: `${fault.probe} by ${isolation}`,
        missing: null,
        run: (stage: Stage) => repeat(count, () => tryFault(stage, fault, isolation)),
      })),
      {
        name: `frozen by ${isolation}`,
        missing: freezer.missing,
        run: (stage) => repeat(count, () => tryFrozen(stage, isolation)),
      },
    ]),
};

async function repeat(times: number, once: () => Promise<Findings>): Promise<Findings> {
  const all: Findings[] = [];
  for (let done = 0; done < times; done += 1) all.push(await once());
  const total: Record<string, number> = {};
  for (const { counts } of all)
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  return { problems: all.flatMap(({ problems }) => problems), counts: total };
}

async function tryFault(stage: Stage, fault: Fault, isolation: Isolation): Promise<Findings> {
  const problems = new Problems();
  const run = stage.runFolder(fault.probe);
  const matrix = await probeMatrix(stage, fault.probe.replaceAll('_', '-'), {
    probe: `probes/${fault.probe}`,
    isolation,
    ...(fault.outcome === 'hang' ? { deadline: '1s' } : {}),
    // Only what ignores SIGTERM waits for the end of its grace.
    ...(fault.signals.includes('SIGKILL') ? { termGrace: '300ms' } : {}),
  });
  const { code, stderr } = await stage.bench(['run', matrix, '--out', run, '-q']);
  problems.equal(code, 0, `exit code (${stderr.trim()})`);
  const attempts = await attemptsIn(run);
  // A hang of a forked child is tried again in a fresh process before it counts.
  problems.equal(attempts.length, isolation === 'fork' && fault.outcome === 'hang' ? 2 : 1, 'attempts');
  for (const { attempt, finished } of attempts) {
    const outcome = finished?.outcome;
    problems.equal(outcome?.kind, fault.outcome, `outcome of ${attempt}`);
    if (outcome?.kind === 'hang')
      problems.equal([outcome.phase, outcome.activity], ['first-run', 'idle'], `hang of ${attempt}`);
    problems.check((finished?.seconds ?? 1e9) < BOUND_SECONDS, `${attempt} took ${finished?.seconds} s`);
    problems.equal(finished?.cleanup.signals, fault.signals, `signals to ${attempt}`);
    problems.equal(finished?.cleanup.swept, fault.swept, `swept of ${attempt}`);
    problems.equal(finished?.cleanup.left, [], `left of ${attempt}`);
  }
  const left = await stage.survivors();
  problems.equal(left, [], 'processes left');
  return { problems: problems.found, counts: { runs: 1, attempts: attempts.length, left: left.length } };
}

async function tryFrozen(stage: Stage, isolation: Isolation): Promise<Findings> {
  const problems = new Problems();
  const run = stage.runFolder('frozen');
  const pidFile = stage.file(`${run.split('/').at(-1)}.pid`);
  const { group, thaw } = freezer.make();
  stage.atEnd(thaw);
  // The process freezes itself: it has to have come so far when its deadline passes.
  const matrix = await probeMatrix(stage, 'frozen', {
    probe: 'probes/freezable',
    isolation,
    constants: { pid_file: pidFile, freezer: group },
    deadline: '2s',
    termGrace: '300ms',
    killWait: '1s',
  });
  const running = stage.start(['run', matrix, '--out', run, '-q']);
  const pid = await eventually(
    'the probe',
    async () => (existsSync(pidFile) ? Number(await readFile(pidFile, 'utf8')) : null),
    90,
  );
  const { code, stderr, seconds } = await running.ended;
  problems.equal(code, 3, 'exit code of a run whose device is quarantined');
  problems.check(seconds < 2 * BOUND_SECONDS, `the run took ${seconds} s`);
  const [attempt] = await attemptsIn(run);
  problems.equal(
    attempt?.finished?.outcome,
    { kind: 'unkillable', phase: 'first-run', state: 'D' },
    `outcome (${stderr.trim()})`,
  );
  problems.equal(attempt?.finished?.cleanup.signals, ['SIGTERM', 'SIGKILL'], 'signals');
  problems.equal(attempt?.finished?.cleanup.left, [pid], 'left');
  const alone = await eventually(
    'the frozen process to be alone',
    async () => {
      const living = await stage.survivors(0);
      return living.length <= 1 ? living : null;
    },
    60,
  );
  problems.equal(alone, [pid], 'the frozen process alone is left');
  await thaw();
  const left = await stage.survivors();
  problems.equal(left, [], 'thawed, it dies of the SIGKILL that waited');
  return { problems: problems.found, counts: { runs: 1, attempts: 1, frozen: 1, left: left.length } };
}
