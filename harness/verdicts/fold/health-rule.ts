/**
 * Which failed attempts may be believed, given what the canary said before and after them. Pure and a fold over the journal, so a
 * resumed run knows what the first one knew. The rule in words: docs/architecture.md, "The health of the device".
 */
import type { JournalEvent } from '../../model/events.ts';
import { OUTCOMES, type Outcome } from '../../model/outcome.ts';
import { isHarnessFailure } from '../../model/grade.ts';

/**
 * counts: as it is. sick-after: it counts, and the canary or the witness after it failed: here the device, or the suspect on it, became sick.
 * void: made on a device that was sick or may have been; it says nothing of its cell and is to be made again.
 */
export type Credit = 'counts' | 'sick-after' | 'void';

export interface Settled {
  readonly attempt: string;
  readonly credit: Credit;
}

/** What the rule needs of an event, so that it can be fed before the event has its time. */
export type Seen =
  | Pick<Extract<JournalEvent, { event: 'attempt-started' }>, 'event' | 'attempt'>
  | Pick<Extract<JournalEvent, { event: 'attempt-finished' }>, 'event' | 'attempt' | 'report'>
  | Pick<Extract<JournalEvent, { event: 'health-started' }>, 'event' | 'check' | 'probe'>
  | Pick<Extract<JournalEvent, { event: 'health-finished' }>, 'event' | 'check' | 'result'>;

/** Whether an end can be a sign that the device itself is sick. */
export function isSuspicious(outcome: Outcome): boolean {
  const { says, tookHost } = OUTCOMES[outcome.kind];
  // Where the machine has booted since, nothing is left to be asked, and the canary of the resumed run comes first.
  return says === 'failure' && !tookHost && !isHarnessFailure(outcome);
}

/** A failed attempt, with its place in the order of events. */
interface Failed {
  readonly attempt: string;
  readonly at: number;
}

export class HealthRule {
  readonly #watched: boolean;
  /** Events so far: probes at the same time end in another order than they began, and an answer speaks of no later moment than its beginning. */
  #now = 0;
  /** As the last canary that said anything found it. */
  #device: 'unknown' | 'healthy' | 'sick' = 'unknown';
  /** When a canary last said so. */
  #sickAt = -1;
  /** Failed attempts since then that may yet prove void. */
  #pending: readonly Failed[] = [];
  /** The first failed attempt since a healthy canary: it counts whatever comes. */
  #first: Failed | null = null;
  #passes = 0;
  /** What runs, with the moment at which it began. */
  readonly #canaries = new Map<string, number>();
  readonly #running = new Map<string, { readonly since: number; readonly onSick: boolean }>();

  /** `watched`: whether the matrix asks for canaries; without them every attempt counts at once. */
  constructor(watched: boolean) {
    this.#watched = watched;
  }

  /** Passes since the last canary. */
  get passes(): number {
    return this.#passes;
  }

  get known(): unknown {
    return {
      now: this.#now,
      device: this.#device,
      sickAt: this.#sickAt,
      pending: this.#pending,
      first: this.#first,
      passes: this.#passes,
      canaries: this.#canaries,
      running: this.#running,
    };
  }

  /** What can be said of attempts now. An attempt may be settled as `counts` and later as `sick-after`, never as both good and void. */
  see(event: Seen): readonly Settled[] {
    this.#now += 1;
    switch (event.event) {
      case 'attempt-started':
        this.#running.set(event.attempt, { since: this.#now, onSick: this.#device === 'sick' });
        return [];
      case 'attempt-finished':
        return this.#attempt(event.attempt, event.report.outcome);
      case 'health-started':
        if (event.probe === 'canary') this.#canaries.set(event.check, this.#now);
        return [];
      case 'health-finished': {
        const since = this.#canaries.get(event.check);
        this.#canaries.delete(event.check);
        if (since === undefined || event.result === null) return [];
        this.#passes = 0;
        return event.result === 'sick' ? this.#sick() : this.#notSick(event.result, since);
      }
    }
  }

  /** At the end of a journal: nothing was found against what is left. */
  rest(): readonly Settled[] {
    return this.#settle(() => true, 'counts');
  }

  #attempt(attempt: string, outcome: Outcome): readonly Settled[] {
    const ran = this.#running.get(attempt);
    this.#running.delete(attempt);
    if (!this.#watched || !isSuspicious(outcome)) {
      if (outcome.kind === 'pass') this.#passes += 1;
      return [{ attempt, credit: 'counts' }];
    }
    if (this.#device === 'sick' || (ran !== undefined && (ran.onSick || ran.since < this.#sickAt)))
      return [{ attempt, credit: 'void' }];
    const failed = { attempt, at: this.#now };
    if (this.#device === 'healthy' && this.#first === null && this.#pending.length === 0) {
      this.#first = failed;
      return [{ attempt, credit: 'counts' }];
    }
    this.#pending = [...this.#pending, failed];
    return [];
  }

  #sick(): readonly Settled[] {
    const first = this.#first;
    this.#first = null;
    this.#device = 'sick';
    this.#sickAt = this.#now;
    return [
      ...(first === null ? [] : [{ attempt: first.attempt, credit: 'sick-after' as const }]),
      ...this.#settle(() => true, 'void'),
    ];
  }

  /** It vouches for what had ended before it began. */
  #notSick(result: 'healthy' | 'inconclusive', since: number): readonly Settled[] {
    if (since < this.#sickAt) return [];
    if (result === 'healthy') this.#device = 'healthy';
    if (this.#first !== null && this.#first.at < since) this.#first = null;
    return this.#settle(({ at }) => at < since, 'counts');
  }

  #settle(which: (failed: Failed) => boolean, credit: Credit): readonly Settled[] {
    const settled = this.#pending.filter(which);
    this.#pending = this.#pending.filter((one) => !which(one));
    return settled.map(({ attempt }) => ({ attempt, credit }));
  }
}
