/** Words and options of `bench completion`: the words of the command line for a shell. */
import { Argument, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { SHELLS } from '../completion/scripts.ts';

export const declareCompletion = (bench: CommandUnknownOpts) =>
  bench
    .command('completion')
    .description('print a completion script for a shell')
    .addArgument(new Argument('<shell>').choices(SHELLS));
