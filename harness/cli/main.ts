#!/usr/bin/env node
/** The program's table of contents. Every command loads its own code, so that `bench --help` loads none of it. */
import { Argument, Command, CommanderError, Option } from 'commander';
import type { AttachOptions } from './commands/attach.ts';
import { SHELLS } from './completion/scripts.ts';
import { describeFailure } from './text/failure.ts';
import type { IssueOptions } from './commands/issue.ts';
import { packageVersion } from '../machine/installation.ts';
import { ExitCode } from '../model/errors.ts';
import { DEVICE_CHOICES } from '../model/makers.ts';

// What is measured goes to the run folder: a progress view that nobody can read must not end a run, and whoever reads the result may
// have seen enough, as in `bench plan … | head`. A result that was lost on a full disk is told by the exit code.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(
    `bench: standard output could not be written: ${error.message}\n  next: make room; the run folder holds the result\n  (output-lost)\n`,
  );
  process.once('exit', (code) => {
    if (code === ExitCode.complete) process.exitCode = ExitCode.noVerdict;
  });
});

const program = new Command('bench')
  .description(
    'Finds which ROCm and PyTorch versions and which shapes hang on this card, and exactly where the boundary is.',
  )
  .version(packageVersion())
  .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are obeyed too)')
  .showHelpAfterError('(bench --help shows the commands and options)')
  .exitOverride();

program
  .command('run')
  .description('run a matrix, or go on with an interrupted run')
  .argument('[matrix]', 'matrix file, for example matrices/conv2d.yml')
  .option(
    '--device <kind>',
    `device to measure: ${DEVICE_CHOICES.join(', ')}, or one card by its PCI address, such as rocm:0000:03:00.0`,
  )
  .option('--model <file>', "model of the simulated card (default: the matrix's `simulate`)")
  .addOption(
    new Option('--isolation <kind>', 'fork: one fork for each attempt; spawn: a fresh interpreter').choices([
      'fork',
      'spawn',
    ]),
  )
  .addOption(new Option('--search <strategy>', 'how to choose the cells').choices(['map', 'line', 'grid', 'versions']))
  .option('--out <folder>', 'run folder (default: runs/<matrix>-<time>)')
  .option('--resume <run>', 'go on with this run folder; nothing that finished is measured again')
  .option('--retry-host-lost', 'with --resume: try the cells again that took the machine down')
  .option('--accept-host-lost', 'with --resume: go on without them, although the machine went down twice in a row')
  .option('--include-no-binary', 'try wheels that hold no code for the card as well; they are left out otherwise')
  .option('--slots <number>', 'so many simulated cards at once; a real card runs one probe at a time (default: 1)')
  .option('--jobs <number>', 'environments that are built at the same time (default: 2)')
  .option(
    '--max-disk <size>',
    'most that all kept environments may take, for example 20GB; the least recently used are removed',
  )
  .option('--seed <number>', 'seed of everything random (default: 1)')
  .option('--fail-on <outcomes>', 'exit 1 when an observed verdict is one of these, for example hang,crash')
  .option('--baseline <run>', 'compare with this run at the end (bench compare); exit 1 on a regression')
  .option('--expect <cells>', 'exit 3 when fewer cells got a verdict')
  .option('--json', 'print results.json on standard output at the end')
  .option('-q, --quiet', 'print nothing but errors and the result')
  .action(async (matrix: string | undefined, _options: unknown, command: Command) => {
    const { runCommand } = await import('./commands/run.ts');
    process.exitCode = await runCommand(matrix, command.optsWithGlobals());
  });

program
  .command('plan')
  .description('show what a matrix would run, how long it takes and what it downloads; starts nothing')
  .argument('<matrix>', 'matrix file')
  .option('--card <chip>', 'say which wheels hold no code for this card, such as gfx1010')
  .option('--json', 'print one JSON document')
  .action(async (matrix: string, options: Record<string, unknown>) => {
    const { planCommand } = await import('./commands/plan.ts');
    process.exitCode = await planCommand(matrix, options);
  });

program
  .command('doctor')
  .description('say whether this machine can measure, and what mends what is in the way; starts nothing on the card')
  .argument('[matrix]', 'matrix file: ask for the device that it names')
  .option(
    '--device <kind>',
    `what you want to measure on: ${DEVICE_CHOICES.join(', ')}, or one card by its PCI address (default: that of the matrix, else auto)`,
  )
  .option('--json', 'print one JSON document')
  .action(async (matrix: string | undefined, _options: unknown, command: Command) => {
    const { doctorCommand } = await import('./commands/doctor.ts');
    process.exitCode = await doctorCommand(matrix, command.optsWithGlobals());
  });

