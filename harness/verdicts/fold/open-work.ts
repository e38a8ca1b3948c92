/**
 * Which attempts and health probes a journal has begun and not ended, and what closes them. Pure.
 * What was running when the host froze must be told from what merely lost its harness: the first is never started again by itself.
 */
import { emptyReport } from '../../model/attempt/empty-report.ts';
import type { NewEvent } from '../../model/events.ts';

/** The beginning of an attempt or of a health probe. */
export type Begun = Extract<NewEvent, { event: 'attempt-started' | 'health-started' }>;
/** The end of one. */
export type Ending = Extract<NewEvent, { event: 'attempt-finished' | 'health-finished' }>;

/** Keeps what is open only, so that a replay of any length needs little memory. */
export class OpenWork {
  /** By the id of the attempt or of the check. */
  readonly #open = new Map<string, { readonly begun: Begun; hostSurvived: boolean }>();

  /** Returns the beginning of what this event ends; null for one that ends nothing, or whose beginning is not known. */
  apply(event: NewEvent): Begun | null {
    switch (event.event) {
      case 'attempt-started':
        this.#open.set(event.attempt, { begun: event, hostSurvived: false });
        return null;
      case 'health-started':
        this.#open.set(event.check, { begun: event, hostSurvived: false });
        return null;
      case 'attempt-finished':
        return this.#end(event.attempt);
      case 'health-finished':
        return this.#end(event.check);
      case 'run-resumed':
        // A harness that started again under the same boot proves that the host outlived what ran.
        for (const one of this.#open.values()) one.hostSurvived ||= one.begun.bootId === event.bootId;
        return null;
      default:
        return null;
    }
  }

  /** The events that close it all: attempts first, each kind in the order in which it was begun. */
  endings(currentBootId: string): readonly Ending[] {
    const open = [...this.#open.values()].map(({ begun, hostSurvived }) => ({
      begun,
      survived: hostSurvived || begun.bootId === currentBootId,
    }));
    return [
      ...open.flatMap(({ begun, survived }) => (begun.event === 'attempt-started' ? [endOf(begun, survived)] : [])),
      ...open.flatMap(({ begun, survived }) => (begun.event === 'health-started' ? [endOf(begun, survived)] : [])),
    ];
  }

  get known(): unknown {
    return this.#open;
  }

  #end(id: string): Begun | null {
    const begun = this.#open.get(id)?.begun ?? null;
    this.#open.delete(id);
    return begun;
  }
}

/** `survived`: the harness ended, the host did not, and it may be tried again. */
function endOf(begun: Begun, survived: boolean): Ending {
  if (begun.event === 'attempt-started') {
    const report = emptyReport(
      survived ? { kind: 'cancelled', reason: 'the harness ended while the attempt ran' } : { kind: 'host-lost' },
    );
    return { event: 'attempt-finished', attempt: begun.attempt, report };
  }
  const reason = survived ? 'the harness ended while it ran' : 'took the machine down';
  return {
    event: 'health-finished',
    check: begun.check,
    result: survived ? null : 'sick',
    outcome: survived ? { kind: 'cancelled', reason } : { kind: 'host-lost' },
    seconds: 0,
    reason,
    left: [],
  };
}
