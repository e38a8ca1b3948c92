/** `bench run --baseline`: the comparison at the end of a run. */
import { compareText } from '../text/compare-text.ts';
import { exitCodeOf, writeComparison } from './comparison-end.ts';
import { loadResults } from '../input/load-results.ts';
import type { Io, Output } from '../streams.ts';
import type { ExitCode } from '../../model/errors.ts';
import type { RunFolder } from '../../journal/run-folder.ts';
import { compare, refuseMixed } from '../../verdicts/compare/compare.ts';
import type { Results } from '../../model/results/results.ts';

/** Read before anything is measured: a wrong path must not cost a night. Throws as `loadResults` does. */
export async function openBaseline(path: string | undefined): Promise<Results | null> {
  return path === undefined ? null : loadResults(path);
}

/** Before anything is measured or written as well. Throws UsageError `compare-simulated`. */
export function refuseBaseline(baseline: Results | null, device: Results['device']): void {
  if (baseline !== null) refuseMixed(baseline, { device });
}

/** Prints the comparison and writes it into the run's folder; 1 on a regression. Throws as `compare` does. */
export async function compareWithBaseline(
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
