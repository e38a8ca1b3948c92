/** What this machine has to measure on. Looks only; opens no device and asks no vendor tool, for those hang on a sick machine. */
import { findCuda } from './cuda.ts';
import type { Discovery, FoundDevice, Machine } from './found.ts';
import { machineAt } from './machine.ts';
import { findRocm } from './rocm.ts';

export { chooseDevice } from './choose.ts';

/** ROCm cards, CUDA cards and the CPU, in this order. Never rejects; bounded to 2 s for each file that does not answer. */
export async function discover(machine: Machine = machineAt('/')): Promise<Discovery> {
  const [rocm, cuda, cpu] = await Promise.all([findRocm(machine), findCuda(machine), findCpu(machine)]);
  return { devices: [...rocm.devices, ...cuda.devices, cpu], looked: [...rocm.looked, ...cuda.looked] };
}

async function findCpu(machine: Machine): Promise<FoundDevice> {
  const read = await machine.read('/proc/cpuinfo');
  const model = read.kind === 'text' ? /^model name\s*:\s*(\S.*?)\s*$/m.exec(read.text)?.[1] : undefined;
  return {
    kind: 'cpu',
    name: model ?? 'CPU',
    target: null,
    pciAddress: null,
    simulation: null,
    problem: null,
    integrated: false,
    vramMib: null,
    files: [],
    variables: {},
  };
}
