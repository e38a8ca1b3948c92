/** Words and options of `bench issue`: the report of a hang for those who can fix it. */
import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { OptionsOf } from '../options.ts';

export const declareIssue = (bench: CommandUnknownOpts) =>
  bench
    .command('issue')
    .description(
      'write a bug report about a hang for those who can mend it: shape, reproducer, versions, evidence; sends nothing',
    )
    .argument('<run>', 'run folder')
    .option('--cell <id>', 'the cell, by id or the beginning of one (default: the best witnessed hang)')
    .addOption(
      new Option('--for <project>', 'whom it is written for')
        .choices(['rocm', 'miopen', 'pytorch'] as const)
        .default('rocm' as const),
    )
    .option('--out <file>', 'write it to a file')
    .option('--allow-simulated', 'also from a simulated run, to see what it looks like');

export type IssueOptions = OptionsOf<typeof declareIssue>;
