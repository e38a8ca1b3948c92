/** What a run holds while it is open: its folder, the device that it measures on, and the lock of that device. */
import { userInfo } from 'node:os';
import { chooseDevice } from '../../devices/choose.ts';
import { discover } from '../../devices/discover.ts';
import type { DeviceLock } from '../../devices/device-lock.ts';
import { machineAt } from '../../devices/machine.ts';
import { rebound } from '../../devices/binding.ts';
import { surveyDevice } from '../../devices/survey.ts';
import type { LockedRun } from '../../journal/run-folder.ts';
import type { Discovery, FoundDevice } from '../../makers/found.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import { NoVerdictError } from '../../model/errors.ts';
import type { DeviceInfo } from '../../model/events.ts';
import type { DeviceChoice } from '../../model/makers.ts';
import type { ReadyRun } from '../../runner/measure-request.ts';

export interface OpenedRun extends ReadyRun {
  /** Gives the run folder and the card back; may be called twice. */
  release(): void;
}

/** The device as the journal keeps it, how probes are bound to it, and what to know of it. */
type Target = Pick<OpenedRun, 'device' | 'deviceVariables' | 'warnings'>;

/** The model of a simulated card, in the run folder. */
export const MODEL = 'model.yml';

/** What lies in the lock's folder and holds nothing up is told. `release` gives card and folder back. */
export function held(target: Target, folder: LockedRun, lock: DeviceLock | null): Target & Pick<OpenedRun, 'release'> {
  lock?.tell(folder.name, folder.path);
  const told = (lock?.passedOver ?? []).map(
    (text) => `A lock file that does not hold the card was passed over: ${text}.`,
  );
  return {
    ...target,
    warnings: [...target.warnings, ...told],
    release: () => {
      lock?.release();
      folder.release();
    },
  };
}

export async function choose(kind: DeviceChoice, address: string | null, matrix: Matrix): Promise<Target> {
  const found = await discover();
  return targetOf(chooseDevice(kind, found, address), found, matrix);
}

async function targetOf(chosen: FoundDevice, found: Discovery, matrix: Matrix): Promise<Target> {
  const { kind, name, target, pciAddress, simulation, details, variables } = chosen;
  const seen = await surveyDevice(machineAt('/'), chosen, found, userInfo().uid, new Set([process.pid]));
  return {
    device: { kind, name, target, pciAddress, simulation, ...(details === undefined ? {} : { details }) },
    deviceVariables: variables,
    warnings: [...seen, ...rebound(matrix, variables)],
  };
}

/** A run goes on with the card it began with: by PCI address, for indices change between boots. */
export async function sameDevice(wanted: DeviceInfo, matrix: Matrix): Promise<Target> {
  const all = await discover();
  const found = all.devices.find(
    ({ kind, pciAddress, problem }) => kind === wanted.kind && pciAddress === wanted.pciAddress && problem === null,
  );
  if (found !== undefined) return targetOf(found, all, matrix);
  throw new NoVerdictError(
    'device-gone',
    `the ${wanted.kind} device of this run (${wanted.name}${wanted.pciAddress === null ? '' : `, ${wanted.pciAddress}`}) is not here or cannot be used`,
    'resume on the machine it was started on, when the card answers again; bench judge works without it',
  );
}
