/** `bench compare`: what differs between a baseline and a run. A run folder, or its results.json, is a baseline as it is. */
import { exitCodeOf, writeComparison } from '../run/comparison-end.ts';
import { chosen, wrongOption } from '../options.ts';
import { printJson, type Io } from '../streams.ts';
import type { CompareOptions } from '../commands/compare.ts';
import { compareText } from '../text/compare-text.ts';
import { loadResults } from '../run/load-results.ts';
import { UsageError, type ExitCode } from '../../model/errors.ts';
import { openResults } from '../../journal/run-folder.ts';
import { compare, DEFAULT_RULES } from '../../verdicts/compare/compare.ts';
import { COMPARE_FAIL_ON } from '../../verdicts/compare/fail-on-changes.ts';
import { comparisonMarkdown } from '../../../reports/compare/markdown.ts';

/** Results list at most so many. */
const MOST_CELLS = 250_000;

/** 0; 1 a difference that --fail-on names; 3 fewer verdicts than --expect, or nothing common. Throws BenchError. */
export async function compareRuns(baseline: string, run: string, options: CompareOptions, io: Io): Promise<ExitCode> {
  const { json = false, markdown = false } = options;
  const failOn = chosen('compare', 'fail-on', COMPARE_FAIL_ON, options.failOn) ?? [];
  const expect = expected(options.expect);
  if (json && markdown)
    throw new UsageError('option', '--json and --markdown are two forms of one output', 'give one of them');
  const comparison = compare(await loadResults(baseline), await loadResults(run), {
    alpha: options.alpha ?? DEFAULT_RULES.alpha,
    minimumRatio: options.minEffect ?? DEFAULT_RULES.minimumRatio,
    seed: options.seed ?? DEFAULT_RULES.seed,
  });
  if (options.write === true) await writeComparison(await openResults(run), comparison);
  if (json) printJson(io, comparison, 1);
  else io.stdout.write(markdown ? comparisonMarkdown(comparison) : compareText(comparison, io.colours(io.stdout)));
  return exitCodeOf(io, comparison, failOn, expect);
}

function expected(text: string | undefined): number | 'baseline' | undefined {
  if (text === undefined || text === 'baseline') return text;
  const cells = Number(text);
  if (Number.isInteger(cells) && cells >= 1 && cells <= MOST_CELLS) return cells;
  throw wrongOption('compare', 'expect', 'is neither a number of cells nor the word baseline');
}
