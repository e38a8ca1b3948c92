#!/usr/bin/env node
/** The program's table of contents. Every command loads its own code, so that `bench --help` loads none of it. */
import { Command, CommanderError, Option } from 'commander';
import { describeFailure } from './failure.ts';
import { packageVersion } from '../paths.ts';
import { ExitCode } from '../errors.ts';
import { DEVICE_CHOICES } from '../matrix/choices.ts';

// What is measured goes to the run folder: a progress view that nobody can read must not end a run, and whoever reads the result may
// have seen enough, as in `bench plan … | head`. A result that was lost on a full disk is told by the exit code.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`bench: standard output could not be written: ${error.message}\n  next: make room; the run folder holds the result\n  (output-lost)\n`);
  process.once('exit', (code) => {
    if (code === ExitCode.complete) process.exitCode = ExitCode.noVerdict;
  });
});

const program = new Command('bench')
  .description('Finds which ROCm and PyTorch versions and which shapes hang on this card, and exactly where the boundary is.')
  .version(packageVersion())
  .option('--no-color', 'no colours (NO_COLOR and FORCE_COLOR are obeyed too)')
  .showHelpAfterError('(bench --help shows the commands and options)')
  .exitOverride();

program
  .command('run')
  .description('run a matrix, or go on with an interrupted run')
  .argument('[matrix]', 'matrix file, for example matrices/conv2d.yml')
  .option('--device <kind>', `device to measure: ${DEVICE_CHOICES.join(', ')}, or one card by its PCI address, such as rocm:0000:03:00.0`)
  .option('--model <file>', "model of the simulated card (default: the matrix's `simulate`)")
  .addOption(new Option('--isolation <kind>', 'fork: one fork for each attempt; spawn: a fresh interpreter').choices(['fork', 'spawn']))
  .addOption(new Option('--search <strategy>', 'how to choose the cells').choices(['map', 'line', 'grid', 'versions']))
  .option('--out <folder>', 'run folder (default: runs/<matrix>-<time>)')
  .option('--resume <run>', 'go on with this run folder; nothing that finished is measured again')
  .option('--retry-host-lost', 'with --resume: try the cells again that took the machine down')
  .option('--accept-host-lost', 'with --resume: go on without them, although the machine went down twice in a row')
  .option('--seed <number>', 'seed of everything random (default: 1)')
  .option('--fail-on <outcomes>', 'exit 1 when an observed verdict is one of these, for example hang,crash')
  .option('--json', 'print results.json on standard output at the end')
  .option('-q, --quiet', 'print nothing but errors and the result')
  .action(async (matrix: string | undefined, _options: unknown, command: Command) => {
    const { runCommand } = await import('./run.ts');
    process.exitCode = await runCommand(matrix, command.optsWithGlobals());
  });

program
  .command('plan')
  .description('show what a matrix would run, how long it takes and what it downloads; starts nothing')
  .argument('<matrix>', 'matrix file')
  .option('--json', 'print one JSON document')
  .action(async (matrix: string, options: Record<string, unknown>) => {
    const { planCommand } = await import('./plan.ts');
    process.exitCode = await planCommand(matrix, options);
  });

program
  .command('judge')
  .description('judge the journal of a run again: writes results.json and the reports')
  .argument('<run>', 'run folder')
  .action(async (run: string, _options: unknown, command: Command) => {
    const { judgeCommand } = await import('./judge.ts');
    process.exitCode = await judgeCommand(run, command.optsWithGlobals<{ color: boolean }>().color);
  });

program
  .command('report')
  .description('write the reports of a run again from its results.json')
  .argument('<run>', 'run folder')
  .action(async (run: string) => {
    const { reportCommand } = await import('./report.ts');
    process.exitCode = await reportCommand(run);
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
  .option('-q, --quiet', 'print nothing but errors and the result')
  .action(async (matrix: string, _options: unknown, command: Command) => {
    const { bisectCommand } = await import('./bisect.ts');
    process.exitCode = await bisectCommand(matrix, command.optsWithGlobals());
  });

bisect
  .command('log')
  .description('the log of a bisection, one "# good:" or "# bad:" line for each attempt; `bench run --resume` replays its journal')
  .argument('<run>', 'run folder')
  .action(async (run: string) => {
    const { bisectLogCommand } = await import('./bisect.ts');
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
    const { probeCommand } = await import('./probe.ts');
    process.exitCode = await probeCommand(matrix, command.optsWithGlobals());
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
