/** Attempt ids: cell id, ".", counter from 1. Feed it a replay and ids stay unique over resumes. Pure. */
import type { JournalEvent } from '../../model/events.ts';

export class AttemptIds {
  readonly #last = new Map<string, number>();

  see(event: JournalEvent): void {
    if (event.event !== 'attempt-started') return;
    const counter = Number(event.attempt.slice(event.cell.id.length + 1));
    if (Number.isSafeInteger(counter))
      this.#last.set(event.cell.id, Math.max(counter, this.#last.get(event.cell.id) ?? 0));
  }

  next(cell: string): string {
    const counter = (this.#last.get(cell) ?? 0) + 1;
    this.#last.set(cell, counter);
    return `${cell}.${counter}`;
  }
}
