/** The processor itself: no driver, no lock, nothing to reset. */
import { unknownDevice } from './found.ts';
import type { Maker } from './maker.ts';
import { nothing } from '../model/attempt/collected.ts';

export const cpu: Maker = {
  kind: 'cpu',
  discover: async (machine) => {
    const read = await machine.read('/proc/cpuinfo');
    const model = read.kind === 'text' ? /^model name\s*:\s*(\S.*?)\s*$/m.exec(read.text)?.[1] : undefined;
    return { devices: [unknownDevice({ kind: 'cpu', name: model ?? 'CPU' })], looked: [] };
  },
  repair: () => 'this is the processor itself: look for what else runs on this machine',
  readings: async () => nothing('the CPU is the device'),
};
