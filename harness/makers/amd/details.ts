/** What amdgpu and KFD tell of one card beside its name. Reads sysfs only; never its serial number or unique id. */
import type { Machine } from '../found.ts';
import { parseProperties } from './kfd.ts';
import { linkChain, linkFiles, linkText, pciIdText } from '../pci.ts';
import type { DeviceDetails } from '../../model/events.ts';

const MODULE = '/sys/module/amdgpu';
/** Those that decide what happens when a queue hangs, how work is scheduled, and whether the card sleeps. */
const PARAMETERS = [
  'aspm',
  'cwsr_enable',
  'dpm',
  'gpu_recovery',
  'halt_if_hws_hang',
  'hws_max_conc_proc',
  'lockup_timeout',
  'mcbp',
  'mes',
  'no_system_mem_limit',
  'noretry',
  'ppfeaturemask',
  'queue_preemption_timeout_ms',
  'ras_enable',
  'reset_method',
  'runpm',
  'sched_policy',
  'uni_mes',
  'vm_update_mode',
];
/** Bits of a link's flags in KFD's topology: no 32-bit atomics, no 64-bit atomics. */
const NO_ATOMICS = 0b1100;
/** Kinds of memory bank: the part of the card's own memory that the processor sees, and the rest of it. */
const FRAMEBUFFERS: ReadonlySet<number | undefined> = new Set([1, 2]);

export interface AmdCard {
  /** Its folder in KFD's topology. */
  readonly node: string;
  readonly properties: ReadonlyMap<string, number>;
  /** Its folder in sysfs as a PCI device. */
  readonly folder: string;
  readonly address: string | null;
}

/** `answered` is false when a file of the card did not answer: what was read before it is in `details`. */
export async function amdDetails(
  machine: Machine,
  card: AmdCard,
): Promise<{ readonly details: DeviceDetails; readonly answered: boolean }> {
  const { folder, properties, address, node } = card;
  const firmwareNames = await machine.list(`${folder}/fw_version`);
  const chain = address === null ? [] : await linkChain(machine, address);
  const own = ['mem_info_vram_total', 'vbios_version', 'revision', 'subsystem_vendor', 'subsystem_device'].map(
    (name) => `${folder}/${name}`,
  );
  const { lines, answered } = await machine.lines([
    ...own,
    ...firmwareNames.map((name) => `${folder}/fw_version/${name}`),
    ...linkFiles(chain),
    `${MODULE}/version`,
    ...PARAMETERS.map((name) => `${MODULE}/parameters/${name}`),
  ]);
  const at = (name: string): string | undefined => lines.get(`${folder}/${name}`);
  const debug = firmwareNames.length === 0 && answered ? await debugText(machine, folder) : '';
  const firmware = firmwareNames.map(
    (name) => [name.replace(/_fw_version$/, ''), at(`fw_version/${name}`) ?? ''] as const,
  );
  const details: DeviceDetails = {
    vramMib: mebibytes(at('mem_info_vram_total')) ?? (answered ? await topologyMemory(machine, node) : null),
    computeUnits: computeUnits(properties),
    pciIds: pciIdText({
      vendor: hex(properties.get('vendor_id')),
      device: hex(properties.get('device_id')),
      revision: at('revision'),
      boardVendor: at('subsystem_vendor'),
      board: at('subsystem_device'),
    }),
    vbios: at('vbios_version') ?? /^VBIOS version:\s*(\S+)/m.exec(debug)?.[1] ?? null,
    driver: await driver(machine, lines.get(`${MODULE}/version`)),
    firmware: loaded(firmware.length > 0 ? firmware : debugFirmware(debug)),
    moduleParameters: Object.fromEntries(
      PARAMETERS.flatMap((name) => {
        const value = lines.get(`${MODULE}/parameters/${name}`);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
    pcieLink: linkText(chain, lines),
    pcieAtomics: answered ? await atomics(machine, node) : null,
  };
  return { details, answered };
}

function mebibytes(bytes: string | undefined): number | null {
  return bytes !== undefined && /^\d+$/.test(bytes) ? Math.round(Number(bytes) / 2 ** 20) : null;
}

/** The card's own memory as KFD counts it, for where the card's folder is hidden. */
async function topologyMemory(machine: Machine, node: string): Promise<number | null> {
  let bytes = 0;
  for (const bank of await machine.list(`${node}/mem_banks`)) {
    const read = await machine.read(`${node}/mem_banks/${bank}/properties`);
    const bankProperties = read.kind === 'text' ? parseProperties(read.text) : new Map<string, number>();
    if (FRAMEBUFFERS.has(bankProperties.get('heap_type'))) bytes += bankProperties.get('size_in_bytes') ?? 0;
  }
  return bytes === 0 ? null : Math.round(bytes / 2 ** 20);
}

function computeUnits(properties: ReadonlyMap<string, number>): number | null {
  const simds = properties.get('simd_count') ?? 0;
  const perUnit = properties.get('simd_per_cu') ?? 0;
  return simds > 0 && perUnit > 0 ? Math.floor(simds / perUnit) : null;
}

function hex(id: number | undefined): string | undefined {
  return id?.toString(16).padStart(4, '0');
}

/** The driver of a DKMS package has a version of its own; the kernel's has the kernel's. */
async function driver(machine: Machine, version: string | undefined): Promise<string | null> {
  if (version !== undefined) return `amdgpu ${version}`;
  return (await machine.entries(MODULE)) === 'absent' ? null : 'amdgpu of the kernel';
}

/** Root alone may read it; the number of the card is that of its first node in /dev/dri. */
async function debugText(machine: Machine, folder: string): Promise<string> {
  const number = (await machine.list(`${folder}/drm`))
    .map((name) => /^card(\d+)$/.exec(name)?.[1])
    .find((found) => found !== undefined);
  if (number === undefined) return '';
  const read = await machine.read(`/sys/kernel/debug/dri/${number}/amdgpu_firmware_info`);
  return read.kind === 'text' ? read.text : '';
}

function debugFirmware(text: string): readonly (readonly [string, string])[] {
  const lines = [...text.matchAll(/^(\S.*?) feature version: \S+, firmware version: (0x[0-9a-f]+)/gim)];
  return lines.map(([, name = '', version = '']) => [name.toLowerCase().replaceAll(' ', '_'), version]);
}

function loaded(versions: readonly (readonly [string, string])[]): Record<string, string> {
  return Object.fromEntries(versions.filter(([, version]) => version !== '' && !/^0x0*$/.test(version)));
}

async function atomics(machine: Machine, node: string): Promise<boolean | null> {
  const flags: number[] = [];
  for (const link of await machine.list(`${node}/io_links`)) {
    const read = await machine.read(`${node}/io_links/${link}/properties`);
    const linkProperties = read.kind === 'text' ? parseProperties(read.text) : new Map<string, number>();
    // Node 0 is the first processor; links to other cards say nothing of it.
    if (linkProperties.get('node_to') === 0) flags.push(linkProperties.get('flags') ?? 0);
  }
  return flags.length === 0 ? null : flags.every((flag) => (flag & NO_ATOMICS) === 0);
}
