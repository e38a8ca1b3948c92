/**
 * What may follow what in a journal. A checksum can be made by anybody; an attempt that ends twice, or was never begun, cannot have been
 * written by bench. Lines of older programs are held to the same rules: they kept them.
 */
import { changed, type Replay } from './reader.ts';
import type { JournalEvent } from '../model/events.ts';

type Started = Extract<JournalEvent, { event: 'attempt-started' }>;

/** Events in order, each checked. `isKnown`: whether the matrix has the cell of an attempt. Throws as `replay` does, and `journal-changed`. */
export async function* inOrder(
  events: Replay,
  path: string,
  isKnown: (started: Started) => boolean,
): AsyncGenerator<JournalEvent> {
  const order = new EventOrder(isKnown);
  for await (const event of events) {
    const problem = order.see(event);
    if (problem !== null) throw changed(path, events.summary.lines, problem);
    yield event;
  }
}

export class EventOrder {
  readonly #isKnown: (started: Started) => boolean;
  /** By the id of the attempt or health probe: whether it has ended. */
  readonly #begun = new Map<string, boolean>();
  #isOpened = false;
  /** Measuring is over until the run is resumed. */
  #isOver = false;

  constructor(isKnown: (started: Started) => boolean) {
    this.#isKnown = isKnown;
  }

  /** null when bench may have written this event here, else why not. */
  see(event: JournalEvent): string | null {
    switch (event.event) {
      case 'run-opened': {
        const again = this.#isOpened;
        this.#isOpened = true;
        return again ? 'the run is opened a second time' : null;
      }
      case 'run-resumed':
        this.#isOver = false;
        return null;
      case 'run-finished':
      case 'run-interrupted':
      case 'device-quarantined':
        this.#isOver = true;
        return null;
      case 'attempt-started':
        if (!this.#isKnown(event)) return `attempt ${event.attempt} is of a cell that the matrix does not have`;
        return this.#begin(`attempt ${event.attempt}`);
      case 'health-started':
        return this.#begin(`health probe ${event.check}`);
      case 'attempt-finished':
        return this.#end(`attempt ${event.attempt}`);
      case 'health-finished':
        return this.#end(`health probe ${event.check}`);
      default:
        return null;
    }
  }

  #begin(what: string): string | null {
    if (this.#isOver) return `${what} begins after the run had ended`;
    if (this.#begun.has(what)) return `${what} begins a second time`;
    this.#begun.set(what, false);
    return null;
  }

  #end(what: string): string | null {
    const ended = this.#begun.get(what);
    if (ended === undefined) return `${what} ends and was never begun`;
    if (ended) return `${what} ends a second time`;
    this.#begun.set(what, true);
    return null;
  }
}
