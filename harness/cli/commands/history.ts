/** Words and options of `bench history`: what changed over many nights. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { jsonOption, type OptionsOf } from '../options.ts';

export const declareHistory = (bench: CommandUnknownOpts) =>
  bench
    .command('history')
    .description('write one page that shows what changed between the runs of a matrix, and when')
    .argument('<folder>', 'folder of run folders, such as runs')
    .option('--out <file>', 'page to write (default: history.html in that folder)')
    .addOption(jsonOption('print one JSON document; without --out no page is written'));

export type HistoryOptions = OptionsOf<typeof declareHistory>;
