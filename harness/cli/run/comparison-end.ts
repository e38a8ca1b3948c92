/** What becomes of a comparison: its files in the run's folder, and the exit code. */
import { ExitCode } from '../../model/errors.ts';
import type { RunFolder } from '../../journal/run-folder.ts';
import { failures, type CompareFailOn } from '../../verdicts/compare/fail-on-changes.ts';
import type { Comparison } from '../../model/results/comparison.ts';
import { comparisonMarkdown } from '../../../reports/compare/markdown.ts';
import type { Io, Output } from '../streams.ts';

/** comparison.json and comparison.md into the run's folder; `bench attach` puts the latter above the summary. */
export async function writeComparison(folder: RunFolder, comparison: Comparison): Promise<void> {
  await folder.write('comparison.json', `${JSON.stringify(comparison, null, 1)}\n`);
  await folder.write('comparison.md', comparisonMarkdown(comparison));
}

/** Says on standard error why it fails. */
export function exitCodeOf(
  { stderr }: Io,
  comparison: Comparison,
  failOn: readonly CompareFailOn[],
  expect?: number | 'baseline',
): ExitCode {
  const failed = failures(comparison, failOn);
  const { expected, reached, withVerdict } = comparison.coverage;
  const few = expect === 'baseline' ? tooFew(stderr, reached, expected) : tooFew(stderr, withVerdict, expect);
  if (failed.length > 0) stderr.write(`bench: against the baseline: ${failed.join(', ')}\n`);
  return failed.length > 0 ? ExitCode.finding : few ? ExitCode.noVerdict : ExitCode.complete;
}

/** Whether fewer cells than expected got a verdict; says so on standard error. */
export function tooFew(stderr: Output, verdicts: number, expected: number | undefined): boolean {
  if (expected === undefined || verdicts >= expected) return false;
  stderr.write(
    `bench: ${verdicts} cells got a verdict, and ${expected} were expected\n  next: look at the environments of the report: what is unavailable, and why\n  (too-few-verdicts)\n`,
  );
  return true;
}
