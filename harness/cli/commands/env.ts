/** Words and options of `bench env`: environments, how they differ, how one is made, used and removed. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { jsonOption, type OptionsOf } from '../options.ts';

export const declareEnv = (bench: CommandUnknownOpts) =>
  bench
    .command('env')
    .description('the environments of a matrix')
    // Without "[options]" there is room for the descriptions to be wrapped.
    .configureHelp({
      subcommandTerm: (command) =>
        [
          command.name(),
          ...command.registeredArguments.map((one) =>
            one.required ? `<${one.name()}>` : `[${one.name()}${one.variadic ? '...' : ''}]`,
          ),
        ].join(' '),
    });

export const declareEnvWhy = (env: CommandUnknownOpts) =>
  env
    .command('why')
    .description(
      'what differs between two environments, whether a comparison is confounded, and which wheels would separate the factors',
    )
    .argument('<a>', 'a wheel such as 1.13.1+rocm5.2, or name, ROCm or torch version of an environment of the matrix')
    .argument('<b>', 'the other one')
    .option('--matrix <file>', 'matrix that has the environments')
    .option('--python <version>', 'Python of wheels that are named by their versions (default: 3.10)')
    .addOption(jsonOption());

export const declareEnvList = (env: CommandUnknownOpts) =>
  env
    .command('list')
    .description('list cached environments: size, last use, whether a run uses them')
    .addOption(jsonOption());

export const declareEnvShow = (env: CommandUnknownOpts) =>
  env
    .command('show')
    .description('what an environment of the matrix is made of: Python, the pip line, checksum, folder; makes nothing')
    .argument('<matrix>', 'matrix file')
    .argument('[environment]', 'name, or ROCm or torch version; all when left out')
    .addOption(jsonOption());

export const declareEnvCreate = (env: CommandUnknownOpts) =>
  env
    .command('create')
    .description('make environments of the matrix, as a run would')
    .argument('<matrix>', 'matrix file')
    .argument('[environment]', 'name, or ROCm or torch version; all when left out')
    .option('--print', 'print what would be installed, and make nothing')
    .addOption(jsonOption());

export const declareEnvRun = (env: CommandUnknownOpts) =>
  env
    .command('run')
    .description('open a shell, or run a command after --, with the variables that a cell gets')
    .argument('<matrix>', 'matrix file')
    .argument('[command...]', 'for example: -- python -c "import torch"')
    .option(
      '--environment <environment>',
      'name, or ROCm or torch version, of an environment of the matrix; may be left out when it has one',
    )
    .option('--setting <name>', 'setting of the matrix (default: default)')
    .option('--device <kind>', 'cpu: without the variables of a card');

export const declareEnvPrune = (env: CommandUnknownOpts) =>
  env
    .command('prune')
    .description('delete unfinished builds, and with options what is old or too much; never what a run uses')
    .option('--older-than <days>', 'delete environments not used for so long, for example 30d')
    .option(
      '--max-disk <size>',
      'delete least recently used environments until the cache is this small, for example 20GB',
    )
    .option('--dry-run', 'show what would go')
    .addOption(jsonOption());

export type EnvWhyOptions = OptionsOf<typeof declareEnvWhy>;
export type EnvRunOptions = OptionsOf<typeof declareEnvRun>;
export type EnvPruneOptions = OptionsOf<typeof declareEnvPrune>;
