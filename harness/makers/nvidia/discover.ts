/** NVIDIA cards, as their driver lists them under /proc. Needs no CUDA and starts nothing on the card. */
import { unknownDevice, type Discovery, type FoundDevice, type Look, type Machine } from '../found.ts';
import { linkChain, linkFiles, linkText, pciIdText } from '../pci.ts';
import type { DeviceDetails } from '../../model/events.ts';

const GPUS = '/proc/driver/nvidia/gpus';
const FIRST = '/dev/nvidia0';
const VERSION = '/sys/module/nvidia/version';
const PCI = '/sys/bus/pci/devices';

export async function findCuda(machine: Machine): Promise<Discovery> {
  const addresses = await machine.list(GPUS);
  const first = await machine.access(FIRST);
  const looked: Look[] = [
    { kind: 'cuda', where: GPUS, saw: addresses.length === 0 ? 'absent or empty' : `${addresses.length} GPUs` },
    {
      kind: 'cuda',
      where: FIRST,
      saw: { usable: 'there', denied: 'there, but this user may not open it', absent: 'absent' }[first],
    },
  ];
  const devices = await Promise.all(
    addresses.map((address, index) => gpuAt(machine, address, addresses.length > 1 ? index : null)),
  );
  // A container may hide /proc/driver and still pass the card in.
  if (devices.length === 0 && first !== 'absent')
    devices.push({ ...found(`NVIDIA GPU (${FIRST})`, null, [FIRST]), problem: denied(first, FIRST) });
  return { devices, looked };
}

/** `index`: place among several, in the order of PCI addresses; null when it is the only one. */
async function gpuAt(machine: Machine, address: string, index: number | null): Promise<FoundDevice> {
  const read = await machine.read(`${GPUS}/${address}/information`);
  if (read.kind === 'too-slow')
    return { ...found(`NVIDIA GPU at ${address}`, address, []), problem: 'its driver does not answer: reboot' };
  // A card that nothing has opened yet has question marks for values.
  const lines = read.kind === 'text' ? [...read.text.matchAll(/^([^:\n]+):\s*([^\s?][^?\n]*?)\s*$/gm)] : [];
  const fields = new Map(lines.map(([, name = '', value = '']) => [name, value]));
  const minor = fields.get('Device Minor') ?? '0';
  const file = `/dev/nvidia${/^\d+$/.test(minor) ? minor : '0'}`;
  const bus = fields.get('Bus Location')?.toLowerCase() ?? address;
  return {
    ...found(fields.get('Model') ?? 'NVIDIA GPU', bus, [file]),
    details: await details(machine, bus, fields),
    problem: denied(await machine.access(file), file),
    variables: index === null ? {} : binding(index, fields.get('GPU UUID')),
  };
}

/** CUDA's own order is by speed unless told otherwise. */
function binding(index: number, uuid: string | undefined): Readonly<Record<string, string>> {
  if (uuid !== undefined && /^GPU-[0-9a-f-]+$/i.test(uuid)) return { CUDA_VISIBLE_DEVICES: uuid };
  return { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: String(index) };
}

async function details(machine: Machine, address: string, fields: ReadonlyMap<string, string>): Promise<DeviceDetails> {
  const chain = await linkChain(machine, address);
  const ids = ['vendor', 'device', 'revision', 'subsystem_vendor', 'subsystem_device'];
  const { lines } = await machine.lines([
    VERSION,
    ...ids.map((name) => `${PCI}/${address}/${name}`),
    ...linkFiles(chain),
  ]);
  const [vendor, device, revision, boardVendor, board] = ids.map((name) => lines.get(`${PCI}/${address}/${name}`));
  const version = lines.get(VERSION);
  const firmware = fields.get('GPU Firmware');
  return {
    // The driver tells these to its own library alone.
    vramMib: null,
    computeUnits: null,
    pciIds: pciIdText({ vendor, device, revision, boardVendor, board }),
    vbios: fields.get('Video BIOS') ?? null,
    driver: version === undefined ? null : `nvidia ${version}`,
    firmware: firmware === undefined || firmware === 'N/A' ? {} : { gsp: firmware },
    moduleParameters: {},
    pcieLink: linkText(chain, lines),
    pcieAtomics: null,
  };
}

function denied(access: 'usable' | 'denied' | 'absent', file: string): string | null {
  if (access === 'usable') return null;
  return access === 'absent'
    ? `${file} is absent: pass the device file into the container`
    : `this user may not open ${file}`;
}

function found(name: string, pciAddress: string | null, files: readonly string[]): FoundDevice {
  return unknownDevice({ kind: 'cuda', name, pciAddress, files });
}
