/**
 * Which attempts a journal leaves open, and what they become. Pure.
 * The one that was running when the host froze must be told from one whose harness was merely killed: the first is never started again by itself.
 */
import type { z } from 'zod';
import type { Isolation, Purpose } from '../../model/attempt.ts';
import { emptyReport } from '../../model/empty-report.ts';
import type { CellRef, JournalEvent, NewEvent } from '../../model/events.ts';

export interface OpenAttempt {
  readonly attempt: string;
  readonly cell: z.infer<typeof CellRef>;
  readonly isolation: Isolation;
  readonly purpose: Purpose;
  /** host-lost: the host went down while it ran. interrupted: the harness ended, the host did not; it may be tried again. */
  readonly becomes: 'host-lost' | 'interrupted';
}

type Started = Extract<JournalEvent, { event: 'attempt-started' }>;

/** Keeps the open attempts only, so that a replay of any length needs little memory. */
export class OpenAttempts {
  readonly #open = new Map<string, { readonly started: Started; hostSurvived: boolean }>();

  see(event: JournalEvent): void {
    if (event.event === 'attempt-started') this.#open.set(event.attempt, { started: event, hostSurvived: false });
    else if (event.event === 'attempt-finished') this.#open.delete(event.attempt);
    else if (event.event === 'run-resumed') {
      // A harness that started again under the same boot proves that the host outlived the attempt.
      for (const entry of this.#open.values()) entry.hostSurvived ||= entry.started.bootId === event.bootId;
    }
  }

  /** In the order in which they were started. */
  settle(currentBootId: string): readonly OpenAttempt[] {
    return [...this.#open.values()].map(({ started: { attempt, cell, isolation, purpose, bootId }, hostSurvived }) => ({
      attempt,
      cell,
      isolation,
      purpose,
      becomes: hostSurvived || bootId === currentBootId ? 'interrupted' : 'host-lost',
    }));
  }
}

/** The attempts without an attempt-finished event, in the order in which they were started. */
export function openAttempts(events: Iterable<JournalEvent>, currentBootId: string): readonly OpenAttempt[] {
  const open = new OpenAttempts();
  for (const event of events) open.see(event);
  return open.settle(currentBootId);
}

/** The event that closes an open attempt in the journal: `host-lost`, or `cancelled` for an interrupted one. */
export function closing(open: OpenAttempt): Extract<NewEvent, { event: 'attempt-finished' }> {
  const report = emptyReport(
    open.becomes === 'host-lost'
      ? { kind: 'host-lost' }
      : { kind: 'cancelled', reason: 'the harness ended while the attempt ran' },
  );
  return { event: 'attempt-finished', attempt: open.attempt, report };
}
