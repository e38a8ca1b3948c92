/** `bench compare`: what differs between a baseline and a run. A run folder, or its results.json, is a baseline as it is. */
import { z } from 'zod';
import { compareText } from '../text/compare-text.ts';
import { loadResults } from '../input/load-results.ts';
import { palette, wantsColour } from '../text/palette.ts';
import { ExitCode, UsageError } from '../../model/errors.ts';
import { openResults, type RunFolder } from '../../journal/run-folder.ts';
import { compare, DEFAULT_RULES } from '../../verdicts/compare/compare.ts';
import { COMPARE_FAIL_ON, failures, type CompareFailOn } from '../../verdicts/compare/fail-on.ts';
import type { Comparison } from '../../model/results/comparison.ts';
import { comparisonMarkdown } from '../../../reports/compare/markdown.ts';

const number = (least: number, most: number): z.ZodType<number> =>
  z.coerce
    .number({ error: 'is no number' })
    .min(least, { error: `is less than ${least}` })
    .max(most, { error: `is more than ${most}` });

const Options = z.object({
  failOn: z
    .string()
    .transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== ''),
    )
    .pipe(
      z
        .array(
          z.enum(COMPARE_FAIL_ON, {
            error: (issue) => `"${String(issue.input)}" is none of ${COMPARE_FAIL_ON.join(', ')}`,
          }),
        )
        .min(1, { error: `names nothing; give some of ${COMPARE_FAIL_ON.join(', ')}` }),
    )
    .optional(),
  expect: z
    .union([z.literal('baseline'), number(1, 250_000)], { error: 'is neither a number of cells nor the word baseline' })
    .optional(),
  alpha: number(0.000001, 0.5).default(DEFAULT_RULES.alpha),
  minEffect: number(1, 1000).default(DEFAULT_RULES.minimumRatio),
  seed: number(0, 999_999_999_999_999).default(DEFAULT_RULES.seed),
  json: z.boolean().default(false),
  markdown: z.boolean().default(false),
  write: z.boolean().default(false),
  color: z.boolean().default(true),
});

/** 0; 1 a difference that --fail-on names; 3 fewer verdicts than --expect, or nothing common. Throws BenchError. */
export async function compareCommand(baseline: string, run: string, given: unknown): Promise<ExitCode> {
  const options = parse(given);
  const { alpha, minEffect: minimumRatio, seed } = options;
  const comparison = compare(await loadResults(baseline), await loadResults(run), { alpha, minimumRatio, seed });
  if (options.write) await writeComparison(await openResults(run), comparison);
  process.stdout.write(
    options.json
      ? `${JSON.stringify(comparison, null, 1)}\n`
      : options.markdown
        ? comparisonMarkdown(comparison)
        : compareText(comparison, palette(wantsColour(process.stdout, process.env, options.color))),
  );
  return exitCodeOf(comparison, options.failOn ?? [], options.expect);
}

/** comparison.json and comparison.md into the run's folder; `bench attach` puts the latter above the summary. */
export async function writeComparison(folder: RunFolder, comparison: Comparison): Promise<void> {
  await folder.write('comparison.json', `${JSON.stringify(comparison, null, 1)}\n`);
  await folder.write('comparison.md', comparisonMarkdown(comparison));
}

/** Says on standard error why it fails. */
export function exitCodeOf(
  comparison: Comparison,
  failOn: readonly CompareFailOn[],
  expect?: number | 'baseline',
): ExitCode {
  const failed = failures(comparison, failOn);
  const { expected, reached, withVerdict } = comparison.coverage;
  const few = expect === 'baseline' ? tooFew(reached, expected) : tooFew(withVerdict, expect);
  if (failed.length > 0) process.stderr.write(`bench: against the baseline: ${failed.join(', ')}\n`);
  return failed.length > 0 ? ExitCode.finding : few ? ExitCode.noVerdict : ExitCode.complete;
}

/** Whether fewer cells than expected got a verdict; says so on standard error. */
export function tooFew(verdicts: number, expected: number | undefined): boolean {
  if (expected === undefined || verdicts >= expected) return false;
  process.stderr.write(
    `bench: ${verdicts} cells got a verdict, and ${expected} were expected\n  next: look at the environments of the report: what is unavailable, and why\n  (too-few-verdicts)\n`,
  );
  return true;
}

function parse(given: unknown): z.output<typeof Options> {
  const parsed = Options.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(
      'option',
      `--${name}: ${issue?.message ?? 'not understood'}`,
      'bench compare --help shows the options',
    );
  }
  if (parsed.data.json && parsed.data.markdown)
    throw new UsageError('option', '--json and --markdown are two forms of one output', 'give one of them');
  return parsed.data;
}