program
  .command('judge')
  .description('judge the journal of a run again: writes results.json and the reports')
  .argument('<run>', 'run folder')
  .action(async (run: string, _options: unknown, command: Command) => {
    const { judgeCommand } = await import('./commands/judge.ts');
    process.exitCode = await judgeCommand(run, command.optsWithGlobals<{ color: boolean }>().color);
  });

program
  .command('report')
  .description('write the reports of a run again from its results.json')
  .argument('<run>', 'run folder')
  .action(async (run: string) => {
    const { reportCommand } = await import('./commands/report.ts');
    process.exitCode = await reportCommand(run);
  });

program
  .command('compare')
  .description(
    'what differs between two runs: new and cured hangs, moved boundaries, times, surroundings, cells without verdict',
  )
  .argument('<baseline>', 'run folder or results.json of the older run')
  .argument('<run>', 'run folder or results.json of the newer one')
  .option(
    '--fail-on <changes>',
    'exit 1 on one of these: new-hang, new-failure, changed, cured, moved, moved-down, moved-up, slower, faster, missing, first-seen, fingerprint, regression, any',
  )
  .option(
    '--expect <cells>',
    'exit 3 when fewer cells of the run got a verdict; "baseline": fewer of those that have one in the baseline',
  )
  .option('--alpha <share>', 'at most this share of the told changes of time may be chance (default: 0.05)')
  .option('--min-effect <ratio>', 'tell changes of time from this ratio of the medians on (default: 1.1)')
  .option('--seed <number>', 'seed of the permutation tests (default: 1)')
  .option(
    '--write',
    "write comparison.json and comparison.md into the run's folder; bench attach puts the latter on top",
  )
  .option('--json', 'print one JSON document')
  .option('--markdown', 'print Markdown for an issue')
  .action(async (baseline: string, run: string, _options: unknown, command: Command) => {
    const { compareCommand } = await import('./commands/compare.ts');
    process.exitCode = await compareCommand(baseline, run, command.optsWithGlobals());
  });

program
  .command('history')
  .description('what changed when over many runs of one matrix, as one page: boundaries, times, surroundings')
  .argument('<folder>', 'folder of run folders, such as runs')
  .option('--out <file>', 'page to write (default: history.html in that folder)')
  .option('--json', 'print one JSON document; without --out no page is written')
  .action(async (folder: string, options: { out?: string; json?: boolean }) => {
    const { historyCommand } = await import('./commands/history.ts');
    process.exitCode = await historyCommand(folder, options);
  });

program
  .command('attach')
  .description('put the report of a run on a GitHub issue: one comment, changed in place; its files in a release')
  .argument('<run>', 'run folder')
  .requiredOption('--issue <issue>', 'owner/repo#12, or the address of an issue or pull request')
  .option('--release-repo <repo>', "owner/repo for the files (default: the issue's)")
  .option('--release-tag <tag>', 'tag of the release for the files', 'bench-reports')
  .option(
    '--files <names>',
    'files of the run folder to send, with commas (default: report.html, results.json, cells.csv, boundaries.csv, heat maps)',
  )
  .option('--no-files', 'the comment alone')
  .option('--machine <name>', 'tells machines apart that are built alike; only a hash of it is shown')
  .option('--api <url>', 'of GitHub Enterprise Server: https://HOST/api/v3 (default: GITHUB_API_URL)')
  .option('--max-wait <seconds>', 'wait so long at most, in all, when GitHub limits the rate', '300')
  .option('--timeout <seconds>', 'for one request; uploads get more by their size', '30')
  .option('--dry-run', 'print what would be sent; uses no network and no token')
  .option('--json', 'print one JSON document')
  .option('-q, --quiet', 'say nothing while waiting')
  .addHelpText(
    'after',
    '\nThe token comes from GITHUB_TOKEN, GH_TOKEN or gh. docs/attach.md names the rights it needs and what each error means.',
  )
  .action(async (run: string, options: AttachOptions) => {
    const { attachCommand } = await import('./commands/attach.ts');
    process.exitCode = await attachCommand(run, options);
  });

program
  .command('issue')
  .description(
    'write a bug report about a hang for those who can mend it: shape, reproducer, versions, evidence; sends nothing',
  )
  .argument('<run>', 'run folder')
  .option('--cell <id>', 'the cell, by id or the beginning of one (default: the best witnessed hang)')
  .addOption(
    new Option('--for <project>', 'whom it is written for').choices(['rocm', 'miopen', 'pytorch']).default('rocm'),
  )
  .option('--out <file>', 'write it to a file')
  .option('--allow-simulated', 'also from a simulated run, to see what it looks like')
  .action(async (run: string, options: IssueOptions) => {
    const { issueCommand } = await import('./commands/issue.ts');
    process.exitCode = await issueCommand(run, options);
  });

