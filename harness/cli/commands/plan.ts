/** Words and options of `bench plan`: what a matrix would run, cost and download. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { jsonOption, type OptionsOf } from '../options.ts';

export const declarePlan = (bench: CommandUnknownOpts) =>
  bench
    .command('plan')
    .description('show what a matrix would run, how long it takes and what it downloads; starts nothing')
    .argument('<matrix>', 'matrix file')
    .option('--card <chip>', 'say which wheels hold no code for this card, such as gfx1010')
    .addOption(jsonOption());

export type PlanOptions = OptionsOf<typeof declarePlan>;
