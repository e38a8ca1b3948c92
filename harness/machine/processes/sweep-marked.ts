/** Ends everything that carries a mark in its environment, whatever started it. */
import { processKey } from '../../model/attempt/attempt.ts';
import { findFamily } from './family.ts';
import { readStat } from './read.ts';
import { sweep } from './sweep.ts';

const MARKED_SECONDS = 5;

/** Kills everything whose environment holds exactly `marker` ("NAME=value"); returns how many processes were signalled. Takes at most about five seconds. */
export async function sweepMarked(marker: string): Promise<number> {
  const except = ownAncestors();
  const killed = new Set<string>();
  const find = () => findFamily({ roots: [], sessions: [], marker, notBefore: 0, except });
  await sweep(find, MARKED_SECONDS, (stat) => killed.add(processKey(stat)));
  return killed.size;
}

/** This process and those above it: a harness started by a probe of the same run must not end itself. */
function ownAncestors(): Set<number> {
  const pids = new Set<number>();
  for (let pid = process.pid; pid > 1 && !pids.has(pid); pid = readStat(pid)?.parent ?? 0) pids.add(pid);
  return pids;
}
