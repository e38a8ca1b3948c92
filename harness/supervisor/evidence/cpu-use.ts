/** CPU time that the processes use while they hang: a spinning process and a waiting one look alike in everything else. */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { TICKS_PER_SECOND, parseStat, type ProcessStat } from '../../machine/processes/stat.ts';
import { now, pause } from '../../machine/time.ts';
import { found, nothing } from '../../model/attempt/collected.ts';
import type { Collector } from './collector.ts';

/** Ticks are hundredths of a second: less says nothing. */
const SHORTEST_SECONDS = 0.06;

export const cpuUse: Collector = {
  name: 'CPU use',
  limit: 1,
  manner: 'looks',
  collect: async ({ processes, seenAt, roots }) => {
    await pause(Math.max(0, SHORTEST_SECONDS - (now() - seenAt)));
    const seconds = now() - seenAt;
    let ticks = 0;
    let alive = 0;
    for (const before of processes) {
      const after = statOf(roots.proc, before);
      if (after === null) continue;
      alive += 1;
      ticks += Math.max(0, after.cpuTicks - before.cpuTicks);
    }
    return alive === 0
      ? nothing('every process has ended')
      : found({ cpuUse: { seconds, cpuSeconds: ticks / TICKS_PER_SECOND } });
  },
};

/** stat takes spin locks only and cannot block (proc/read.ts). */
function statOf(proc: string, { pid, startTicks }: ProcessStat): ProcessStat | null {
  try {
    const stat = parseStat(readFileSync(join(proc, String(pid), 'stat'), 'latin1'));
    return stat?.startTicks === startTicks ? stat : null;
  } catch {
    return null;
  }
}
