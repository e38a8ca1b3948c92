/** Words and options of `bench probe`: one cell, for `git bisect run` and for scripts. */
import { CASE_EXAMPLE } from '../../knowledge/examples.ts';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import {
  deviceOption,
  isolationOption,
  jsonOption,
  modelOption,
  outOption,
  seedOption,
  type OptionsOf,
} from '../options.ts';

export const declareProbe = (bench: CommandUnknownOpts) =>
  bench
    .command('probe')
    .description('run one cell; exit codes for git bisect run: 0 good, 1 bad, 125 cannot be tested, 128 and above stop')
    .argument('<matrix>', 'matrix file')
    .requiredOption('--environment <environment>', 'name, or ROCm or torch version, of an environment of the matrix')
    .requiredOption('--case <parameters>', `for example ${CASE_EXAMPLE}`)
    .option('--setting <name>', 'setting of the matrix (default: default)')
    .addOption(deviceOption())
    .addOption(modelOption('probe'))
    .addOption(isolationOption())
    .addOption(outOption('probe'))
    .addOption(seedOption('probe'))
    .addOption(jsonOption('print one JSON document instead of a line'));

export type ProbeOptions = OptionsOf<typeof declareProbe>;
