/** NVIDIA: cards of CUDA. */
import { findCuda } from './discover.ts';
import { toolReadings } from './readings.ts';
import type { Maker } from '../maker.ts';

export const nvidia: Maker = {
  kind: 'cuda',
  discover: findCuda,
  repair: ({ pciAddress }) =>
    `as root: nvidia-smi --gpu-reset${pciAddress === null ? '' : ` -i ${pciAddress}`}; or reboot; then resume`,
  readings: ({ pciAddress }, instruments) => toolReadings(instruments, pciAddress),
  container: { devices: ['nvidia.com/gpu=all'], options: [], groupsOf: [] },
  keepers: ['nvidia-persiste'],
};
