/** Processes that could not be killed, and which of them have ended at last. Pure. */
import type { Sessions } from './sessions.ts';
import { processKey, type ProcessIdentity } from '../../model/attempt/attempt.ts';
import type { NewEvent } from '../../model/events.ts';

export interface LeftProcess {
  readonly process: ProcessIdentity;
  /** The attempt or health probe that left it. */
  readonly attempt: string;
  readonly bootId: string;
  /** How it is known to have ended; null while it is not. */
  readonly ended: string | null;
}

export class ProcessesLeft {
  readonly #sessions: Sessions;
  readonly #left = new Map<string, LeftProcess>();

  constructor(sessions: Sessions) {
    this.#sessions = sessions;
  }

  apply(event: NewEvent): void {
    if (event.event === 'attempt-finished') this.#leave(event.attempt, event.report.cleanup.leftProcesses ?? []);
    if (event.event === 'health-finished') this.#leave(event.check, event.left);
    if (event.event !== 'process-ended') return;
    const key = processKey(event.process);
    const known = this.#left.get(key);
    if (known !== undefined) this.#left.set(key, { ...known, ended: event.reason });
  }

  get all(): readonly LeftProcess[] {
    return [...this.#left.values()];
  }

  /** Those that are not known to have ended. */
  get still(): readonly LeftProcess[] {
    return this.all.filter(({ ended }) => ended === null);
  }

  get known(): unknown {
    return this.#left;
  }

  #leave(attempt: string, processes: readonly ProcessIdentity[]): void {
    const { bootId } = this.#sessions;
    for (const process of processes) this.#left.set(processKey(process), { process, attempt, bootId, ended: null });
  }
}
