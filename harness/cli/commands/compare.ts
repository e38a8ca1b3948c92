/** Words and options of `bench compare`: what differs between two runs. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { jsonOption, numeric, type OptionsOf } from '../options.ts';

export const declareCompare = (bench: CommandUnknownOpts) =>
  bench
    .command('compare')
    .description(
      'what differs between two runs: new and cured hangs, moved boundaries, times, surroundings, cells without verdict',
    )
    .argument('<baseline>', 'run folder or results.json of the older run')
    .argument('<run>', 'run folder or results.json of the newer one')
    .option(
      '--fail-on <changes>',
      'exit 1 on one of these: new-hang, new-failure, changed, cured, moved, moved-down, moved-up, slower, faster, missing, first-seen, fingerprint, regression, any',
    )
    .option(
      '--expect <cells>',
      'exit 3 when fewer cells of the run got a verdict; "baseline": fewer of those that have one in the baseline',
    )
    .option(
      '--alpha <share>',
      'false discovery rate for reported timing changes (default: 0.05)',
      numeric('compare', 'alpha', 0.000_001, 0.5),
    )
    .option(
      '--min-effect <ratio>',
      'smallest ratio of medians reported as a timing change (default: 1.1)',
      numeric('compare', 'min-effect', 1, 1000),
    )
    .option(
      '--seed <number>',
      'seed of the permutation tests (default: 1)',
      numeric('compare', 'seed', 0, 999_999_999_999_999),
    )
    .option(
      '--write',
      "write comparison.json and comparison.md into the run's folder; bench attach puts the latter on top",
    )
    .addOption(jsonOption())
    .option('--markdown', 'print Markdown for an issue');

export type CompareOptions = OptionsOf<typeof declareCompare>;
