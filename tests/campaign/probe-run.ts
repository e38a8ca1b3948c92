/** One run of a misbehaving probe, with what every trial wants to know of it. */
import type { Outcome } from '../../harness/model/outcome.ts';
import type { BenchOptions, Ended } from '../cli/bench-process.ts';
import type { Findings, Problems } from './campaign.ts';
import { probeMatrix, type ProbeMatrix } from './probe-matrix.ts';
import { attemptsIn, type AttemptFact } from './run-facts.ts';
import type { Stage } from './stage.ts';

export interface ProbeRun {
  readonly run: string;
  readonly ended: Ended;
  readonly attempts: readonly AttemptFact[];
}

/** bench while it runs. */
export interface Running {
  readonly pid: number;
  readonly run: string;
  /** Whether it has ended: its pid may then be another's. */
  over(): boolean;
}

/** `during` is called while bench runs, and has to return soon when it is over. */
export async function probeRun(
  stage: Stage,
  name: string,
  matrix: ProbeMatrix,
  options: BenchOptions = {},
  during: (running: Running) => Promise<void> = async () => {},
): Promise<ProbeRun> {
  const run = stage.runFolder(name);
  const living = stage.start(['run', await probeMatrix(stage, name, matrix), '--out', run, '-q'], options);
  let over = false;
  const ended = living.ended.finally(() => {
    over = true;
  });
  await during({ pid: living.pid, run, over: () => over });
  return { run, ended: await ended, attempts: await attemptsIn(run).catch(() => []) };
}

export function outcomes(attempts: readonly AttemptFact[]): (Outcome | undefined)[] {
  return attempts.map(({ finished }) => finished?.outcome);
}

/** Every attempt has its end, nothing is left, the harness failed nowhere. */
export async function closeWell(
  stage: Stage,
  problems: Problems,
  { attempts, ended }: ProbeRun,
  boundSeconds: number,
): Promise<Findings> {
  problems.check(!/defect of bench|\(internal\)/.test(ended.stderr), `an unforeseen failure: ${ended.stderr.trim()}`);
  problems.check(ended.seconds < boundSeconds, `the run took ${ended.seconds.toFixed(1)} s, more than ${boundSeconds}`);
  problems.equal(
    attempts.filter(({ finished }) => finished === null).map(({ attempt }) => attempt),
    [],
    'attempts left open',
  );
  problems.equal(
    attempts.flatMap(({ finished }) => finished?.cleanup.left ?? []),
    [],
    'processes that could not be killed',
  );
  const left = await stage.survivors();
  problems.equal(left, [], 'processes left');
  return { problems: problems.found, counts: { runs: 1, attempts: attempts.length, left: left.length } };
}
