/** What a person can do about a device in quarantine, by what was seen of it. Pure. */
import { makerOf } from '../../makers/makers.ts';
import type { DeviceInfo } from '../../model/events.ts';
import type { ProcessEvidence } from '../../model/attempt/evidence.ts';
import { MAKERS } from '../../model/makers.ts';
import type { Outcome } from '../../model/outcome.ts';

/** After a canary failed to the last. */
export function sickAdvice(outcome: Outcome, reason: string, device: DeviceInfo): string {
  const said = `the device is sick: the canary ${reason}`;
  const read = outcome.kind === 'error' && isCard(device) ? 'read its message, ' : '';
  return `${said}; ${read}${makerOf(device.kind).repair(device)}`;
}

/** The canary passes, and known passes of the suspect hang to the last. `reason`: of the last of them. */
export function wedgedAdvice(environment: string, reason: string, device: DeviceInfo): string {
  return `the canary passes, but in ${environment} the suspect no longer runs what it ran before: a case that had passed ${reason}. What came after its last pass there counts for nothing; ${makerOf(device.kind).repair(device)}`;
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
  const end = isCard(device)
    ? 'it ends only when the driver lets go of it: wait, then resume; if it stays, reboot'
    : 'wait until it is gone, then resume; if it stays, reboot';
  return `a process of ${what} survived SIGKILL (${where}); ${end}`;
}

function isCard({ kind }: DeviceInfo): boolean {
  return MAKERS[kind].nature === 'card';
}
