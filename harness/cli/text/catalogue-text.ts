/** The catalogue as a person reads it: one wheel a line, or torch by ROCm. */
import { columns } from './layout.ts';
import { holdsCode, OVERRIDE, serves } from '../../catalogue/chips.ts';
import { compareTags, distinctVersions, pythonVersion, compareVersions } from '../../catalogue/order.ts';
import { wheelId } from '../../catalogue/wheel-name.ts';
import type { Catalogue, Channel, Container, Fact, Size, Wheel } from '../../catalogue/types.ts';

export interface Listing {
  readonly wheels: readonly Wheel[];
  readonly containers: readonly Container[];
  readonly channel: Channel | null;
  readonly card: string | null;
  /** Chip that was filtered by; gfx1030 is always shown. */
  readonly chip: string | null;
  readonly updates: Catalogue['updates'];
  /** Of the channel something is known, whether it fits or not. */
  readonly isListed: boolean;
  /** When nothing fits: what is nearest. */
  readonly beside: readonly string[];
}

/** Ends with a line break. "?" marks what is inferred, "-" what is not known. */
export function listText(listing: Listing): string {
  const { wheels, containers, channel } = listing;
  const rows = channel?.id === 'container' ? containerRows(containers) : wheelRows(listing);
  const table =
    rows.length > 1
      ? columns(rows)
      : listing.isListed
        ? ['nothing fits', ...listing.beside]
        : ['no wheel of this channel is known by name; read its index, as named below'];
  return `${[...table, '', ...summary(listing), ...legend(rows), ...(wheels.length > 0 || channel?.id !== 'stable' ? notes(listing) : [])].join('\n')}\n`;
}

function wheelRows({ wheels, card, chip }: Listing): readonly (readonly string[])[] {
  const more = chip === null || chip === 'gfx1030' ? [] : [chip];
  const head = [
    'torch',
    'ROCm',
    'Python',
    'MIOpen',
    'gfx1030',
    ...more,
    ...(card === null ? [] : [`on ${card}`]),
    'platform',
    'torchvision',
    'size',
  ];
  return [
    head,
    ...wheels.map((wheel) => [
      wheel.torch,
      wheel.rocm + wheel.build,
      pythonsText(wheel),
      factText(wheel.miopen),
      yesNo(wheel.gfx1030),
      ...more.map((one) => yesNo(holdsCode(wheel, one))),
      ...(card === null
        ? []
        : [{ native: 'native', override: `as ${OVERRIDE.chip}`, none: 'no code', unknown: '-' }[serves(wheel, card)]]),
      factText(wheel.platform),
      factText(wheel.torchvision),
      sizeText(wheel.size ?? Object.values(wheel.files)[0]?.size ?? null),
    ]),
  ];
}

/** Of the marks that are in the table. */
function legend(rows: readonly (readonly string[])[]): readonly string[] {
  const cells = rows.slice(1).flat();
  const marks = [
    ...(cells.some((cell) => cell.endsWith('?')) ? ['? inferred'] : []),
    ...(cells.includes('-') ? ['- not known'] : []),
    ...(cells.some((cell) => cell.endsWith('…')) ? ['… there may be more'] : []),
  ];
  return marks.length === 0 ? [] : [marks.join('   ')];
}

function containerRows(containers: readonly Container[]): readonly (readonly string[])[] {
  return [
    ['image', 'torch', 'ROCm', 'Python'],
    ...containers.map(({ image, torch, rocm, python }) => [image, torch ?? '-', rocm, python]),
  ];
}

function summary({ wheels, containers, channel, card }: Listing): readonly string[] {
  const title = channel === null ? '' : ` of channel ${channel.id}: ${channel.title}`;
  if (channel?.id === 'container') return [`${containers.length} images${title}`];
  const torches = distinctVersions(wheels.map(({ torch }) => torch));
  const rocms = distinctVersions(wheels.map(({ rocm }) => rocm));
  const newest = wheels.toSorted((a, b) => compareVersions(b.torch, a.torch) || compareVersions(b.rocm, a.rocm))[0];
  const range =
    newest === undefined ? [] : [`torch ${span(torches)}, ROCm ${span(rocms)}; newest torch: ${wheelId(newest)}`];
  const posing =
    card !== null && wheels.some((wheel) => serves(wheel, card) === 'override')
      ? [`as ${OVERRIDE.chip}: with HSA_OVERRIDE_GFX_VERSION=${OVERRIDE.value}`]
      : [];
  return [`${wheels.length} wheel${wheels.length === 1 ? '' : 's'}${title}`, ...range, ...posing];
}

function notes({ channel, updates }: Listing): readonly string[] {
  const read = updates.map(({ index, fetched }) => `with what ${index} listed on ${fetched.slice(0, 10)}`);
  if (channel === null) return read;
  const elsewhere =
    channel.id === 'stable' ? [] : [...channel.indexes.map((index) => `index: ${index}`), ...channel.notes];
  return [...elsewhere, ...read, `source: ${channel.source}`];
}

function span(versions: readonly string[]): string {
  const [first = '', last = ''] = [versions[0], versions.at(-1)];
  return first === last ? first : `${first} to ${last}`;
}

/** torch down, ROCm across; in bands where that is wider than the terminal. */
export function gridText(wheels: readonly Wheel[], width: number): string {
  const rocms = distinctVersions(wheels.map(({ rocm }) => rocm));
  if (rocms.length === 0) return 'nothing fits\n';
  const label = Math.max(5, ...wheels.map(({ torch }) => torch.length)) + 1;
  const column = Math.max(...rocms.map((rocm) => rocm.length)) + 1;
  const perBand = Math.max(1, Math.floor((width - label) / column));
  const bands: string[] = [];
  for (let first = 0; first < rocms.length; first += perBand) {
    const tags = rocms.slice(first, first + perBand);
    const torches = distinctVersions(wheels.filter(({ rocm }) => tags.includes(rocm)).map(({ torch }) => torch));
    const mark = (torch: string, rocm: string): string => {
      const wheel = wheels.find((one) => one.torch === torch && one.rocm === rocm);
      return wheel === undefined ? '.' : wheel.gfx1030 === false ? 'o' : '#';
    };
    const rows = torches.map((torch) => [torch, ...tags.map((rocm) => mark(torch, rocm))]);
    bands.push(columns([['torch', ...tags], ...rows], ' ').join('\n'));
  }
  return `${bands.join('\n\n')}\n\n# a wheel   o a wheel without gfx1030 code   ROCm from left to right\n`;
}

/** "3.8-3.11", or one by one where some are missing. */
export function pythonsText({ pythons, pythonsComplete }: Pick<Wheel, 'pythons' | 'pythonsComplete'>): string {
  const versions = pythons.toSorted(compareTags).map(pythonVersion);
  const [first, last] = [versions[0], versions.at(-1)];
  if (first === undefined || last === undefined) return '-';
  const gapless = Number(last.slice(2)) - Number(first.slice(2)) === versions.length - 1;
  const text = versions.length > 2 && gapless ? `${first}-${last}` : versions.join(', ');
  return pythonsComplete ? text : `${text} …`;
}

export function factText(fact: Fact<string> | null): string {
  return fact === null ? '-' : `${fact.value}${fact.status === 'inferred' ? '?' : ''}`;
}

export function yesNo(value: boolean | null): string {
  return value === null ? '-' : value ? 'yes' : 'no';
}

export function sizeText(size: Size | null): string {
  if (size === null) return '-';
  const mark = { exact: '', about: 'about ', least: 'over ' }[size.quality];
  return `${mark}${(size.bytes / 1e9).toFixed(1)} GB`;
}
