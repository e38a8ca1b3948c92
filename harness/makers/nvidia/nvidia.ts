/** NVIDIA: cards of CUDA. */
import { findCuda } from './discover.ts';
import type { Maker } from '../maker.ts';
import type { Instruments } from '../instruments.ts';
import { found, nothing, without, type Collected } from '../../model/attempt/collected.ts';
import type { Reading } from '../../model/attempt/evidence.ts';

export const nvidia: Maker = {
  kind: 'cuda',
  discover: findCuda,
  repair: ({ pciAddress }) =>
    `as root: nvidia-smi --gpu-reset${pciAddress === null ? '' : ` -i ${pciAddress}`}; or reboot; then resume`,
  readings: ({ pciAddress }, instruments) => toolReadings(instruments, pciAddress),
  container: { devices: ['nvidia.com/gpu=all'], options: [], groupsOf: [] },
  keepers: ['nvidia-persiste'],
};

const TOOL_LIMIT_MS = 2500;

const QUERIES: readonly (readonly [query: string, name: string, unit: string])[] = [
  ['utilization.gpu', 'GPU load', '%'],
  ['utilization.memory', 'memory load', '%'],
  ['memory.used', 'VRAM used', 'MiB'],
  ['memory.total', 'VRAM', 'MiB'],
  ['temperature.gpu', 'temperature', '°C'],
  ['power.draw', 'power', 'W'],
];

/** Load, memory, temperature and power of a card: its driver tells them to its own tool alone. */
async function toolReadings({ ask }: Instruments, address: string | null): Promise<Collected> {
  const query = [`--query-gpu=${QUERIES.map(([name]) => name).join(',')}`, '--format=csv,noheader,nounits'];
  const which = address === null ? [] : [`--id=${address}`];
  const result = await ask('nvidia-smi', [...query, ...which], TOOL_LIMIT_MS);
  if (result.kind === 'missing') return without('tool-missing', 'nvidia-smi is not on PATH');
  if (result.kind === 'too-slow') return without('not-allowed', 'nvidia-smi gave no answer: the driver is stuck');
  const values = (result.text.split('\n')[0] ?? '').split(',').map((text) => text.trim());
  const readings = QUERIES.flatMap(([, name, unit], index): Reading[] => {
    const text = values[index] ?? '';
    return /^\d+(\.\d+)?$/.test(text) ? [{ name, value: Number(text), unit }] : [];
  });
  return readings.length > 0
    ? found({ device: readings })
    : nothing(`nvidia-smi said: ${result.text.trim().slice(0, 200)}`);
}
