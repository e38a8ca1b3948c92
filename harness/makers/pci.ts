/** A card as a PCI device: its ids, how wide the way to the processor is, how it is reset. */
import type { Machine } from './found.ts';

export const PCI_DEVICES = '/sys/bus/pci/devices';
const ADDRESS = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;

/**
 * The PCI functions from the root port down to the card. A Radeon since Navi sits behind two bridges of its own: its own
 * registers tell the link inside the card, and only those of the bridges the link in the slot.
 */
export async function linkChain(machine: Machine, address: string): Promise<readonly string[]> {
  const target = await machine.link(`${PCI_DEVICES}/${address}`);
  const chain = (target ?? '').split('/').filter((part) => ADDRESS.test(part));
  return chain.includes(address) ? chain : [address];
}

/** The files that linkText needs. */
export function linkFiles(chain: readonly string[]): readonly string[] {
  return chain.flatMap((address) =>
    ['current', 'max'].flatMap((which) => [speedFile(address, which), widthFile(address, which)]),
  );
}

const speedFile = (address: string, which: string): string => `${PCI_DEVICES}/${address}/${which}_link_speed`;
const widthFile = (address: string, which: string): string => `${PCI_DEVICES}/${address}/${which}_link_width`;

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
  return `as root, when nothing else uses the card: echo 1 > ${PCI_DEVICES}/${address}/reset; or reboot; then resume`;
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

const DISPLAY_CONTROLLER = '0x03';
const MOST = 512;

/** Cards of a vendor, such as "1002", whether a driver has taken them or not; `ids` as "1002:731f". */
export async function displayControllers(
  machine: Machine,
  vendor: string,
): Promise<readonly { readonly address: string; readonly ids: string }[]> {
  const addresses = (await machine.list(PCI_DEVICES)).slice(0, MOST);
  const { lines } = await machine.lines(
    addresses.flatMap((address) => ['vendor', 'class', 'device'].map((name) => `${PCI_DEVICES}/${address}/${name}`)),
  );
  const at = (address: string, name: string): string => lines.get(`${PCI_DEVICES}/${address}/${name}`) ?? '';
  return addresses.flatMap((address) =>
    at(address, 'vendor') === `0x${vendor}` && at(address, 'class').startsWith(DISPLAY_CONTROLLER)
      ? [{ address, ids: `${vendor}:${bare(at(address, 'device'))}` }]
      : [],
  );
}
