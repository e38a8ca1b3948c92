/**
 * What the search is told, and when: the ends of attempts pass through the health rule first, so that nothing that was made on a sick
 * device reaches it. An end that says nothing, of a cancelled attempt or of a failure of the harness, leaves its question open.
 */
import type { Fold } from './fold.ts';
import type { NewEvent } from '../../model/events.ts';
import { gradeOf, isStarved, isSuspected, leavesOpen } from '../../model/grade.ts';
import { OUTCOMES, type Outcome, type OutcomeKind } from '../../model/outcome.ts';
import type { Question, Search } from '../../search/search.ts';
import { CreditRule } from '../../verdicts/fold/credit-rule.ts';
import type { KnownPasses } from '../../verdicts/fold/known-passes.ts';
import type { Settled } from '../../verdicts/fold/health-rule.ts';
import type { Begun } from '../../verdicts/fold/open-work.ts';

/** What the search needs to know which question an answer belongs to. */
export type AskedCell = Pick<Question, 'cell' | 'isolation' | 'purpose'>;

export interface AnswerPorts {
  readonly search: Search;
  readonly bad: readonly OutcomeKind[];
  /** Whether the matrix asks for canaries. */
  readonly watched: boolean;
  /** Whether a person asked for the cells to be tried again that take the machine down now. */
  isRetried(): boolean;
}

/** What the search was told of one cell. */
export interface RecordedAnswer {
  readonly outcome: Outcome;
  readonly seconds: number;
}

export class SearchAnswers implements Fold {
  /** Attempts that finished with an outcome that counts. */
  finished = 0;
  readonly #ports: AnswerPorts;
  readonly #rule: CreditRule;
  /** By cell and isolation, in order; what says nothing is left out. */
  readonly #told = new Map<string, RecordedAnswer[]>();
  /** Attempts that are over and not told. */
  readonly #waiting = new Map<string, RecordedAnswer & { readonly asked: AskedCell }>();

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
    this.#rule = new CreditRule(ports.watched);
  }

  /** Passes since the last canary. */
  get passes(): number {
    return this.#rule.passes;
  }

  /** What can be tried again. */
  get knownPasses(): KnownPasses {
    return this.#rule.knownPasses;
  }

  apply(event: NewEvent, began: Begun | null): void {
    switch (event.event) {
      case 'attempt-finished': {
        const { outcome, seconds } = event.report;
        if (began?.event !== 'attempt-started' || this.#saysNothing(outcome)) return;
        this.finished += 1;
        this.#waiting.set(event.attempt, { asked: began, outcome, seconds });
        this.#settle(this.#rule.see(event, began));
        return;
      }
      case 'run-resumed':
      case 'attempt-started':
      case 'health-started':
      case 'health-finished':
        this.#settle(this.#rule.see(event, began));
        return;
      default:
        return;
    }
  }

  /** Answers a question of which nothing is recorded: no attempt could be made, or its twin was asked in its place. */
  tell({ cell, isolation, purpose }: AskedCell, outcome: Outcome, seconds: number): void {
    if (OUTCOMES[outcome.kind].says !== 'nothing') {
      const place = `${cell.id} ${isolation}`;
      const known = this.#told.get(place);
      if (known === undefined) this.#told.set(place, [{ outcome, seconds }]);
      else known.push({ outcome, seconds });
    }
    const grade = gradeOf(outcome, this.#ports.bad);
    this.#ports.search.tell({
      cell,
      isolation,
      purpose,
      outcome: outcome.kind,
      grade,
      suspected: (grade === 'bad' && isSuspected(outcome)) || this.#mayHang(outcome),
      seconds,
    });
  }

  /** Not let run, so that it has to be tried again. */
  #mayHang(outcome: Outcome): boolean {
    return isStarved(outcome) && this.#ports.bad.includes(outcome.kind);
  }

  /** Nothing more will be asked: what is held back is told. Returns whether there was any. */
  settleRest(): boolean {
    const rest = this.#rule.rest();
    this.#settle(rest);
    return rest.length > 0;
  }

  told(cell: string, isolation: AskedCell['isolation']): readonly RecordedAnswer[] {
    return this.#told.get(`${cell} ${isolation}`) ?? [];
  }

  get known(): unknown {
    return { finished: this.finished, told: this.#told, waiting: this.#waiting, rule: this.#rule.known };
  }

  #saysNothing(outcome: Outcome): boolean {
    return leavesOpen(outcome) || (OUTCOMES[outcome.kind].tookHost && this.#ports.isRetried());
  }

  #settle(settled: readonly Settled[]): void {
    for (const { attempt, credit } of settled) {
      const one = this.#waiting.get(attempt);
      if (one === undefined) continue;
      this.#waiting.delete(attempt);
      // Void: the question stays open, as after a cancelled attempt.
      if (credit === 'void')
        this.tell(
          one.asked,
          { kind: 'cancelled', reason: 'made on a sick device, or where the suspect no longer returned' },
          0,
        );
      else this.tell(one.asked, one.outcome, one.seconds);
    }
  }
}
