/** Whether a card shows a picture: then a hang on it may take the desktop along. */
import type { Machine } from '../makers/found.ts';

export interface Display {
  /** Its files for drawing, such as /dev/dri/card1. */
  readonly files: readonly string[];
  /** Connectors with a monitor that is on, such as DP-1. */
  readonly lit: readonly string[];
  /** The firmware showed its start on this card. */
  readonly boot: boolean;
}

const DRM = '/sys/class/drm';

/** Of the card at this PCI address. Never rejects; a card that tells nothing shows nothing. */
export async function displayOf(machine: Machine, address: string): Promise<Display> {
  const folder = `/sys/bus/pci/devices/${address}`;
  const cards = (await machine.list(`${folder}/drm`)).filter((name) => /^card\d+$/.test(name));
  const connectors = (await machine.list(DRM)).filter((name) => cards.some((card) => name.startsWith(`${card}-`)));
  const { lines } = await machine.lines([
    `${folder}/boot_vga`,
    ...connectors.flatMap((name) => ['status', 'enabled'].map((file) => `${DRM}/${name}/${file}`)),
  ]);
  const lit = connectors.filter(
    (name) => lines.get(`${DRM}/${name}/status`) === 'connected' && lines.get(`${DRM}/${name}/enabled`) === 'enabled',
  );
  return {
    files: cards.map((card) => `/dev/dri/${card}`),
    lit: lit.map((name) => name.replace(/^card\d+-/, '')),
    boot: lines.get(`${folder}/boot_vga`) === '1',
  };
}
