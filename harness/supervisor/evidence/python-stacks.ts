/**
 * Python stacks by faulthandler, which every process of an attempt inherits and which answers SIGUSR1 without the interpreter.
 * One process after the other: all of them append to one file, and two dumps at a time run into each other.
 */
import { constants } from 'node:os';
import { readPart, sizeOf } from '../attempt/output-files.ts';
import { readStatus, readWaitChannel } from '../proc/read.ts';
import { signalProcess } from '../proc/signal.ts';
import { catches } from '../proc/stat.ts';
import type { ProcessStat } from '../proc/stat.ts';
import { now, pause, within } from '../time.ts';
import { found, nothing } from './collector.ts';
import type { Collector } from './collector.ts';

const TOTAL_SECONDS = 1;
const ONE_SECONDS = 0.3;
const FILE_LIMIT_SECONDS = 0.3;
const STEP_SECONDS = 0.01;
const TOTAL_CHARACTERS = 16 * 1024;

export const pythonStacks: Collector = {
  name: 'Python stacks',
  limit: 2,
  manner: 'signals',
  collect: async ({ processes, files }) => {
    const stacks = await collectStacks(processes, files.stacks);
    return stacks === '' ? nothing('no process answered SIGUSR1: it is stopped, in state D, or no Python of ours') : found({ pythonStacks: stacks });
  },
};

/** The stacks of all processes that answer, each under a line that names it; '' when none does. Takes at most about a second. */
async function collectStacks(processes: readonly ProcessStat[], path: string): Promise<string> {
  const end = now() + TOTAL_SECONDS;
  const dumps: string[] = [];
  for (const stat of processes) {
    if (now() >= end) break;
    const dump = await dumpOf(stat, path, Math.min(end, now() + ONE_SECONDS));
    const channel = readWaitChannel(stat.pid);
    if (dump !== '') dumps.push(`Process ${stat.pid}${channel === null ? '' : `, waiting in ${channel}`}:\n${dump.trimEnd()}\n`);
  }
  return cut(dumps);
}

async function dumpOf(stat: ProcessStat, path: string, end: number): Promise<string> {
  // A stopped or frozen process cannot answer.
  if (stat.state === 'T' || stat.state === 'D') return '';
  const status = readStatus(stat.pid);
  // The default action of SIGUSR1 would end a process that does not catch it.
  if (status === null || !catches(status, constants.signals.SIGUSR1)) return '';
  const before = await within(FILE_LIMIT_SECONDS, sizeOf(path), 0);
  if (!signalProcess(stat, 'SIGUSR1')) return '';
  let last = before;
  while (now() < end) {
    await pause(STEP_SECONDS);
    const size = await within(FILE_LIMIT_SECONDS, sizeOf(path), last);
    if (size > before && size === last) break;
    last = size;
  }
  return last === before ? '' : within(FILE_LIMIT_SECONDS, readPart(path, before, Math.min(last - before, TOTAL_CHARACTERS)), '');
}

/** Every process gets its share: the one that hangs is as often the last as the first. */
function cut(dumps: readonly string[]): string {
  const share = Math.floor(TOTAL_CHARACTERS / Math.max(1, dumps.length));
  return dumps.map((dump) => (dump.length > share ? `${dump.slice(0, share)}\n[cut]\n` : dump)).join('\n');
}
