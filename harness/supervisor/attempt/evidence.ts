/**
 * What can still be seen while a process hangs. Collectors run side by side, each with a time limit of its own:
 * on a sick machine any of them may block.
 */
import { constants } from 'node:os';
import type { Evidence, ProcessEvidence } from '../../journal/attempt.ts';
import { readCommandLine } from '../proc/bounded.ts';
import { readStatus, readWaitChannel } from '../proc/read.ts';
import { signalProcess } from '../proc/signal.ts';
import { TICKS_PER_SECOND, catches } from '../proc/stat.ts';
import type { ProcessStat } from '../proc/stat.ts';
import { classify, signatureIds } from '../signatures/classify.ts';
import type { SignatureMatch } from '../signatures/classify.ts';
import { now, pause, within } from '../time.ts';
import { readEnds, readTail, sizeOf } from './output-files.ts';
import type { OutputFiles } from './output-files.ts';

const STACKS_WAIT_SECONDS = 0.5;
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
  const [, commands, written] = await Promise.all([dumpStacks(some, files.stacks), Promise.all(some.map(commandOf)), readWritten(files)]);
  return {
    processes: seen.map(({ stat, waitChannel }, index) => processEvidence(stat, waitChannel, commands[index] ?? stat.name)),
    ...written,
    pythonStacks: await within(FILE_LIMIT_SECONDS, readTail(files.stacks, STACKS_BYTES), ''),
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

/** Asks faulthandler for the stacks and waits until the file has stopped growing. */
async function dumpStacks(processes: readonly ProcessStat[], path: string): Promise<void> {
  const before = await within(FILE_LIMIT_SECONDS, sizeOf(path), 0);
  const asked = processes.filter((stat) => {
    const status = readStatus(stat.pid);
    return status !== null && catches(status, constants.signals.SIGUSR1) && signalProcess(stat, 'SIGUSR1');
  });
  // A stopped or frozen process cannot answer.
  if (asked.every(({ state }) => state === 'T' || state === 'D')) return;
  const end = now() + STACKS_WAIT_SECONDS;
  let last = before;
  while (now() < end) {
    await pause(0.02);
    const size = await within(FILE_LIMIT_SECONDS, sizeOf(path), last);
    if (size > before && size === last) return;
    last = size;
  }
}
