/**
 * The one interface of every search. Pure: no clock, no file, no process, no randomness of its own; the same
 * answers in the same order always lead to the same questions, so resuming a run is replaying its journal.
 */
import type { Isolation, Purpose } from '../model/attempt/attempt.ts';
import type { Cell } from '../model/cell.ts';
import type { OutcomeKind } from '../model/outcome.ts';
import type { Grade } from '../model/grade.ts';

/** Please make one attempt of this cell. */
export interface Question {
  readonly cell: Cell;
  readonly isolation: Isolation;
  readonly purpose: Purpose;
}

/** One attempt is over. Answers to questions never asked are taken as well: a resumed journal holds them. */
export interface Answer {
  readonly cell: Cell;
  readonly isolation: Isolation;
  readonly purpose: Purpose;
  readonly outcome: OutcomeKind;
  readonly grade: Grade;
  /** A hang under a lowered limit, or of a process that was not let run: it must hang in a fresh process, with the full limits and time to run, before it bounds anything. */
  readonly suspected?: boolean;
  /** How long the attempt took: a search may learn what hangs and passes cost. */
  readonly seconds: number;
}

export interface SearchProgress {
  readonly linesDone: number;
  readonly linesTotal: number;
}

export interface Search {
  /**
   * Up to `limit` questions, most useful first; questions handed out and not yet answered are not repeated.
   * Empty while something is in flight means "wait for an answer"; empty with nothing in flight means done.
   */
  next(limit: number): readonly Question[];
  tell(answer: Answer): void;
  readonly progress: SearchProgress;
  /** What a person should hear of how it goes on from here; null or absent where there is nothing. */
  readonly says?: string | null;
}
