/** Parameters of amdgpu that an unattended run does not want as they are. */
import type { FoundDevice } from '../found.ts';

interface Setting {
  readonly name: string;
  /** For a reader of the results. */
  readonly warning: string;
  /** For the doctor's screen, and what mends it. */
  readonly saw: string;
  readonly mend: string;
}

const HALTS: Setting = {
  name: 'halt_if_hws_hang',
  warning:
    'amdgpu.halt_if_hws_hang is on: after a hang the card stays halted for debugging and every later attempt fails. Set it to 0',
  saw: 'halt_if_hws_hang is on: after a hang the card stays halted',
  mend: 'echo 0 | sudo tee /sys/module/amdgpu/parameters/halt_if_hws_hang',
};
const NEVER_RESETS: Setting = {
  name: 'gpu_recovery',
  warning:
    'amdgpu.gpu_recovery is 0: the driver does not reset the card after a hang, so the first one may end the run',
  saw: 'gpu_recovery is 0: the driver does not reset a hung card, and the first hang may end the run',
  mend: 'boot with amdgpu.gpu_recovery=1',
};

export function settingsOf({ details }: FoundDevice): readonly Setting[] {
  const given = details?.moduleParameters ?? {};
  return [
    ...(/^[1-9Y]/.test(given['halt_if_hws_hang'] ?? '') ? [HALTS] : []),
    ...(given['gpu_recovery'] === '0' ? [NEVER_RESETS] : []),
  ];
}
