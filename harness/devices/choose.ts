/** Which of the devices found a run measures. Never a simulation and never the CPU unless asked for by name. Pure. */
import type { Discovery, FoundDevice } from './found.ts';
import { simulatedDevice } from './simulated/fate-of.ts';
import type { CardModel } from './simulated/model.ts';
import { NoVerdictError, UsageError } from '../errors.ts';
import type { DEVICE_CHOICES } from '../matrix/choices.ts';

export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

const THREE_WAYS = `there are three ways on:
  --device simulated   a simulated gfx1010: real processes with scripted fates; every output says SIMULATED
  --device cpu         real PyTorch on the CPU
  a box with a card    ROCm: /dev/kfd must be open to you (groups render and video); NVIDIA: --device cuda`;

/**
 * auto takes a ROCm card, else a CUDA card, else the graphics in the processor if ROCm serves them; of several cards the one with
 * most memory. `model` is the simulated card's, null when there is none.
 * NoVerdictError `no-device` says what was looked for and names the ways on; UsageError `no-model`.
 */
export function chooseDevice(request: DeviceChoice, found: Discovery, model: CardModel | null = null): FoundDevice {
  if (request === 'simulated') return simulated(model);
  const [best] = found.devices
    .filter((device) => device.problem === null && serves(device, request))
    .toSorted((a, b) => rank(a) - rank(b) || (b.vramMib ?? 0) - (a.vramMib ?? 0));
  if (best === undefined) throw noDevice(request, found);
  return best;
}

function serves({ kind }: FoundDevice, request: DeviceChoice): boolean {
  return request === 'auto' ? kind === 'rocm' || kind === 'cuda' : kind === request;
}

function rank({ kind, integrated }: FoundDevice): number {
  if (integrated) return 2;
  return kind === 'rocm' ? 0 : 1;
}

function simulated(model: CardModel | null): FoundDevice {
  if (model === null) {
    throw new UsageError(
      'no-model',
      'the matrix names no model for a simulated card',
      'add a line such as "simulate: models/founding-notes.yml" to the matrix; the path is relative to the matrix file',
    );
  }
  return { ...simulatedDevice(model), problem: null, integrated: false, vramMib: null, files: [], variables: {} };
}

function noDevice(request: DeviceChoice, { devices, looked }: Discovery): NoVerdictError {
  const wanted = request === 'auto' ? 'ROCm or CUDA card' : { rocm: 'ROCm card', cuda: 'CUDA card', cpu: 'CPU', simulated: 'simulated card' }[request];
  const useless = devices.flatMap((device) => (serves(device, request) && device.problem !== null ? [`  found ${device.name}: ${device.problem}`] : []));
  const places = looked.filter(({ kind }) => request === 'auto' || kind === request).map(({ where, saw }) => `  looked at ${where}: ${saw}`);
  return new NoVerdictError('no-device', [`no ${wanted} that could be used`, ...useless, ...places].join('\n'), THREE_WAYS);
}
