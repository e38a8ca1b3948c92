/** Words and options of `bench report`: the reports from a results.json that is there already. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export const declareReport = (bench: CommandUnknownOpts) =>
  bench
    .command('report')
    .description('write the reports of a run again from its results.json')
    .argument('<run>', 'run folder');
