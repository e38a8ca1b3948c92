/**
 * Which failed attempts may be believed, given what the canary said before and after them. Pure and a fold over the journal, so a
 * resumed run knows what the first one knew. The rule in words: docs/architecture.md, "The health of the device".
 */
import type { JournalEvent } from '../journal/events.ts';
import type { Outcome } from './outcome.ts';

/**
 * counts: as it is. sick-after: it counts, and the canary after it failed: here the device became sick.
 * void: made on a device that was sick or may have been; it says nothing of its cell and is to be made again.
 */
export type Credit = 'counts' | 'sick-after' | 'void';

export interface Settled {
  readonly attempt: string;
  readonly credit: Credit;
}

/** What the rule needs of an event, so that it can be fed before the event has its time. */
export type Seen =
  | Pick<Extract<JournalEvent, { event: 'attempt-finished' }>, 'event' | 'attempt' | 'report'>
  | Pick<Extract<JournalEvent, { event: 'health-started' }>, 'event' | 'check' | 'probe'>
  | Pick<Extract<JournalEvent, { event: 'health-finished' }>, 'event' | 'check' | 'result'>;

/** Whether an end can be a sign that the device itself is sick. */
export function isSuspicious(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'pass':
    case 'cancelled':
    case 'unavailable':
    // The machine has booted since: nothing is left to be asked, and the canary of the resumed run comes first.
    case 'host-lost':
      return false;
    case 'error':
      return outcome.errorClass !== 'harness';
    default:
      return true;
  }
}

export class HealthRule {
  readonly #watched: boolean;
  /** As the last canary that said anything found it. */
  #device: 'unknown' | 'healthy' | 'sick' = 'unknown';
  /** Failed attempts since then that may yet prove void. */
  #pending: string[] = [];
  /** The first failed attempt since a healthy canary: it counts whatever comes. */
  #first: string | null = null;
  #passes = 0;
  readonly #canaries = new Set<string>();

  /** `watched`: whether the matrix asks for canaries; without them every attempt counts at once. */
  constructor(watched: boolean) {
    this.#watched = watched;
  }

  /** Passes since the last canary. */
  get passes(): number {
    return this.#passes;
  }

  /** What can be said of attempts now. An attempt may be settled as `counts` and later as `sick-after`, never as both good and void. */
  see(event: Seen): readonly Settled[] {
    switch (event.event) {
      case 'attempt-finished':
        return this.#attempt(event.attempt, event.report.outcome);
      case 'health-started':
        if (event.probe === 'canary') this.#canaries.add(event.check);
        return [];
      case 'health-finished':
        if (!this.#canaries.delete(event.check) || event.result === null) return [];
        this.#passes = 0;
        return this.#canary(event.result);
    }
  }

  /** At the end of a journal: nothing was found against what is left. */
  rest(): readonly Settled[] {
    return this.#pending.splice(0).map((attempt) => ({ attempt, credit: 'counts' }));
  }

  #attempt(attempt: string, outcome: Outcome): readonly Settled[] {
    if (!this.#watched || !isSuspicious(outcome)) {
      if (outcome.kind === 'pass') this.#passes += 1;
      return [{ attempt, credit: 'counts' }];
    }
    if (this.#device === 'sick') return [{ attempt, credit: 'void' }];
    if (this.#device === 'healthy' && this.#first === null) {
      this.#first = attempt;
      return [{ attempt, credit: 'counts' }];
    }
    this.#pending.push(attempt);
    return [];
  }

  #canary(result: 'healthy' | 'sick' | 'inconclusive'): readonly Settled[] {
    const pending = this.#pending.splice(0);
    const first = this.#first;
    this.#first = null;
    if (result !== 'sick') {
      if (result === 'healthy') this.#device = 'healthy';
      return pending.map((attempt) => ({ attempt, credit: 'counts' }));
    }
    this.#device = 'sick';
    return [...(first === null ? [] : [{ attempt: first, credit: 'sick-after' as const }]), ...pending.map((attempt): Settled => ({ attempt, credit: 'void' }))];
  }
}
