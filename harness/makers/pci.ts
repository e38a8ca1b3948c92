/** A card as a PCI device: its ids, how wide the way to the processor is, how it is reset. */
import type { Machine } from './found.ts';

const PCI = '/sys/bus/pci/devices';
const ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/**
 * The PCI functions from the root port down to the card. A Radeon since Navi sits behind two bridges of its own: its own
 * registers tell the link inside the card, and only those of the bridges the link in the slot.
 */
export async function linkChain(machine: Machine, address: string): Promise<readonly string[]> {
  const target = await machine.link(`${PCI}/${address}`);
  const chain = (target ?? '').split('/').filter((part) => ADDRESS.test(part));
  return chain.includes(address) ? chain : [address];
}

/** The files that linkText needs. */
export function linkFiles(chain: readonly string[]): readonly string[] {
  return chain.flatMap((address) =>
    ['current', 'max'].flatMap((which) => [speedFile(address, which), widthFile(address, which)]),
  );
}

const speedFile = (address: string, which: string): string => `${PCI}/${address}/${which}_link_speed`;
const widthFile = (address: string, which: string): string => `${PCI}/${address}/${which}_link_width`;

/** "8.0 GT/s x16", with the best that the way allows when that is more; null when no function tells. */
export function linkText(chain: readonly string[], lines: ReadonlyMap<string, string>): string | null {
  const current = narrowest(chain, lines, 'current');
  const best = narrowest(chain, lines, 'max');
  if (current === null) return null;
  return best === null || best === current ? current : `${current}, at best ${best}`;
}

function narrowest(
  chain: readonly string[],
  lines: ReadonlyMap<string, string>,
  which: 'current' | 'max',
): string | null {
  const links = chain.flatMap((address) => {
    const speed = Number.parseFloat(lines.get(speedFile(address, which)) ?? '');
    const width = Number.parseInt(lines.get(widthFile(address, which)) ?? '', 10);
    // Root ports without a link say 0 or 255.
    return speed > 0 && width > 0 && width <= 32 ? [{ speed, width }] : [];
  });
  const [first] = links.toSorted((a, b) => a.speed * a.width - b.speed * b.width);
  return first === undefined ? null : `${first.speed.toFixed(1)} GT/s x${first.width}`;
}

/** How a person resets a card whose driver has no tool for it. */
export function pciReset(address: string | null): string {
  if (address === null) return 'reboot, then resume';
  return `as root, when nothing else uses the card: echo 1 > ${PCI}/${address}/reset; or reboot; then resume`;
}
export interface PciIds {
  readonly vendor: string | undefined;
  readonly device: string | undefined;
  readonly revision: string | undefined;
  readonly boardVendor: string | undefined;
  readonly board: string | undefined;
}

/**
 * "1002:731f rev ca, board 1da2:e411": what tells cards apart that share a name. Hex with or without 0x; null when vendor or device
 * is not known.
 */
export function pciIdText({ vendor, device, revision, boardVendor, board }: PciIds): string | null {
  if (vendor === undefined || device === undefined) return null;
  const chip = `${bare(vendor)}:${bare(device)}${revision === undefined ? '' : ` rev ${bare(revision)}`}`;
  return boardVendor === undefined || board === undefined ? chip : `${chip}, board ${bare(boardVendor)}:${bare(board)}`;
}

function bare(text: string): string {
  return text.replace(/^0x/, '');
}
