/** Words and options of `bench bisect`: between which two wheels a verdict turns, and the log of such a search. */
import { CASE_EXAMPLE, EXAMPLE_MATRIX } from '../../knowledge/examples.ts';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import {
  deviceOption,
  isolationOption,
  jsonOption,
  modelOption,
  outOption,
  quietOption,
  seedOption,
  type OptionsOf,
} from '../options.ts';

export const declareBisect = (bench: CommandUnknownOpts) =>
  bench
    .command('bisect')
    .description('one case along the environments: every change between two of them, and which factor changed')
    .argument('[matrix]', 'matrix file', EXAMPLE_MATRIX)
    .option('--good <environment>', 'environment that works: name, ROCm or torch version')
    .option('--bad <environment>', 'environment that hangs: name, ROCm or torch version')
    .option('--case <parameters>', `for example ${CASE_EXAMPLE}`)
    .option('--setting <name>', 'setting of the matrix (default: default)')
    .option('--first', 'bisect as if there were one change only; by default every environment between is tried')
    .addOption(deviceOption())
    .addOption(modelOption('bisect'))
    .addOption(isolationOption())
    .addOption(outOption('bisect'))
    .addOption(seedOption('bisect'))
    .addOption(jsonOption('print results.json on standard output at the end; its `transitions` are the changes'))
    .addOption(quietOption());

export const declareBisectLog = (bisect: CommandUnknownOpts) =>
  bisect
    .command('log')
    .description(
      'the log of a bisection, one "# good:" or "# bad:" line for each attempt; `bench run --resume` replays its journal',
    )
    .argument('<run>', 'run folder');

export type BisectOptions = OptionsOf<typeof declareBisect>;
