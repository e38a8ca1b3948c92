/** What the driver told of the card, as names and values for a short table. */
import type { Results } from '../../../harness/model/results/results.ts';
import { count } from '../words/numbers.ts';
import { plainLine } from '../words/plain-text.ts';

/** Empty for the CPU, simulated cards and older runs. What the driver did not tell is left out. */
export function deviceFacts({ device }: Results): readonly (readonly [string, string])[] {
  const { details } = device;
  if (details === undefined) return [];
  const { vramMib, computeUnits, pciIds, vbios, driver, firmware, moduleParameters, pcieLink, pcieAtomics } = details;
  return [
    ...fact('Memory of the card', vramMib === null ? null : `${count(vramMib)} MiB`),
    ...fact('Compute units', computeUnits === null ? null : count(computeUnits)),
    ...fact('PCI ids', pciIds),
    ...fact('PCIe link', pcieLink),
    ...fact('PCIe atomics', pcieAtomics === null ? null : pcieAtomics ? 'yes' : 'no'),
    ...fact('Video BIOS', vbios),
    ...fact('Driver', driver),
    ...fact('Firmware', pairs(firmware, ' ')),
    ...fact('Parameters of the driver', pairs(moduleParameters, '=')),
  ];
}

function fact(name: string, value: string | null): readonly (readonly [string, string])[] {
  return value === null ? [] : [[name, plainLine(value, 1200)]];
}

function pairs(values: Readonly<Record<string, string>>, between: string): string | null {
  const entries = Object.entries(values);
  return entries.length === 0
    ? null
    : entries.map(([name, value]) => `${plainLine(name, 60)}${between}${plainLine(value, 120)}`).join(', ');
}
