/** ROCm cards, as the kernel's compute driver (KFD) lists them. Needs no ROCm and starts nothing on the card. */
import { amdDetails } from './details.ts';
import { gfxTarget, isIntegrated, parseProperties, pciAddress } from './kfd.ts';
import type { Access } from '../maker.ts';
import { displayControllers, PCI_DEVICES } from '../pci.ts';
import { GROUPS, renderProblem } from '../render-files.ts';
import { unknownDevice, type Discovery, type FoundDevice, type Look, type Machine } from '../found.ts';

const NODES = '/sys/class/kfd/kfd/topology/nodes';
const KFD = '/dev/kfd';

/** A node of the topology. */
type Node =
  /** `counted`: the runtimes give it an index, which they do only when its render file can be opened. */
  | { readonly kind: 'gpu'; readonly device: FoundDevice; readonly counted: boolean }
  | { readonly kind: 'processor' }
  /** Its file is there and says nothing that could be understood. */
  | { readonly kind: 'broken'; readonly name: string };

export async function findRocm(machine: Machine): Promise<Discovery> {
  const kfd = await machine.access(KFD);
  const names = await machine.list(NODES);
  const nodes = await Promise.all(names.map((name) => nodeAt(machine, name, kfd)));
  const gpus = nodes.flatMap((node) => (node.kind === 'gpu' ? [node] : []));
  const broken = nodes.flatMap((node) => (node.kind === 'broken' ? [node.name] : []));
  const looked: Look[] = [
    {
      kind: 'rocm',
      where: KFD,
      saw: { usable: 'there', denied: 'there, but this user may not open it', absent: 'absent' }[kfd],
    },
    {
      kind: 'rocm',
      where: NODES,
      saw:
        names.length === 0
          ? 'absent or empty'
          : `${names.length} nodes, ${gpus.length} of them GPUs${broken.length === 0 ? '' : `; nothing could be understood of node ${broken.join(', ')}: look for "kfd" in journalctl -k`}`,
    },
  ];
  if (gpus.length === 0) looked.push(await refusedCards(machine));
  return { devices: bound(gpus), looked };
}

/**
 * ROCR_VISIBLE_DEVICES counts the GPUs in the order of KFD's nodes, which need not be that of their PCI addresses. It counts those as well that a
 * version of ROCm has no code for; the indices of HIP_VISIBLE_DEVICES leave them out, and so mean another card from one version to the next.
 */
function bound(gpus: readonly { readonly device: FoundDevice; readonly counted: boolean }[]): readonly FoundDevice[] {
  const order = gpus.filter(({ counted }) => counted).map(({ device }) => device);
  return gpus.map(({ device }) => {
    const index = order.indexOf(device);
    return order.length < 2 || index < 0 ? device : { ...device, variables: { ROCR_VISIBLE_DEVICES: String(index) } };
  });
}

async function nodeAt(machine: Machine, name: string, kfd: Access): Promise<Node> {
  const node = `${NODES}/${name}`;
  const read = await machine.read(`${node}/properties`);
  // It may be the card: without it the others' indices cannot be known, so it keeps its place.
  if (read.kind === 'too-slow') return { kind: 'gpu', device: silent(node), counted: true };
  // Containers hide the nodes of other containers' cards that way.
  if (read.kind === 'unreadable') return { kind: 'processor' };
  const properties = parseProperties(read.text);
  if (!properties.has('simd_count') && !properties.has('cpu_cores_count')) return { kind: 'broken', name };
  if ((properties.get('simd_count') ?? 0) === 0) return { kind: 'processor' };
  return gpuAt(machine, node, properties, kfd);
}

async function gpuAt(
  machine: Machine,
  node: string,
  properties: ReadonlyMap<string, number>,
  kfd: Access,
): Promise<Node> {
  const target = gfxTarget(properties.get('gfx_target_version') ?? 0);
  const location = properties.get('location_id');
  const address = location === undefined ? null : pciAddress(properties.get('domain') ?? 0, location);
  const minor = properties.get('drm_render_minor') ?? 0;
  const render = minor === 0 ? null : `/dev/dri/renderD${minor}`;
  const folder = minor === 0 ? `${PCI_DEVICES}/${address ?? 'unknown'}` : `/sys/class/drm/renderD${minor}/device`;
  const { details, answered } = await amdDetails(machine, { node, properties, folder, address });
  const renderAccess = render === null ? 'usable' : await machine.access(render);
  const device: FoundDevice = {
    kind: 'rocm',
    name: await amdName(machine, node, details.pciIds),
    target,
    pciAddress: address,
    simulation: null,
    details,
    problem: answered
      ? accessProblem(kfd, render, renderAccess)
      : `sysfs of ${address ?? node} does not answer: reboot`,
    integrated: isIntegrated(target, properties),
    vramMib: details.vramMib,
    files: render === null ? [] : [render],
    variables: {},
  };
  return { kind: 'gpu', device, counted: renderAccess === 'usable' };
}

function silent(node: string): FoundDevice {
  return unknownDevice({
    kind: 'rocm',
    name: `GPU at ${node}`,
    problem: `${node} does not answer: the driver is stuck, reboot`,
  });
}

function accessProblem(kfd: Access, render: string | null, renderAccess: Access): string | null {
  if (kfd === 'absent') return `${KFD} is absent: load the amdgpu driver, or pass the device file into the container`;
  if (kfd === 'denied') return `this user may not open ${KFD}: ${GROUPS}`;
  return render === null ? null : renderProblem(render, renderAccess);
}

/** libdrm's table: by device id and revision. */
const MARKETING_NAMES = '/usr/share/libdrm/amdgpu.ids';

/** The name on the box where libdrm's table knows it; else the chip's name and PCI ids. `pciIds` as in DeviceDetails; null when the driver does not tell them. */
async function amdName(machine: Machine, node: string, pciIds: string | null): Promise<string> {
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

/** AMD cards that the driver does not offer for compute are worth a word: the kernel log then says why. */
async function refusedCards(machine: Machine): Promise<Look> {
  const refused = await displayControllers(machine, '1002');
  if (refused.length === 0) return { kind: 'rocm', where: PCI_DEVICES, saw: 'no AMD display controller' };
  const named = refused.map(({ address, ids }) => `${address} (${ids})`).join(', ');
  return {
    kind: 'rocm',
    where: PCI_DEVICES,
    saw: `${named}: an AMD card that the driver does not offer for compute; look for "kfd" in: journalctl -k`,
    mend: 'journalctl -k | grep -iE "kfd|amdgpu"',
  };
}
