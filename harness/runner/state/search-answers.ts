/**
 * What the search is told, and when: the ends of attempts pass through the health rule first, so that nothing that was made on a sick
 * device reaches it. The loop and the replay of a journal use this one class, so a resumed run has told the search the same.
 */
import type { AttemptReport } from '../../model/attempt.ts';
import type { Question, Search } from '../../search/search.ts';
import { HealthRule, type Seen, type Settled } from '../../verdicts/fold/health-rule.ts';
import { type Outcome, type OutcomeKind } from '../../model/outcome.ts';
import { gradeOf, isSuspected } from '../../model/grade.ts';

/** What the search needs to know which question an answer belongs to. */
export type Asked = Pick<Question, 'cell' | 'isolation' | 'purpose'>;

export interface LedgerPorts {
  readonly search: Search;
  readonly bad: readonly OutcomeKind[];
  /** Whether the matrix asks for canaries. */
  readonly watched: boolean;
}

/** What the search was told of one cell. */
interface Told {
  readonly outcome: Outcome;
  readonly seconds: number;
}

export class Ledger {
  readonly #search: Search;
  readonly #bad: readonly OutcomeKind[];
  readonly #rule: HealthRule;
  /** By cell and isolation, in order; what says nothing is left out. */
  readonly #told = new Map<string, Told[]>();
  /** Attempts that are over and not told. */
  readonly #waiting = new Map<string, { readonly asked: Asked; readonly outcome: Outcome; readonly seconds: number }>();

  constructor({ search, bad, watched }: LedgerPorts) {
    this.#search = search;
    this.#bad = bad;
    this.#rule = new HealthRule(watched);
  }

  /** Passes since the last canary. */
  get passes(): number {
    return this.#rule.passes;
  }

  /** After its start is recorded. */
  started(attempt: string): void {
    this.#settle(this.#rule.see({ event: 'attempt-started', attempt }));
  }

  /** After the end of an attempt is recorded. */
  finished(attempt: string, asked: Asked, report: AttemptReport): void {
    this.#waiting.set(attempt, { asked, outcome: report.outcome, seconds: report.seconds });
    this.#settle(this.#rule.see({ event: 'attempt-finished', attempt, report }));
  }

  /** After an event of a health probe is recorded. */
  see(event: Extract<Seen, { check: string }>): void {
    this.#settle(this.#rule.see(event));
  }

  tell({ cell, isolation, purpose }: Asked, outcome: Outcome, seconds: number): void {
    if (outcome.kind !== 'cancelled') {
      const place = `${cell.id} ${isolation}`;
      const known = this.#told.get(place);
      if (known === undefined) this.#told.set(place, [{ outcome, seconds }]);
      else known.push({ outcome, seconds });
    }
    const grade = gradeOf(outcome, this.#bad);
    this.#search.tell({
      cell,
      isolation,
      purpose,
      outcome: outcome.kind,
      grade,
      suspected: grade === 'bad' && isSuspected(outcome),
      seconds,
    });
  }

  told(cell: string, isolation: Asked['isolation']): readonly Told[] {
    return this.#told.get(`${cell} ${isolation}`) ?? [];
  }

  #settle(settled: readonly Settled[]): void {
    for (const { attempt, credit } of settled) {
      const one = this.#waiting.get(attempt);
      if (one === undefined) continue;
      this.#waiting.delete(attempt);
      // Void: the question stays open, as after a cancelled attempt.
      if (credit === 'void') this.tell(one.asked, { kind: 'cancelled', reason: 'made on a sick device' }, 0);
      else this.tell(one.asked, one.outcome, one.seconds);
    }
  }
}
