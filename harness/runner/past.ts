/** What a journal says about a run that goes on: answers for the search, attempt ids in use, attempts left open. */
import type { Asked, Ledger } from './state/search-answers.ts';
import { AttemptIds } from './state/run-ids.ts';
import { OpenAttempts, type OpenAttempt } from '../verdicts/fold/open-work.ts';
import type { JournalEvent } from '../model/events.ts';
import { OUTCOMES } from '../model/outcome.ts';
import type { Outcome } from '../model/outcome.ts';
import { leavesOpen } from '../model/grade.ts';

type Opened = Extract<JournalEvent, { event: 'run-opened' }>;
type Started = Extract<JournalEvent, { event: 'attempt-started' }>;

export class Past {
  readonly ids = new AttemptIds();
  opened: Opened | null = null;
  /** Attempts that finished with an outcome that counts. */
  finished = 0;
  /** How often the run was resumed so far. */
  #resumed = 0;
  readonly #retriedUpTo: number;
  readonly #open = new OpenAttempts();
  readonly #started = new Map<string, Started>();
  readonly #ledger: Ledger;

  /** `retriedUpTo`: up to which resumption, from 0, a person asked for the cells that took the machine down to be tried again; -1 for none. */
  constructor(ledger: Ledger, retriedUpTo = -1) {
    this.#ledger = ledger;
    this.#retriedUpTo = retriedUpTo;
  }

  see(event: JournalEvent): void {
    this.ids.see(event);
    this.#open.see(event);
    if (event.event === 'run-opened') this.opened = event;
    if (event.event === 'run-resumed') this.#resumed += 1;
    if (event.event === 'attempt-started') {
      this.#started.set(event.attempt, event);
      this.#ledger.started(event.attempt);
    }
    if (event.event === 'health-started' || event.event === 'health-finished') this.#ledger.see(event);
    if (event.event !== 'attempt-finished') return;
    const started = this.#started.get(event.attempt);
    this.#started.delete(event.attempt);
    if (started === undefined) return;
    const { outcome } = event.report;
    // A cancelled attempt says nothing, and a failure of the harness is to be tried again.
    if (leavesOpen(outcome) || (OUTCOMES[outcome.kind].tookHost && this.#isRetried)) return;
    this.finished += 1;
    this.#ledger.finished(event.attempt, started, event.report);
  }

  tell(asked: Asked, outcome: Outcome, seconds: number): void {
    if (OUTCOMES[outcome.kind].tookHost && this.#isRetried) return;
    this.#ledger.tell(asked, outcome, seconds);
  }

  /** Attempts without an end, in the order in which they were started. */
  open(bootId: string): readonly OpenAttempt[] {
    return this.#open.settle(bootId);
  }

  get #isRetried(): boolean {
    return this.#resumed <= this.#retriedUpTo;
  }
}
