/** What the ROCm compute driver counts for each process: memory, transfers, evictions, occupied compute units, queues. */
import { join } from 'node:path';
import type { Instruments } from '../instruments.ts';
import { found, nothing, without, type Collected } from '../../model/attempt/collected.ts';
import type { Reading } from '../../model/attempt/evidence.ts';

const LIMIT_MS = 1000;
const MOST_READINGS = 24;

export async function kfdCounts(pids: readonly number[], { sys, ask }: Instruments): Promise<Collected> {
  const root = join(sys, 'class/kfd/kfd/proc');
  // -r does not follow links, of which sysfs has many.
  const options = ['-aHrsZ', '--line-buffered', '-e', '', '--'];
  const result = await ask('grep', [...options, ...pids.map((pid) => join(root, String(pid)))], LIMIT_MS);
  if (result.kind === 'missing') return without('tool-missing', 'grep is not on PATH');
  const byPid = new Map<number, Reading[]>();
  for (const line of result.text.split('\n')) {
    const end = line.indexOf('\0');
    const [pid = '', ...path] = line.slice(root.length + 1, end).split('/');
    const value = line.slice(end + 1).trim();
    if (end < 0 || !/^\d+$/.test(value)) continue;
    const readings = byPid.get(Number(pid)) ?? [];
    readings.push(readingOf(path.join('/'), Number(value)));
    byPid.set(Number(pid), readings);
  }
  const slow = result.kind === 'too-slow' ? 'the driver gave no answer to some of the files' : '';
  if (byPid.size === 0)
    return slow === '' ? nothing('no process of the attempt is known to KFD') : without('not-allowed', slow);
  return found(
    {
      kfd: [...byPid].map(([pid, readings]) => ({
        pid,
        readings: readings.toSorted((a, b) => a.name.localeCompare(b.name)).slice(0, MOST_READINGS),
      })),
    },
    slow,
  );
}

/** vram_<gpu> is bytes, sdma_<gpu> microseconds, stats_<gpu>/evicted_ms milliseconds; the rest are plain numbers. */
function readingOf(path: string, value: number): Reading {
  const name = path.replaceAll('/', ' ');
  if (/^vram_\d+$/.test(path)) return { name, value: Math.round(value / 2 ** 20), unit: 'MiB' };
  if (/^sdma_\d+$/.test(path)) return { name, value, unit: 'us' };
  if (path.endsWith('evicted_ms')) return { name, value, unit: 'ms' };
  return { name, value, unit: '' };
}
