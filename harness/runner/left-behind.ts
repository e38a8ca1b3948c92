/** What earlier sessions left behind on the machine, and when that forbids to measure. Pure: whether a process still lives is asked elsewhere. */
import { STEADY_AFTER } from './state/machine-losses.ts';
import type { ProcessIdentity } from '../model/attempt/attempt.ts';
import { NoVerdictError } from '../model/errors.ts';
import type { NewEvent } from '../model/events.ts';
import type { LeftProcess } from '../verdicts/fold/processes-left.ts';

/** So many losses in a row, and a resume must be asked for in plain words. */
const LOSSES_IN_A_ROW = 2;

/** `look`: null for a process that is gone. */
export function endedBy(
  left: readonly LeftProcess[],
  look: (process: ProcessIdentity, left: LeftProcess) => unknown,
  reason: string,
): readonly Extract<NewEvent, { event: 'process-ended' }>[] {
  return left.flatMap((one) =>
    look(one.process, one) === null
      ? [{ event: 'process-ended' as const, process: one.process, attempt: one.attempt, reason }]
      : [],
  );
}

/** Throws NoVerdictError `process-still-there`: whatever is measured beside such a process says nothing. */
export function refuseLingering(
  left: readonly LeftProcess[],
  look: (process: ProcessIdentity) => { readonly state: string; readonly waitChannel: string | null } | null,
): void {
  for (const { process, attempt } of left) {
    const found = look(process);
    if (found === null) continue;
    throw new NoVerdictError(
      'process-still-there',
      `pid ${process.pid}, which ${attempt} left behind, is still there (state ${found.state}${found.waitChannel === null ? '' : `, waiting in ${found.waitChannel}`}) and holds the device`,
      'wait until it is gone and resume again; if it stays, reboot and resume then',
    );
  }
}

/** Throws NoVerdictError `reboot-loop`. `losses`: what ran when the machine went down. `told`: the person said what to do about it. */
export function refuseRebootLoop(losses: readonly string[], told: boolean): void {
  if (told || losses.length < LOSSES_IN_A_ROW) return;
  throw new NoVerdictError(
    'reboot-loop',
    `the machine went down ${losses.length} times with fewer than ${STEADY_AFTER} finished attempts between, during ${losses.join(', then ')}`,
    'look at the machine first; then --resume with --accept-host-lost goes on without these cells, with --retry-host-lost tries them again; bench judge reports what is known',
  );
}
