/** Ends everything that carries a mark in its environment, whatever started it. */
import { processKey } from '../../model/attempt/attempt.ts';
import { GUARD } from './brood.ts';
import { findFamily } from './family.ts';
import { readStat } from './read.ts';
import { OUTRUN, sweep, type Swept } from './sweep.ts';
import type { Identity, ProcessStat } from './stat.ts';

const MARKED_SECONDS = 5;

export interface SweptMarked extends Swept {
  /** How many processes were signalled. */
  readonly signalled: number;
}

/**
 * Kills everything whose environment holds exactly `marker` ("NAME=value"), and what hangs below a guard among them. Takes about five seconds at most, three times
 * that for a family that keeps forking. Nobody can say whether anything is left that has lost the mark and hangs below nobody: `notKnown` tells only of what was seen.
 */
export async function sweepMarked(marker: string): Promise<SweptMarked> {
  const except = ownAncestors();
  const killed = new Set<string>();
  const onKill = (stat: ProcessStat): void => void killed.add(processKey(stat));
  const find = (roots: readonly Identity[]) => () => findFamily({ roots, sessions: [], marker, notBefore: 0, except });
  // A guard goes last: as long as it is there, whatever loses its parent comes to it.
  const guards = guardsOf(await find([])());
  for (const guard of guards) {
    await sweep({
      find: find(guards),
      limitSeconds: MARKED_SECONDS,
      onKill,
      reaper: { pid: guard.pid, except: new Set() },
    });
  }
  const { left, notKnown } = await sweep({ find: find([]), limitSeconds: MARKED_SECONDS, onKill });
  return { signalled: killed.size, left, notKnown: notKnown === OUTRUN ? OUTRUN : null };
}

/** They carry no mark of their own. */
function guardsOf(marked: readonly ProcessStat[]): readonly ProcessStat[] {
  const parents = new Map(marked.map(({ parent }) => [parent, readStat(parent)]));
  return [...parents.values()].filter((stat): stat is ProcessStat => stat?.name === GUARD);
}

/** This process and those above it: a harness started by a probe of the same run must not end itself. */
function ownAncestors(): Set<number> {
  const pids = new Set<number>();
  for (let pid = process.pid; pid > 1 && !pids.has(pid); pid = readStat(pid)?.parent ?? 0) pids.add(pid);
  return pids;
}