const bisect = program
  .command('bisect')
  .description('one case along the environments: every change between two of them, and which factor changed')
  .argument('[matrix]', 'matrix file', 'matrices/conv2d.yml')
  .option('--good <environment>', 'name, or ROCm or torch version, of an environment that works')
  .option('--bad <environment>', 'of one that does not')
  .option('--case <parameters>', 'for example in_channels=16,out_channels=32,size=48')
  .option('--setting <name>', 'setting of the matrix (default: default)')
  .option('--first', 'bisect as if there were one change only; by default every environment between is tried')
  .option('--device <kind>', 'device to measure, as for run')
  .option('--model <file>', 'model of the simulated card')
  .addOption(new Option('--isolation <kind>', 'fork or spawn').choices(['fork', 'spawn']))
  .option('--out <folder>', 'run folder')
  .option('--seed <number>', 'seed of everything random')
  .option('--json', 'print results.json on standard output at the end; its `transitions` are the changes')
  .option('-q, --quiet', 'print nothing but errors and the result')
  .action(async (matrix: string, _options: unknown, command: Command) => {
    const { bisectCommand } = await import('./commands/bisect.ts');
    process.exitCode = await bisectCommand(matrix, command.optsWithGlobals());
  });

bisect
  .command('log')
  .description(
    'the log of a bisection, one "# good:" or "# bad:" line for each attempt; `bench run --resume` replays its journal',
  )
  .argument('<run>', 'run folder')
  .action(async (run: string) => {
    const { bisectLogCommand } = await import('./commands/bisect.ts');
    process.exitCode = await bisectLogCommand(run);
  });

program
  .command('probe')
  .description('run one cell; exit codes for git bisect run: 0 good, 1 bad, 125 cannot be tested, 128 and above stop')
  .argument('<matrix>', 'matrix file')
  .requiredOption('--environment <environment>', 'name, or ROCm or torch version, of an environment of the matrix')
  .requiredOption('--case <parameters>', 'for example in_channels=16,out_channels=32,size=48')
  .option('--setting <name>', 'setting of the matrix (default: default)')
  .option('--device <kind>', 'device to measure, as for run')
  .option('--model <file>', 'model of the simulated card')
  .addOption(new Option('--isolation <kind>', 'fork or spawn').choices(['fork', 'spawn']))
  .option('--out <folder>', 'run folder')
  .option('--seed <number>', 'seed of everything random')
  .option('--json', 'print one JSON document instead of a line')
  .action(async (matrix: string, _options: unknown, command: Command) => {
    const { probeCommand } = await import('./commands/probe.ts');
    process.exitCode = await probeCommand(matrix, command.optsWithGlobals());
  });

const catalogue = program
  .command('catalogue')
  .description('the torch wheels for ROCm: which there are, for which Python and card');

catalogue
  .command('list', { isDefault: true })
  .description('list wheels; a version such as 2.1 means all that begin with it, ">=5.2,<6.3" a range')
  .option('--torch <versions>', 'these versions of torch only')
  .option('--rocm <versions>', 'these ROCm tags only')
  .option('--python <version>', 'built for this Python, such as 3.10 or cp310')
  .option('--card <chip>', 'leave out what holds no code that this card can run, such as gfx1010')
  .option('--holds <chip>', 'known to hold code for this chip, such as gfx1030')
  .option('--lacks <chip>', 'known to hold no code for it')
  .option('--channel <name>', 'stable, later, amd, nightly, gfx1010 or container (default: stable)')
  .option('--order <by>', 'torch or rocm (default: torch)')
  .option('--newest', 'of each ROCm tag the newest torch alone')
  .option('--grid', 'torch by ROCm')
  .option('--json', 'print one JSON document')
  .action(async (options: unknown) => {
    const { catalogueCommand } = await import('./commands/catalogue.ts');
    process.exitCode = await catalogueCommand(options);
  });

catalogue
  .command('show')
  .description('everything known of one wheel, and the wheels that differ from it in one factor')
  .argument('<wheel>', 'such as torch==2.2.2+rocm5.7')
  .option('--json', 'print one JSON document')
  .action(async (wheel: string, options: { json?: boolean }) => {
    const { showCommand } = await import('./commands/catalogue.ts');
    process.exitCode = await showCommand(wheel, options);
  });

