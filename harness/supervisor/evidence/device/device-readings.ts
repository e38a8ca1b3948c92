/** Load, memory, temperature and power of the card under test, from sysfs by its PCI address; from nvidia-smi on a CUDA card. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Reading } from '../../../model/evidence.ts';
import { runHelper } from '../../../machine/processes/helper.ts';
import { readFiles } from '../../../machine/files/read-files.ts';
import { found, nothing, without } from '../collector.ts';
import type { Collector, Finding } from '../collector.ts';

const READ_LIMIT_MS = 1000;
const TOOL_LIMIT_MS = 2500;

interface Source {
  readonly name: string;
  readonly unit: string;
  /** What the file's number is divided by to come to the unit. */
  readonly divisor: number;
}

const MIB = 2 ** 20;
const CARD: Readonly<Record<string, Source>> = {
  gpu_busy_percent: { name: 'GPU load', unit: '%', divisor: 1 },
  mem_busy_percent: { name: 'memory load', unit: '%', divisor: 1 },
  mem_info_vram_used: { name: 'VRAM used', unit: 'MiB', divisor: MIB },
  mem_info_vram_total: { name: 'VRAM', unit: 'MiB', divisor: MIB },
  mem_info_gtt_used: { name: 'GTT used', unit: 'MiB', divisor: MIB },
};
/** Of hwmon; temperatures have a label file beside them. */
const SENSORS: Readonly<Record<string, Source>> = {
  temp1_input: { name: 'temperature', unit: '°C', divisor: 1000 },
  temp2_input: { name: 'temperature 2', unit: '°C', divisor: 1000 },
  temp3_input: { name: 'temperature 3', unit: '°C', divisor: 1000 },
  power1_average: { name: 'power', unit: 'W', divisor: 1e6 },
  power1_input: { name: 'power', unit: 'W', divisor: 1e6 },
  freq1_input: { name: 'shader clock', unit: 'MHz', divisor: 1e6 },
  freq2_input: { name: 'memory clock', unit: 'MHz', divisor: 1e6 },
  fan1_input: { name: 'fan', unit: 'rpm', divisor: 1 },
};

export const deviceReadings: Collector = {
  name: 'Card',
  limit: 10,
  manner: 'looks',
  collect: async ({ card, roots }) => {
    if (card === null) return nothing('the device is not known');
    switch (card.kind) {
      case 'simulated':
        return nothing('a simulated card');
      case 'cpu':
        return nothing('the CPU is the device');
      case 'rocm':
        return card.pciAddress === null
          ? nothing('its PCI address is not known')
          : fromSysfs(roots.sys, card.pciAddress);
      case 'cuda':
        return fromTool(card.pciAddress);
    }
  },
};

async function fromSysfs(sys: string, address: string): Promise<Finding> {
  const folder = join(sys, 'bus/pci/devices', address);
  const monitors = monitorsOf(folder);
  const paths = [
    ...Object.keys(CARD).map((name) => join(folder, name)),
    ...monitors.flatMap((monitor) => [...Object.keys(SENSORS), ...labelNames()].map((name) => join(monitor, name))),
  ];
  const { texts, blocked } = await readFiles(paths, READ_LIMIT_MS);
  const readings = [
    ...Object.entries(CARD).flatMap(([name, source]) => reading(source, texts.get(join(folder, name)))),
    ...monitors.flatMap((monitor) =>
      Object.entries(SENSORS).flatMap(([name, source]) => {
        const label = texts.get(join(monitor, name.replace('_input', '_label')))?.trim();
        const named =
          name.startsWith('temp') && label !== undefined && label !== ''
            ? { ...source, name: `${label} temperature` }
            : source;
        return reading(named, texts.get(join(monitor, name)));
      }),
    ),
  ];
  const note =
    blocked.length === 0
      ? ''
      : `no answer from ${blocked
          .map((path) => path.slice(folder.length + 1))
          .slice(0, 6)
          .join(', ')}: the driver is stuck`;
  if (readings.length > 0) return found({ device: readings }, note);
  return blocked.length > 0 ? without('not-allowed', note) : nothing(`sysfs has no load or memory of ${address}`);
}

/** A listing comes from the kernel's own tables: it does not ask the card. */
function monitorsOf(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'hwmon')).map((name) => join(folder, 'hwmon', name));
  } catch {
    return [];
  }
}

function labelNames(): string[] {
  return ['temp1_label', 'temp2_label', 'temp3_label'];
}

function reading({ name, unit, divisor }: Source, text: string | undefined): Reading[] {
  const value = text === undefined || !/^\s*-?\d+\s*$/.test(text) ? null : Number(text) / divisor;
  return value === null ? [] : [{ name, value: Math.round(value * 10) / 10, unit }];
}

const QUERIES: readonly (readonly [string, Source])[] = [
  ['utilization.gpu', { name: 'GPU load', unit: '%', divisor: 1 }],
  ['utilization.memory', { name: 'memory load', unit: '%', divisor: 1 }],
  ['memory.used', { name: 'VRAM used', unit: 'MiB', divisor: 1 }],
  ['memory.total', { name: 'VRAM', unit: 'MiB', divisor: 1 }],
  ['temperature.gpu', { name: 'temperature', unit: '°C', divisor: 1 }],
  ['power.draw', { name: 'power', unit: 'W', divisor: 1 }],
];

async function fromTool(address: string | null): Promise<Finding> {
  const query = [`--query-gpu=${QUERIES.map(([name]) => name).join(',')}`, '--format=csv,noheader,nounits'];
  const result = await runHelper('nvidia-smi', [...query, ...(address === null ? [] : [`--id=${address}`])], {
    limitMs: TOOL_LIMIT_MS,
  });
  if (result.kind === 'missing') return without('tool-missing', 'nvidia-smi is not on PATH');
  if (result.kind === 'too-slow') return without('not-allowed', 'nvidia-smi gave no answer: the driver is stuck');
  const values = (result.text.split('\n')[0] ?? '').split(',').map((text) => text.trim());
  const readings = QUERIES.flatMap(([, { name, unit }], index): Reading[] => {
    const text = values[index] ?? '';
    return /^\d+(\.\d+)?$/.test(text) ? [{ name, value: Number(text), unit }] : [];
  });
  return readings.length > 0
    ? found({ device: readings })
    : nothing(`nvidia-smi said: ${result.text.trim().slice(0, 200)}`);
}
