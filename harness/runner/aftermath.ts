/**
 * What a journal says of the machine, before anything is measured on it again: processes that could not be killed, and how often
 * the machine went down. Pure: a fold; whether a process still lives is asked elsewhere.
 */
import { processKey } from '../model/attempt.ts';
import type { ProcessIdentity } from '../model/attempt.ts';
import type { JournalEvent, NewEvent } from '../model/events.ts';
import { NoVerdictError } from '../model/errors.ts';

/** Finished attempts after which the machine counts as steady again. */
export const STEADY_AFTER = 10;
/** So many losses in a row, and a resume must be asked for in plain words. */
export const LOSSES_IN_A_ROW = 2;

export interface Left {
  readonly process: ProcessIdentity;
  /** The attempt or health probe that left it. */
  readonly attempt: string;
  readonly bootId: string;
}

export class Aftermath {
  /** The last resumption, from 0, that was to try the cells again that took the machine down; -1 for none. */
  retriedUpTo = -1;
  /** What ran when the machine went down, without STEADY_AFTER finished attempts between, oldest first. */
  losses: string[] = [];
  #resumed = 0;
  #finished = 0;
  #bootId = '';
  readonly #left = new Map<string, Left>();
  readonly #open = new Map<string, { readonly name: string; readonly bootId: string }>();

  see(event: JournalEvent): void {
    switch (event.event) {
      case 'run-opened':
        this.#bootId = event.bootId;
        return;
      case 'run-resumed':
        if (event.retryHostLost === true) this.retriedUpTo = this.#resumed;
        this.#resumed += 1;
        this.#bootId = event.bootId;
        return;
      case 'attempt-started':
        this.#open.set(event.attempt, { name: event.cell.id, bootId: event.bootId });
        return;
      case 'health-started':
        this.#open.set(event.check, {
          name: `the health probe ${event.check} in ${event.environment}`,
          bootId: event.bootId,
        });
        return;
      case 'attempt-finished': {
        const { outcome, cleanup } = event.report;
        this.#end(event.attempt, outcome.kind, cleanup.leftProcesses ?? []);
        return;
      }
      case 'health-finished':
        this.#end(event.check, event.outcome.kind === 'host-lost' ? 'host-lost' : 'cancelled', event.left);
        return;
      case 'process-ended':
        this.#left.delete(processKey(event.process));
        return;
    }
  }

  /** The resumption that would come next, from 0. */
  get next(): number {
    return this.#resumed;
  }

  /** Processes that could not be killed and are not known to have ended. */
  get left(): readonly Left[] {
    return [...this.#left.values()];
  }

  /** Health probes that the journal leaves open. */
  openProbes(): readonly { readonly check: string; readonly bootId: string }[] {
    return [...this.#open]
      .filter(([check]) => /^(canary|element-wise|matmul|convolution-without-dnn)\.\d+$/.test(check))
      .map(([check, { bootId }]) => ({ check, bootId }));
  }

  /** Losses in a row, with what is open now if the machine has booted since. */
  lossesUnder(bootId: string): readonly string[] {
    return [...this.losses, ...[...this.#open.values()].filter((one) => one.bootId !== bootId).map(({ name }) => name)];
  }

  #end(name: string, outcome: string, left: readonly ProcessIdentity[]): void {
    const open = this.#open.get(name);
    this.#open.delete(name);
    for (const process of left)
      this.#left.set(processKey(process), { process, attempt: name, bootId: open?.bootId ?? this.#bootId });
    if (outcome === 'host-lost') {
      this.losses.push(open?.name ?? name);
      this.#finished = 0;
    } else if (outcome !== 'cancelled') {
      this.#finished += 1;
      if (this.#finished >= STEADY_AFTER) this.losses = [];
    }
  }
}

/** Throws NoVerdictError `reboot-loop`. `told`: the person said what to do about it. */
export function refuseRebootLoop(losses: readonly string[], told: boolean): void {
  if (told || losses.length < LOSSES_IN_A_ROW) return;
  throw new NoVerdictError(
    'reboot-loop',
    `the machine went down ${losses.length} times with fewer than ${STEADY_AFTER} finished attempts between, during ${losses.join(', then ')}`,
    'look at the machine first; then --resume with --accept-host-lost goes on without these cells, with --retry-host-lost tries them again; bench judge reports what is known',
  );
}

type ProcessEnded = Extract<NewEvent, { event: 'process-ended' }>;

/** Processes that an event says could not be killed. */
export function leftBy(event: NewEvent): readonly Left[] {
  if (event.event === 'health-finished')
    return event.left.map((process) => ({ process, attempt: event.check, bootId: '' }));
  if (event.event !== 'attempt-finished') return [];
  return (event.report.cleanup.leftProcesses ?? []).map((process) => ({ process, attempt: event.attempt, bootId: '' }));
}

/** `look`: null for a process that is gone. */
export function endedBy(
  left: readonly Left[],
  look: (process: ProcessIdentity, left: Left) => unknown,
  reason: string,
): readonly ProcessEnded[] {
  return left.flatMap((one) =>
    look(one.process, one) === null
      ? [{ event: 'process-ended' as const, process: one.process, attempt: one.attempt, reason }]
      : [],
  );
}

/** Throws NoVerdictError `process-still-there`: whatever is measured beside such a process says nothing. */
export function refuseLingering(
  left: readonly Left[],
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

/** Ends a health probe that the journal leaves open. */
export function closingProbe(
  { check, bootId }: { readonly check: string; readonly bootId: string },
  currentBootId: string,
): Extract<NewEvent, { event: 'health-finished' }> {
  const survived = bootId === currentBootId;
  const reason = survived ? 'the harness ended while it ran' : 'took the machine down';
  return {
    event: 'health-finished',
    check,
    result: survived ? null : 'sick',
    outcome: survived ? { kind: 'cancelled', reason } : { kind: 'host-lost' },
    seconds: 0,
    reason,
    left: [],
  };
}
