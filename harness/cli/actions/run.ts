/** `bench run`: open, measure, judge, report, and say in a few lines what came out. */
import { EXAMPLE_MATRIX } from '../../knowledge/examples.ts';
import { exitCodeOf, tooFew, writeComparison } from '../run/comparison-end.ts';
import { newRun } from '../run/new-run.ts';
import { resumedRun } from '../run/resumed-run.ts';
import type { OpenedRun } from '../run/target.ts';
import { runExitCode, runOpened } from '../run/run-opened.ts';
import { chosen } from '../options.ts';
import { printResult } from '../text/result-text.ts';
import { ExitCode, UsageError } from '../../model/errors.ts';
import { compare, refuseMixed, verdictCount } from '../../verdicts/compare/compare.ts';
import { FAIL_ON } from '../../verdicts/fail-on.ts';
import type { Results } from '../../model/results/results.ts';
import type { RunOptions } from '../commands/run.ts';
import { printJson, type Io, type Output } from '../streams.ts';
import { compareText } from '../text/compare-text.ts';
import { loadResults } from '../run/load-results.ts';
import type { RunFolder } from '../../journal/run-folder.ts';

/** Returns the exit code; throws BenchError for what stops a run before or while it measures. */
export async function run(matrixFile: string | undefined, options: RunOptions, io: Io): Promise<ExitCode> {
  const { json = false } = options;
  const failOn = chosen('run', 'fail-on', FAIL_ON, options.failOn) ?? [];
  refuseContradictions(matrixFile, options);
  const baseline = await openBaseline(options.baseline);
  const opened = await open(matrixFile, options, baseline, io.env);
  const { end, results, interrupted } = await runOpened(opened, options, io, (found, folder) => {
    if (json) printJson(io, found.results, 0);
    else printResult(found, folder, io);
  });
  const code = runExitCode(end, results, failOn, interrupted);
  if (interrupted !== null || end.kind === 'interrupted') return code;
  // What regressed is told even where the run has no verdict as a whole; but then that decides the exit code.
  const regressed =
    baseline === null
      ? ExitCode.complete
      : await compareWithBaseline(baseline, results, opened.folder, io, json ? io.stderr : io.stdout);
  const few = tooFew(io.stderr, verdictCount(results), options.expect);
  if (code === ExitCode.noVerdict || few) return ExitCode.noVerdict;
  return code === ExitCode.complete ? regressed : code;
}

function open(
  matrixFile: string | undefined,
  options: RunOptions,
  baseline: Results | null,
  env: NodeJS.ProcessEnv,
): Promise<OpenedRun> {
  const accept = (device: Results['device']): void => refuseBaseline(baseline, device);
  if (options.resume !== undefined) return resumedRun(options.resume, options.slots, accept);
  if (matrixFile !== undefined) return newRun(matrixFile, options, env, undefined, accept);
  throw new UsageError(
    'no-matrix',
    'no matrix file was given',
    `for example: bench run ${EXAMPLE_MATRIX} --device simulated`,
  );
}

/** What a resumed run has already settled. */
const SETTLED = [
  'device',
  'model',
  'isolation',
  'search',
  'out',
  'seed',
  'jobs',
  'maxDisk',
  'includeNoBinary',
] as const;

/** Throws UsageError `host-lost-option` or `changed-probe-option`, or `resume-option` for an option that a resumed run cannot change. */
function refuseContradictions(matrixFile: string | undefined, options: RunOptions): void {
  const { resume, retryHostLost = false, acceptHostLost = false, acceptChangedProbe = false } = options;
  if (resume === undefined) {
    if (acceptChangedProbe)
      throw new UsageError(
        'changed-probe-option',
        '--accept-changed-probe is about a run that goes on',
        'give it with --resume <run>',
      );
    if (!retryHostLost && !acceptHostLost) return;
    throw new UsageError(
      'host-lost-option',
      `--${retryHostLost ? 'retry' : 'accept'}-host-lost is about a run that goes on`,
      'give it with --resume <run>',
    );
  }
  const settled = SETTLED.find((name) => options[name] !== undefined);
  if (matrixFile === undefined && settled === undefined) return;
  const named = settled?.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(
    'resume-option',
    `${matrixFile !== undefined ? 'a matrix file' : `--${named}`} cannot be given with --resume: the run folder has it`,
    `bench run --resume ${resume}`,
  );
}

/** Read before anything is measured: a wrong path must not cost a night. Throws as `loadResults` does. */
async function openBaseline(path: string | undefined): Promise<Results | null> {
  return path === undefined ? null : loadResults(path);
}

/** Before anything is measured or written as well. Throws UsageError `compare-simulated`. */
function refuseBaseline(baseline: Results | null, device: Results['device']): void {
  if (baseline !== null) refuseMixed(baseline, { device });
}

/** Prints the comparison and writes it into the run's folder; 1 on a regression. Throws as `compare` does. */
async function compareWithBaseline(
  baseline: Results,
  results: Results,
  folder: RunFolder,
  io: Io,
  stream: Output,
): Promise<ExitCode> {
  const comparison = compare(baseline, results);
  await writeComparison(folder, comparison);
  stream.write(`\n${compareText(comparison, io.colours(io.stdout))}`);
  return exitCodeOf(io, comparison, ['regression']);
}
