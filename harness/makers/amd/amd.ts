/** AMD: cards of ROCm. */
import { findRocm } from './discover.ts';
import { OVERRIDE, accessChecks, cardChecks, shellChecks } from './doctor.ts';
import { kfdCounts } from './kfd-counts.ts';
import { settingsOf } from './settings.ts';
import type { Maker } from '../maker.ts';
import { pciReset } from '../pci.ts';
import { sysfsReadings, type Sources } from '../sysfs-readings.ts';

const MIB = { unit: 'MiB', divisor: 2 ** 20 };
const CARD: Sources = {
  gpu_busy_percent: { name: 'GPU load', unit: '%', divisor: 1 },
  mem_busy_percent: { name: 'memory load', unit: '%', divisor: 1 },
  mem_info_vram_used: { name: 'VRAM used', ...MIB },
  mem_info_vram_total: { name: 'VRAM', ...MIB },
  mem_info_gtt_used: { name: 'GTT used', ...MIB },
};

export const amd: Maker = {
  kind: 'rocm',
  discover: findRocm,
  repair: ({ pciAddress }) => pciReset(pciAddress),
  readings: ({ pciAddress }, instruments) => sysfsReadings(instruments, pciAddress, CARD),
  counts: kfdCounts,
  // As AMD documents them.
  container: {
    devices: ['/dev/kfd', '/dev/dri'],
    options: ['--ipc', 'host'],
    groupsOf: ['/dev/kfd', '/dev/dri/renderD128', '/dev/dri/card0'],
  },
  sharedFiles: ['/dev/kfd'],
  computing: async (machine) =>
    (await machine.list('/sys/class/kfd/kfd/proc')).filter((name) => /^\d+$/.test(name)).map(Number),
  warnings: (device) => settingsOf(device).map(({ warning }) => warning),
  doctor: { access: accessChecks, card: cardChecks, shell: shellChecks, told: [OVERRIDE] },
};
