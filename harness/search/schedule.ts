/**
 * One search over all lines: takes them lazily from the enumeration, in order, and keeps no cells of lines that are done.
 * Everything it knows is a fold over the answers; questions asked change nothing but what is in flight. That is what
 * makes replaying a journal the same as having lived through it.
 */
import type { Enumeration, Line } from '../model/cell.ts';
import type { LinePrior } from './line-prior.ts';
import type { Answer, Question, Search, SearchProgress } from './search.ts';
import type { LineSearch } from './line-search.ts';
import { Flights } from './flights.ts';

export type OpenLine = (line: Line) => LineSearch;

export class Schedule implements Search {
  readonly #total: number;
  readonly #rest: Iterator<Line>;
  readonly #openLine: OpenLine;
  readonly #prior: LinePrior;
  /** Lines begun, in order; the first of them is not done. */
  #begun: LineSearch[] = [];
  #exhausted = false;
  #retired = 0;
  /** Answers about lines that are not begun, by line id. */
  readonly #early = new Map<string, Answer[]>();
  readonly #flights = new Flights();

  constructor(enumeration: Enumeration, openLine: OpenLine, prior: LinePrior) {
    this.#total = enumeration.lineCount;
    this.#rest = enumeration.lines()[Symbol.iterator]();
    this.#openLine = openLine;
    this.#prior = prior;
  }

  get progress(): SearchProgress {
    const linesDone = this.#retired + this.#begun.filter((one) => this.#isOver(one)).length;
    return { linesDone, linesTotal: this.#total };
  }

  next(limit: number): readonly Question[] {
    const questions: Question[] = [];
    for (let place = 0; questions.length < limit;) {
      const search = this.#begun[place] ?? this.#begin();
      if (search === null) break;
      if (this.#isOver(search)) {
        if (place === 0) this.#retire();
        else place += 1;
        continue;
      }
      this.#flights.collect(search, questions, limit);
      place += 1;
    }
    return questions;
  }

  tell(answer: Answer): void {
    this.#flights.land(answer);
    if (!this.#flights.canAsk(answer.cell)) return;
    this.#prior.observe(answer);
    this.#flights.learnSite(answer);
    const search = this.#begun.find(({ line }) => line.id === answer.cell.line);
    if (search === undefined) this.#keep(answer);
    else search.absorb(answer);
    this.#retire();
  }

  #keep(answer: Answer): void {
    if (this.#exhausted) return;
    const early = this.#early.get(answer.cell.line);
    if (early === undefined) this.#early.set(answer.cell.line, [answer]);
    else early.push(answer);
  }

  #begin(): LineSearch | null {
    const { done, value } = this.#rest.next();
    if (done === true) {
      this.#exhausted = true;
      this.#early.clear();
      return null;
    }
    const search = this.#openLine(value);
    for (const answer of this.#early.get(value.id) ?? []) search.absorb(answer);
    this.#early.delete(value.id);
    this.#begun.push(search);
    return search;
  }

  /** Lines teach in their own order, whatever order they end in: that order is the same in a replay. */
  #retire(): void {
    let count = 0;
    for (const search of this.#begun) {
      if (!this.#isOver(search)) break;
      if (search.done) this.#prior.learn(search.line, search.turn);
      count += 1;
    }
    if (count === 0) return;
    this.#retired += count;
    this.#begun = this.#begun.slice(count);
  }

  #isOver(search: LineSearch): boolean {
    return search.done || !this.#flights.canAsk(search.line);
  }
}
