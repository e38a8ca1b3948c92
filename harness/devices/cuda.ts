/** NVIDIA cards, as their driver lists them under /proc. Needs no CUDA and starts nothing on the card. */
import type { Discovery, FoundDevice, Look, Machine } from './found.ts';

const GPUS = '/proc/driver/nvidia/gpus';
const FIRST = '/dev/nvidia0';

export async function findCuda(machine: Machine): Promise<Discovery> {
  const addresses = await machine.list(GPUS);
  const first = await machine.access(FIRST);
  const looked: Look[] = [
    { kind: 'cuda', where: GPUS, saw: addresses.length === 0 ? 'absent or empty' : `${addresses.length} GPUs` },
    { kind: 'cuda', where: FIRST, saw: { usable: 'there', denied: 'there, but this user may not open it', absent: 'absent' }[first] },
  ];
  const devices: FoundDevice[] = [];
  for (const address of addresses) devices.push(await gpuAt(machine, address, addresses.length > 1));
  // A container may hide /proc/driver and still pass the card in.
  if (devices.length === 0 && first !== 'absent') devices.push(found(`NVIDIA GPU (${FIRST})`, null, {}, denied(first, FIRST)));
  return { devices, looked };
}

async function gpuAt(machine: Machine, address: string, isOneOfSeveral: boolean): Promise<FoundDevice> {
  const read = await machine.read(`${GPUS}/${address}/information`);
  if (read.kind === 'too-slow') return found(`NVIDIA GPU at ${address}`, address, {}, 'its driver does not answer: reboot');
  const fields = new Map(read.kind === 'text' ? [...read.text.matchAll(/^([^:\n]+):\s*(\S.*?)\s*$/gm)].map(([, name = '', value = '']) => [name, value]) : []);
  const uuid = fields.get('GPU UUID');
  const minor = fields.get('Device Minor') ?? '0';
  const file = `/dev/nvidia${/^\d+$/.test(minor) ? minor : '0'}`;
  return found(
    fields.get('Model') ?? 'NVIDIA GPU',
    fields.get('Bus Location') ?? address,
    isOneOfSeveral && uuid !== undefined ? { CUDA_VISIBLE_DEVICES: uuid } : {},
    denied(await machine.access(file), file),
  );
}

function denied(access: 'usable' | 'denied' | 'absent', file: string): string | null {
  if (access === 'usable') return null;
  return access === 'absent' ? `${file} is absent: pass the device file into the container` : `this user may not open ${file}`;
}

function found(name: string, address: string | null, variables: Readonly<Record<string, string>>, problem: string | null): FoundDevice {
  return { kind: 'cuda', name, target: null, pciAddress: address, simulation: null, problem, integrated: false, vramMib: null, variables };
}
