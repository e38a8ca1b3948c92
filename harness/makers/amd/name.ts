/** The name on the box where libdrm's table knows it; else the chip's name and PCI ids. */
import type { Machine } from '../found.ts';

const MARKETING_NAMES = '/usr/share/libdrm/amdgpu.ids';

/** `pciIds` as in DeviceDetails; null when the driver does not tell them. */
export async function amdName(machine: Machine, node: string, pciIds: string | null): Promise<string> {
  const [, device = '', revision = ''] = /^[0-9a-f]{4}:([0-9a-f]{4})(?: rev ([0-9a-f]{2}))?/.exec(pciIds ?? '') ?? [];
  const table = await machine.read(MARKETING_NAMES);
  for (const line of table.kind === 'text' && device !== '' ? table.text.split('\n') : []) {
    const [id = '', rev = '', ...name] = line.split(',').map((part) => part.trim());
    if (name.length > 0 && id.toLowerCase() === device && rev.toLowerCase() === revision) return name.join(', ');
  }
  const chip = await machine.read(`${node}/name`);
  const text = chip.kind === 'text' ? chip.text.trim() : '';
  const [ids] = (pciIds ?? '').split(',');
  return `${text === '' ? 'AMD GPU' : `AMD ${text}`}${ids === '' ? '' : ` (${ids})`}`;
}
