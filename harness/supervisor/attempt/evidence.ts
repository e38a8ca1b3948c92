/**
 * What can still be seen while a process hangs. Collectors run side by side, each with a time limit of its own:
 * on a sick machine any of them may block.
 */
import type { Evidence, ProcessEvidence } from '../../journal/evidence.ts';
import { readCommandLine } from '../proc/bounded.ts';
import { readWaitChannel } from '../proc/read.ts';
import { TICKS_PER_SECOND } from '../proc/stat.ts';
import type { ProcessStat } from '../proc/stat.ts';
import { classify, signatureIds } from '../signatures/classify.ts';
import type { SignatureMatch } from '../signatures/classify.ts';
import { within } from '../time.ts';
import { readEnds, readTail } from './output-files.ts';
import type { OutputFiles } from './output-files.ts';
import { collectStacks } from './stacks.ts';

const FILE_LIMIT_SECONDS = 0.5;
const COMMAND_LIMIT_SECONDS = 0.3;
const STACKS_BYTES = 16 * 1024;
const STDERR_BYTES = 8 * 1024;
const MAX_PROCESSES = 32;

/** Evidence of processes that still hang. Takes at most about a second. */
export async function collectEvidence(processes: readonly ProcessStat[], files: OutputFiles): Promise<Evidence> {
  const some = processes.slice(0, MAX_PROCESSES);
  // Before anything disturbs them.
  const seen = some.map((stat) => ({ stat, waitChannel: readWaitChannel(stat.pid) }));
  const [stacks, commands, written] = await Promise.all([collectStacks(some, files.stacks), Promise.all(some.map(commandOf)), readWritten(files)]);
  return {
    processes: seen.map(({ stat, waitChannel }, index) => processEvidence(stat, waitChannel, commands[index] ?? stat.name)),
    ...written,
    // A fatal error before the hang has written there too.
    pythonStacks: stacks === '' ? written.pythonStacks : stacks,
  };
}

/** What files alone tell, of processes that are gone. */
export async function evidenceOfFiles(files: OutputFiles): Promise<Evidence> {
  return { processes: [], ...(await readWritten(files)) };
}

/** The known lines in an attempt's standard error: its beginning and its end, when it is long. */
export async function readSignatures(files: OutputFiles): Promise<SignatureMatch[]> {
  return classify(await within(FILE_LIMIT_SECONDS, readEnds(files.stderr), ''), 'stderr');
}

async function readWritten(files: OutputFiles): Promise<Omit<Evidence, 'processes'>> {
  const [pythonStacks, stderrTail, matches] = await Promise.all([
    within(FILE_LIMIT_SECONDS, readTail(files.stacks, STACKS_BYTES), ''),
    within(FILE_LIMIT_SECONDS, readTail(files.stderr, STDERR_BYTES), ''),
    readSignatures(files),
  ]);
  return { pythonStacks, stderrTail, signatures: signatureIds(matches) };
}

function processEvidence(stat: ProcessStat, waitChannel: string | null, command: string): ProcessEvidence {
  const { pid, state, threads, cpuTicks } = stat;
  return { pid, command, state, waitChannel, threads, cpuSeconds: cpuTicks / TICKS_PER_SECOND };
}

async function commandOf(stat: ProcessStat): Promise<string> {
  // In state D the memory lock may be held: not even a helper is worth trying.
  if (stat.state === 'D') return stat.name;
  return (await readCommandLine(stat.pid, COMMAND_LIMIT_SECONDS * 1000)) ?? stat.name;
}
