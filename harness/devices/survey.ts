/** What a person should know of the chosen card before the run, and a reader of its results afterwards. Only looks; refuses nothing. */
import { displayOf, type Display } from './desktop.ts';
import { findHolders, type Holder, type HolderView } from './holders.ts';
import type { Discovery, FoundDevice, Machine } from '../makers/found.ts';
import { ALL_MAKERS, makerOf } from '../makers/makers.ts';
import { MAKERS } from '../model/makers.ts';

/** They keep the files of every card open and use none. */
const KEEPERS: ReadonlySet<string> = new Set(
  ['systemd-logind', 'elogind', 'seatd'].concat(ALL_MAKERS.flatMap(({ keepers = [] }) => keepers)),
);
const MOST_NAMED = 8;

/** One sentence or two for each thing; empty for the CPU and simulated cards. Bounded to some seconds. Never rejects. */
export async function surveyDevice(
  machine: Machine,
  device: FoundDevice,
  found: Discovery,
  uid: number,
  own: ReadonlySet<number>,
): Promise<readonly string[]> {
  if (MAKERS[device.kind].nature !== 'card') return [];
  const maker = makerOf(device.kind);
  const { sharedFiles = [] } = maker;
  const display = device.pciAddress === null ? NO_DISPLAY : await displayOf(machine, device.pciAddress);
  const files = [...device.files, ...display.files, ...sharedFiles];
  const view = await findHolders(machine, files, uid, own, maker);
  return [
    ...choice(device, found),
    ...picture(view.holders, display),
    ...company(view, device, display, found, sharedFiles),
    ...(maker.warnings?.(device) ?? []),
  ];
}

const NO_DISPLAY: Display = { files: [], lit: [], boot: false };

/** Which card was taken is worth a word when it could have been another. */
function choice(device: FoundDevice, { devices }: Discovery): readonly string[] {
  const others = devices.filter(
    (other) => other !== device && other.kind === device.kind && other.problem === null && other.pciAddress !== null,
  );
  if (others.length === 0) return [];
  const alternatives = others.map(({ name, kind, pciAddress }) => `--device ${kind}:${pciAddress} is ${name}`);
  return [
    `there are ${others.length + 1} ${MAKERS[device.kind].label} cards here, and ${device.name}${device.pciAddress === null ? '' : ` at ${device.pciAddress}`} is measured; ${alternatives.join(', ')}`,
  ];
}

function picture(holders: readonly Holder[], { files, lit, boot }: Display): readonly string[] {
  if (lit.length === 0) return [];
  const drawing = holders.filter((holder) => draws(holder, files));
  const drawn = drawing.length === 0 ? '' : `, drawn by ${named(drawing)}`;
  return [
    `the card drives a monitor (${lit.join(', ')}${drawn}${boot ? '; the machine started on it' : ''}): a hang may freeze the desktop. Save your work, or measure over ssh with the desktop stopped`,
  ];
}

function draws({ name, files: held }: Holder, files: readonly string[]): boolean {
  return !KEEPERS.has(name) && held.some((file) => files.includes(file));
}

function company(
  { holders, limited }: HolderView,
  device: FoundDevice,
  display: Display,
  { devices }: Discovery,
  sharedFiles: readonly string[],
): readonly string[] {
  const others = holders.filter(
    (holder) => !KEEPERS.has(holder.name) && !(display.lit.length > 0 && draws(holder, display.files)),
  );
  if (others.length === 0) return [];
  const several = devices.filter(({ kind }) => kind === device.kind).length > 1;
  const sure = others.some(({ files }) => files.some((file) => !sharedFiles.includes(file))) || !several;
  const hidden = limited ? '. There may be more: processes of other users are hidden from you' : '';
  const verb = others.length === 1 ? 'has' : 'have';
  return [
    `${named(others)} ${verb} ${sure ? 'the card open' : 'the compute driver open and may use this card'}: other work changes times, and a hang may come from there${hidden}`,
  ];
}

function named(holders: readonly Holder[]): string {
  const shown = holders
    .slice(0, MOST_NAMED)
    .map(({ name, pid, own }) => `${name} (process ${pid}${own ? ', yours' : ''})`);
  const left = holders.length - shown.length;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
