/**
 * Python stacks by faulthandler, which every process of an attempt inherits and which answers SIGUSR1 without the interpreter.
 * One process after the other: all of them append to one file, and two dumps at a time run into each other.
 */
import { constants } from 'node:os';
import { readPart } from '../../output-files.ts';
import { sizeOfOwn } from '../../../machine/files/own-file.ts';
import { look, readStatus, readWaitChannel } from '../../../machine/processes/read.ts';
import { signalProcess } from '../../../machine/processes/signal.ts';
import { catches, hasPending, holdsBack, type ProcessStat } from '../../../machine/processes/stat.ts';
import { now, pause, within } from '../../../machine/time.ts';
import { found, nothing } from '../../../model/attempt/collected.ts';
import type { Collector } from '../collector.ts';

const SIGNAL = constants.signals.SIGUSR1;
const TOTAL_SECONDS = 1;
const ONE_SECONDS = 0.3;
/** For all together, beyond those: a process that has not answered because nobody let it run is waited for. */
const STARVED_SECONDS = 8;
const FILE_LIMIT_SECONDS = 0.3;
const STEP_SECONDS = 0.01;
const TOTAL_CHARACTERS = 16 * 1024;

export const pythonStacks: Collector = {
  name: 'Python stacks',
  limit: 10,
  manner: 'signals',
  collect: async ({ processes, files }) => {
    const stacks = await collectStacks(processes, files.stacks);
    return stacks === ''
      ? nothing('no process answered SIGUSR1: it is stopped, in state D, or no Python of ours')
      : found({ pythonStacks: stacks });
  },
};

interface Patience {
  /** Seconds for processes that do not answer. */
  left: number;
  /** Seconds for those that cannot answer yet. */
  starved: number;
}

/** The stacks of all processes that answer, each under a line that names it; '' when none does. Takes at most about a second where processes are let run. */
async function collectStacks(processes: readonly ProcessStat[], path: string): Promise<string> {
  const patience: Patience = { left: TOTAL_SECONDS, starved: STARVED_SECONDS };
  const dumps: string[] = [];
  for (const stat of processes) {
    if (patience.left <= 0) break;
    const dump = await dumpOf(stat, path, patience);
    const channel = readWaitChannel(stat.pid);
    if (dump !== '')
      dumps.push(`Process ${stat.pid}${channel === null ? '' : `, waiting in ${channel}`}:\n${dump.trimEnd()}\n`);
  }
  return cut(dumps);
}

async function dumpOf(stat: ProcessStat, path: string, patience: Patience): Promise<string> {
  // A stopped or frozen process cannot answer.
  if (stat.state === 'T' || stat.state === 'D') return '';
  const status = readStatus(stat.pid);
  // The default action of SIGUSR1 would end a process that does not catch it.
  if (status === null || !catches(status, SIGNAL)) return '';
  const before = await within(FILE_LIMIT_SECONDS, sizeOfOwn(path), 0);
  if (!signalProcess(stat, 'SIGUSR1')) return '';
  const heldBack = holdsBack(status, SIGNAL);
  let last = before;
  let left = ONE_SECONDS;
  while (left > 0 && patience.left > 0 && patience.starved > 0) {
    const began = now();
    await pause(STEP_SECONDS);
    // Before its size: what is written by then is in it.
    const isAnswering = stillAnswers(stat, heldBack);
    const size = await within(FILE_LIMIT_SECONDS, sizeOfOwn(path), last);
    if (size > before && size === last && !isAnswering) break;
    last = size;
    const took = now() - began;
    if (isAnswering && look(stat)?.state === 'R') patience.starved -= took;
    else {
      left -= took;
      patience.left -= took;
    }
  }
  return last === before
    ? ''
    : within(FILE_LIMIT_SECONDS, readPart(path, before, Math.min(last - before, TOTAL_CHARACTERS)), '');
}

/** Whether the signal has not reached the process yet, or its handler has not come to its end: between two lines of a dump it may stand still. */
function stillAnswers(stat: ProcessStat, heldBack: boolean): boolean {
  const status = look(stat) === null ? null : readStatus(stat.pid);
  return status !== null && (hasPending(status, SIGNAL) || (!heldBack && holdsBack(status, SIGNAL)));
}

/** Every process gets its share: the one that hangs is as often the last as the first. */
function cut(dumps: readonly string[]): string {
  const share = Math.floor(TOTAL_CHARACTERS / Math.max(1, dumps.length));
  return dumps.map((dump) => (dump.length > share ? `${dump.slice(0, share)}\n[cut]\n` : dump)).join('\n');
}
