/** What a journal says about a run that goes on: answers for the search, attempt ids in use, attempts left open. */
import { AttemptIds } from '../journal/attempt-ids.ts';
import { OpenAttempts, type OpenAttempt } from '../journal/open-attempts.ts';
import type { JournalEvent } from '../journal/events.ts';
import type { Search } from '../search/search.ts';
import { grade, isSuspected, type Outcome, type OutcomeKind } from '../verdicts/outcome.ts';

type Opened = Extract<JournalEvent, { event: 'run-opened' }>;
type Started = Extract<JournalEvent, { event: 'attempt-started' }>;

export class Past {
  readonly ids = new AttemptIds();
  opened: Opened | null = null;
  /** Attempts that finished with an outcome that counts. */
  finished = 0;
  readonly #open = new OpenAttempts();
  readonly #started = new Map<string, Started>();
  readonly #search: Search;
  readonly #bad: readonly OutcomeKind[];

  constructor(search: Search, bad: readonly OutcomeKind[]) {
    this.#search = search;
    this.#bad = bad;
  }

  see(event: JournalEvent): void {
    this.ids.see(event);
    this.#open.see(event);
    if (event.event === 'run-opened') this.opened = event;
    if (event.event === 'attempt-started') this.#started.set(event.attempt, event);
    if (event.event !== 'attempt-finished') return;
    const started = this.#started.get(event.attempt);
    this.#started.delete(event.attempt);
    if (started === undefined) return;
    const { outcome, seconds } = event.report;
    // A cancelled attempt says nothing, and a failure of the harness is to be tried again.
    if (outcome.kind === 'cancelled' || (outcome.kind === 'error' && outcome.errorClass === 'harness')) return;
    this.finished += 1;
    this.tell(started, outcome, seconds);
  }

  tell({ cell, isolation, purpose }: Pick<Started, 'cell' | 'isolation' | 'purpose'>, outcome: Outcome, seconds: number): void {
    this.#search.tell({ cell, isolation, purpose, outcome: outcome.kind, grade: grade(outcome.kind, this.#bad), suspected: isSuspected(outcome), seconds });
  }

  /** Attempts without an end, in the order in which they were started. */
  open(bootId: string): readonly OpenAttempt[] {
    return this.#open.settle(bootId);
  }
}
