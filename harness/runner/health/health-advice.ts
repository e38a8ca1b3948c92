/** What a person can do about a device in quarantine, by what was seen of it. Pure. */
import type { DeviceInfo } from '../../model/events.ts';
import type { ProcessEvidence } from '../../model/evidence.ts';
import type { Outcome } from '../../model/outcome.ts';

/** After a canary failed to the last. */
export function sickAdvice(outcome: Outcome, reason: string, device: DeviceInfo): string {
  const said = `the device is sick: the canary ${reason}`;
  if (device.kind === 'simulated') return `${said}; a SIMULATED card is repaired when the run is resumed`;
  if (device.kind === 'cpu') return `${said}; this is the processor itself: look for what else runs on this machine`;
  return outcome.kind === 'error' ? `${said}; read its message, ${reset(device)}` : `${said}; ${reset(device)}`;
}

/** A process that survived SIGKILL. `what` is what it was doing; `process` as it was seen before the kill. */
export function unkillableAdvice(
  what: string,
  pid: number | null,
  state: string,
  process: ProcessEvidence | undefined,
  device: DeviceInfo,
): string {
  const channel = process?.waitChannel ?? null;
  const where = `pid ${pid ?? 'unknown'}, state ${state}${channel === null ? '' : `, waiting in ${channel}`}`;
  const end =
    device.kind === 'rocm' || device.kind === 'cuda'
      ? 'it ends only when the driver lets go of it: wait, then resume; if it stays, reboot'
      : 'wait until it is gone, then resume; if it stays, reboot';
  return `a process of ${what} survived SIGKILL (${where}); ${end}`;
}

function reset({ kind, pciAddress }: DeviceInfo): string {
  if (kind === 'cuda')
    return `as root: nvidia-smi --gpu-reset${pciAddress === null ? '' : ` -i ${pciAddress}`}; or reboot; then resume`;
  if (pciAddress === null) return 'reboot, then resume';
  return `as root, when nothing else uses the card: echo 1 > /sys/bus/pci/devices/${pciAddress}/reset; or reboot; then resume`;
}