catalogue
  .command('update')
  .description('read a package index (PEP 503 or PEP 691) and add what it lists to your own part of the catalogue')
  .requiredOption('--index <url>', 'such as https://download.pytorch.org/whl')
  .option('--dry-run', 'show what is new and write nothing')
  .option('--json', 'print one JSON document')
  .action(async (options: unknown) => {
    const { updateCommand } = await import('./commands/catalogue-update.ts');
    process.exitCode = await updateCommand(options);
  });

const environments = program
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

environments
  .command('why')
  .description(
    'what differs between two environments, whether a comparison is confounded, and which wheels would separate the factors',
  )
  .argument('<a>', 'a wheel such as 1.13.1+rocm5.2, or name, ROCm or torch version of an environment of the matrix')
  .argument('<b>', 'the other one')
  .option('--matrix <file>', 'matrix that has the environments')
  .option('--python <version>', 'Python of wheels that are named by their versions (default: 3.10)')
  .option('--json', 'print one JSON document')
  .action(async (a: string, b: string, options: { matrix?: string; python?: string; json?: boolean }) => {
    const { whyCommand } = await import('./commands/env-why.ts');
    process.exitCode = await whyCommand(a, b, options);
  });

environments
  .command('list')
  .description('what is kept in the cache folder: size, last use, whether a run uses it')
  .option('--json', 'print one JSON document')
  .action(async (options: { json?: boolean }) => {
    const { envListCommand } = await import('./commands/env.ts');
    process.exitCode = await envListCommand(options);
  });

environments
  .command('show')
  .description('what an environment of the matrix is made of: Python, the pip line, checksum, folder; makes nothing')
  .argument('<matrix>', 'matrix file')
  .argument('[environment]', 'name, or ROCm or torch version; all when left out')
  .option('--json', 'print one JSON document')
  .action(async (matrix: string, name: string | undefined, options: { json?: boolean }) => {
    const { envCreateCommand } = await import('./commands/env.ts');
    process.exitCode = await envCreateCommand(matrix, name, { ...options, print: true });
  });

environments
  .command('create')
  .description('make environments of the matrix, as a run would')
  .argument('<matrix>', 'matrix file')
  .argument('[environment]', 'name, or ROCm or torch version; all when left out')
  .option('--print', 'print what would be installed, and make nothing')
  .option('--json', 'print one JSON document')
  .action(async (matrix: string, name: string | undefined, options: { json?: boolean; print?: boolean }) => {
    const { envCreateCommand } = await import('./commands/env.ts');
    process.exitCode = await envCreateCommand(matrix, name, options);
  });

environments
  .command('run')
  .description('a shell, or a command after --, with the variables that a cell gets')
  .argument('<matrix>', 'matrix file')
  .argument('[command...]', 'for example: -- python -c "import torch"')
  .option(
    '--environment <environment>',
    'name, or ROCm or torch version, of an environment of the matrix; may be left out when it has one',
  )
  .option('--setting <name>', 'setting of the matrix (default: default)')
  .option('--device <kind>', 'cpu: without the variables of a card')
  .action(
    async (matrix: string, command: string[], options: { environment?: string; setting?: string; device?: string }) => {
      const { envRunCommand } = await import('./commands/env.ts');
      process.exitCode = await envRunCommand(matrix, command, options);
    },
  );

environments
  .command('prune')
  .description('remove unfinished builds, and with options what is old or too much; never what a run uses')
  .option('--older-than <days>', 'not used for so long, for example 30d')
  .option('--max-disk <size>', 'until all take no more than this, the least recently used first; for example 20GB')
  .option('--dry-run', 'show what would go')
  .option('--json', 'print one JSON document')
  .action(async (options: { olderThan?: string; maxDisk?: string; dryRun?: boolean; json?: boolean }) => {
    const { envPruneCommand } = await import('./commands/env.ts');
    process.exitCode = await envPruneCommand(options);
  });

program
  .command('completion')
  .description('print a completion script for a shell')
  .addArgument(new Argument('<shell>').choices(SHELLS))
  .action(async (shell: string) => {
    const { completionCommand } = await import('./completion/completion.ts');
    process.exitCode = completionCommand(shell, program);
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // commander has printed its message; 0 is --help and --version.
    // To git bisect run 2 would mean "bad": a probe that was worded wrongly stops it.
    const wrong = process.argv[2] === 'probe' ? 128 : ExitCode.usage;
    process.exitCode = error.exitCode === 0 ? ExitCode.complete : wrong;
  } else {
    const failure = describeFailure(error);
    process.stderr.write(failure.text);
    process.exitCode = failure.exitCode;
  }
}
