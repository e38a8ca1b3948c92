/** Words and options of `bench run`: measures a matrix, or goes on with a run. */
import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { EXAMPLE_MATRIX } from '../../knowledge/examples.ts';
import {
  deviceOption,
  isolationOption,
  jsonOption,
  modelOption,
  outOption,
  path,
  quietOption,
  seedOption,
  whole,
  type OptionsOf,
} from '../options.ts';
import { STRATEGY_NAMES } from '../../model/strategy.ts';

export const declareRun = (bench: CommandUnknownOpts) =>
  bench
    .command('run')
    .description('run a matrix, or go on with an interrupted run')
    .argument('[matrix]', `matrix file, for example ${EXAMPLE_MATRIX}`)
    .addOption(deviceOption())
    .addOption(modelOption('run'))
    .addOption(isolationOption())
    .addOption(new Option('--search <strategy>', 'how to choose the cells').choices(STRATEGY_NAMES))
    .addOption(outOption('run'))
    .option(
      '--resume <run>',
      'go on with this run folder; nothing that finished is measured again',
      path('run', 'resume'),
    )
    .option('--retry-host-lost', 'with --resume: try the cells again that took the machine down')
    .option('--accept-host-lost', 'with --resume: go on without them, although the machine went down twice in a row')
    .option('--accept-changed-probe', 'with --resume: go on although the probe was changed since')
    .option('--include-no-binary', 'try wheels that hold no code for the card as well; they are left out otherwise')
    .option(
      '--slots <number>',
      'simulated cards to use in parallel; a real card runs one probe at a time (default: 1)',
      whole('run', 'slots', 1, 64, 'a number of cards from 1 to 64'),
    )
    .option(
      '--jobs <number>',
      'environments that are built at the same time (default: 2)',
      whole('run', 'jobs', 1, 16, 'a whole number from 1 to 16'),
    )
    .option(
      '--max-disk <size>',
      'most that all kept environments may take, for example 20GB; the least recently used are removed',
    )
    .addOption(seedOption('run'))
    .option('--fail-on <outcomes>', 'exit 1 when an observed verdict is one of these, for example hang,crash')
    .option(
      '--baseline <run>',
      'compare with this run at the end (bench compare); exit 1 on a regression',
      path('run', 'baseline'),
    )
    .option(
      '--expect <cells>',
      'exit 3 when fewer cells got a verdict',
      whole('run', 'expect', 1, 9_999_999, 'a number of cells'),
    )
    .addOption(jsonOption('print results.json on standard output at the end'))
    .addOption(quietOption());

export type RunOptions = OptionsOf<typeof declareRun>;
