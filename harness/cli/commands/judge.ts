/** Words and options of `bench judge`: verdicts from a journal that is there already. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';

export const declareJudge = (bench: CommandUnknownOpts) =>
  bench
    .command('judge')
    .description('judge the journal of a run again: writes results.json and the reports')
    .argument('<run>', 'run folder');
