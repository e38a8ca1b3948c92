/** Ends what an earlier harness left behind: everything whose environment names the run. */
import { sweep } from './attempt/kill.ts';
import { findFamily } from '../machine/processes/family.ts';
import { readStat } from '../machine/processes/read.ts';

const SWEEP_SECONDS = 5;

/** Kills the leftovers of run `runId`; returns how many processes were signalled. Takes at most about five seconds. */
export async function sweepRun(runId: string): Promise<number> {
  return sweepMarked(`BENCH_RUN=${runId}`);
}

/** The same for everything whose environment holds exactly `marker` ("NAME=value"). */
export async function sweepMarked(marker: string): Promise<number> {
  const except = ownAncestors();
  const killed = new Set<string>();
  const find = () => findFamily({ roots: [], sessions: [], marker, notBefore: 0, except });
  await sweep(find, SWEEP_SECONDS, (stat) => killed.add(`${stat.pid}:${stat.startTicks}`));
  return killed.size;
}

/** This process and those above it: a harness started by a probe of the same run must not end itself. */
function ownAncestors(): Set<number> {
  const pids = new Set<number>();
  for (let pid = process.pid; pid > 1 && !pids.has(pid); pid = readStat(pid)?.parent ?? 0) pids.add(pid);
  return pids;
}
