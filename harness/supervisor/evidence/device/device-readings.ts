/** Load, memory, temperature and power of the card under test, and what its driver counts for each process: its maker knows where to look. */
import { readdirSync } from 'node:fs';
import type { Instruments } from '../../../makers/instruments.ts';
import { makerOf } from '../../../makers/makers.ts';
import { runHelper } from '../../../machine/processes/helper.ts';
import { readFiles } from '../../../machine/files/read-files.ts';
import { nothing } from '../../../model/attempt/collected.ts';
import type { Collector, Roots } from '../collector.ts';

export const deviceReadings: Collector = {
  name: 'Card',
  limit: 10,
  manner: 'looks',
  collect: async ({ card, roots }) =>
    card === null ? nothing('the device is not known') : makerOf(card.kind).readings(card, instrumentsAt(roots)),
};

export const driverCounts: Collector = {
  name: 'Compute driver',
  limit: 10,
  manner: 'looks',
  collect: async ({ card, processes, roots }) => {
    if (card === null) return nothing('the device is not known');
    const pids = processes.map(({ pid }) => pid);
    return (
      (await makerOf(card.kind).counts?.(pids, instrumentsAt(roots))) ??
      nothing('its driver counts nothing for a process')
    );
  },
};

function instrumentsAt(roots: Roots): Instruments {
  return {
    ...roots,
    list: (folder) => {
      try {
        return readdirSync(folder);
      } catch {
        return [];
      }
    },
    read: readFiles,
    ask: (program, args, limitMs) => runHelper(program, args, { limitMs }),
  };
}
