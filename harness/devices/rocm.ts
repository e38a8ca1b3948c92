/** ROCm cards, as the kernel's compute driver (KFD) lists them. Needs no ROCm and starts nothing on the card. */
import type { Discovery, FoundDevice, Look, Machine } from './found.ts';
import { gfxTarget, isIntegrated, parseProperties, pciAddress } from './kfd.ts';

const NODES = '/sys/class/kfd/kfd/topology/nodes';
const KFD = '/dev/kfd';
const PCI = '/sys/bus/pci/devices';
const MARKETING_NAMES = '/usr/share/libdrm/amdgpu.ids';
const GROUPS = 'add yourself to the groups render and video (sudo usermod -aG render,video $USER) and log in again';

export async function findRocm(machine: Machine): Promise<Discovery> {
  const kfd = await machine.access(KFD);
  const nodes = await machine.list(NODES);
  const looked: Look[] = [
    { kind: 'rocm', where: KFD, saw: { usable: 'there', denied: 'there, but this user may not open it', absent: 'absent' }[kfd] },
  ];
  const found: FoundDevice[] = [];
  for (const node of nodes) {
    const device = await gpuAt(machine, `${NODES}/${node}`, kfd);
    if (device !== null) found.push(device);
  }
  looked.push({ kind: 'rocm', where: NODES, saw: nodes.length === 0 ? 'absent or empty' : `${nodes.length} nodes, ${found.length} of them GPUs` });
  if (found.length === 0) looked.push(await lookForRefusedCards(machine));
  // The runtimes count GPUs in the order of the nodes.
  const devices = found.length < 2 ? found : found.map((device, index) => ({ ...device, variables: { HIP_VISIBLE_DEVICES: String(index) } }));
  return { devices, looked };
}

/** null when the node is a processor. */
async function gpuAt(machine: Machine, node: string, kfd: 'usable' | 'denied' | 'absent'): Promise<FoundDevice | null> {
  const read = await machine.read(`${node}/properties`);
  if (read.kind === 'too-slow') return silent(node);
  if (read.kind === 'unreadable') return null;
  const properties = parseProperties(read.text);
  const number = (name: string): number => properties.get(name) ?? 0;
  if (number('simd_count') === 0) return null;
  const target = gfxTarget(number('gfx_target_version'));
  const address = pciAddress(number('domain'), number('location_id'));
  const minor = number('drm_render_minor');
  const render = `/dev/dri/renderD${minor}`;
  const card = `/sys/class/drm/renderD${minor}/device`;
  const vram = await machine.read(`${card}/mem_info_vram_total`);
  return {
    kind: 'rocm',
    name: await cardName(machine, node, card, number('vendor_id'), number('device_id')),
    target,
    pciAddress: address,
    simulation: null,
    problem: vram.kind === 'too-slow' ? `sysfs of ${address} does not answer: reboot` : await accessProblem(machine, kfd, minor === 0 ? null : render),
    integrated: isIntegrated(target, properties),
    vramMib: vram.kind === 'text' && /^\d+\s*$/.test(vram.text) ? Math.round(Number(vram.text) / 2 ** 20) : null,
    variables: {},
  };
}

function silent(node: string): FoundDevice {
  return {
    kind: 'rocm',
    name: `GPU at ${node}`,
    target: null,
    pciAddress: null,
    simulation: null,
    problem: `${node} does not answer: the driver is stuck, reboot`,
    integrated: false,
    vramMib: null,
    variables: {},
  };
}

async function accessProblem(machine: Machine, kfd: 'usable' | 'denied' | 'absent', render: string | null): Promise<string | null> {
  if (kfd === 'absent') return `${KFD} is absent: load the amdgpu driver, or pass the device file into the container`;
  if (kfd === 'denied') return `this user may not open ${KFD}: ${GROUPS}`;
  const access = render === null ? 'usable' : await machine.access(render);
  if (access === 'absent') return `${render} is absent: pass the device file into the container`;
  return access === 'denied' ? `this user may not open ${render}: ${GROUPS}` : null;
}

/** The name on the box where libdrm's table knows it; else the chip's name and PCI ids. */
async function cardName(machine: Machine, node: string, card: string, vendor: number, device: number): Promise<string> {
  const revision = await textOf(machine, `${card}/revision`);
  const table = await textOf(machine, MARKETING_NAMES);
  const wanted = [hex4(device), revision.replace(/^0x/, '')].join().toLowerCase();
  for (const line of table.split('\n')) {
    const [id = '', rev = '', ...name] = line.split(',').map((part) => part.trim());
    if (name.length > 0 && [id, rev].join().toLowerCase() === wanted) return name.join(', ');
  }
  const chip = await textOf(machine, `${node}/name`);
  return `${chip === '' ? 'AMD GPU' : `AMD ${chip}`} (${hex4(vendor)}:${hex4(device)}${revision === '' ? '' : ` rev ${revision.replace(/^0x/, '')}`})`;
}

/** A card that the driver does not offer for compute is worth a word: the kernel log then says why. */
async function lookForRefusedCards(machine: Machine): Promise<Look> {
  const refused: string[] = [];
  for (const address of (await machine.list(PCI)).slice(0, 256)) {
    if ((await textOf(machine, `${PCI}/${address}/vendor`)) !== '0x1002') continue;
    const kind = await textOf(machine, `${PCI}/${address}/class`);
    // Display controllers.
    if (kind.startsWith('0x03')) refused.push(`${address} (1002:${(await textOf(machine, `${PCI}/${address}/device`)).replace('0x', '')})`);
  }
  const saw =
    refused.length === 0
      ? 'no AMD display controller'
      : `${refused.join(', ')}: an AMD card that the driver does not offer for compute; look for "kfd" in: journalctl -k`;
  return { kind: 'rocm', where: PCI, saw };
}

async function textOf(machine: Machine, path: string): Promise<string> {
  const read = await machine.read(path);
  return read.kind === 'text' ? read.text.trim() : '';
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}
