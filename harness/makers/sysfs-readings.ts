/** Load, memory, temperature and power of a card, from the files of its folder in sysfs and of its sensors. */
import { join } from 'node:path';
import type { Instruments } from './instruments.ts';
import { found, nothing, without, type Collected } from '../model/attempt/collected.ts';
import type { Reading } from '../model/attempt/evidence.ts';

const READ_LIMIT_MS = 1000;

export interface Source {
  readonly name: string;
  readonly unit: string;
  /** What the file's number is divided by to come to the unit. */
  readonly divisor: number;
}

/** File to what it holds. */
export type Sources = Readonly<Record<string, Source>>;

const TEMPERATURE = { unit: '°C', divisor: 1000 };
/** Of hwmon; temperatures have a label file beside them. */
const SENSORS: Sources = {
  temp1_input: { name: 'temperature', ...TEMPERATURE },
  temp2_input: { name: 'temperature 2', ...TEMPERATURE },
  temp3_input: { name: 'temperature 3', ...TEMPERATURE },
  power1_average: { name: 'power', unit: 'W', divisor: 1e6 },
  power1_input: { name: 'power', unit: 'W', divisor: 1e6 },
  freq1_input: { name: 'shader clock', unit: 'MHz', divisor: 1e6 },
  freq2_input: { name: 'memory clock', unit: 'MHz', divisor: 1e6 },
  fan1_input: { name: 'fan', unit: 'rpm', divisor: 1 },
};
const LABELS = ['temp1_label', 'temp2_label', 'temp3_label'];

/** `files`: of the card's own folder. */
export async function sysfsReadings(
  { sys, list, read }: Instruments,
  address: string | null,
  files: Sources,
): Promise<Collected> {
  if (address === null) return nothing('its PCI address is not known');
  const folder = join(sys, 'bus/pci/devices', address);
  const monitors = list(join(folder, 'hwmon')).map((name) => join(folder, 'hwmon', name));
  const paths = [
    ...Object.keys(files).map((name) => join(folder, name)),
    ...monitors.flatMap((monitor) => [...Object.keys(SENSORS), ...LABELS].map((name) => join(monitor, name))),
  ];
  const { texts, blocked } = await read(paths, READ_LIMIT_MS);
  const readings = [
    ...Object.entries(files).flatMap(([name, source]) => reading(source, texts.get(join(folder, name)))),
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

function reading({ name, unit, divisor }: Source, text: string | undefined): Reading[] {
  const value = text === undefined || !/^\s*-?\d+\s*$/.test(text) ? null : Number(text) / divisor;
  return value === null ? [] : [{ name, value: Math.round(value * 10) / 10, unit }];
}
