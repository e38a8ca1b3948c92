/** Every maker, by the kind of its devices. */
import { amd } from './amd/amd.ts';
import { cpu } from './cpu.ts';
import { intel } from './intel.ts';
import type { Maker } from './maker.ts';
import { nvidia } from './nvidia/nvidia.ts';
import { simulated } from './simulated/simulated.ts';
import { DEVICE_KINDS, type DeviceKind } from '../model/makers.ts';

const MAKER: Readonly<Record<DeviceKind, Maker>> = { rocm: amd, cuda: nvidia, xpu: intel, cpu, simulated };

/** In the order in which `auto` takes a card. */
export const ALL_MAKERS: readonly Maker[] = DEVICE_KINDS.map(makerOf);

export function makerOf(kind: DeviceKind): Maker {
  return MAKER[kind];
}
