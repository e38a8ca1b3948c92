/** What a search has asked and not heard of yet, by line, and the sites that could not be built: nothing can be asked there. */
import type { Line } from '../model/cell.ts';
import { siteKey, type Site } from '../model/site.ts';
import type { Answer, Question } from './search.ts';

/** Asks about one line: the questions open now, those in flight included; `inFlight` is how many are. */
interface Asking {
  readonly line: Pick<Line, 'id'>;
  questions(inFlight: number): Iterable<Question>;
}

export class Flights {
  readonly #byLine = new Map<string, Set<string>>();
  readonly #unavailable = new Set<string>();

  get isEmpty(): boolean {
    return this.#byLine.size === 0;
  }

  isBusy({ id }: Pick<Line, 'id'>): boolean {
    return this.#byLine.has(id);
  }

  /** Whether the question was not in flight yet. */
  start(question: Question): boolean {
    const { line } = question.cell;
    const known = this.#byLine.get(line) ?? new Set<string>();
    this.#byLine.set(line, known);
    const isNew = !known.has(flightKey(question));
    known.add(flightKey(question));
    return isNew;
  }

  /** Starts what a line asks, until there are `limit` questions. */
  collect(asking: Asking, questions: Question[], limit: number): void {
    for (const question of asking.questions(this.#byLine.get(asking.line.id)?.size ?? 0)) {
      if (questions.length >= limit) break;
      if (this.start(question)) questions.push(question);
    }
  }

  land(answer: Answer): void {
    const { line } = answer.cell;
    const known = this.#byLine.get(line);
    known?.delete(flightKey(answer));
    if (known?.size === 0) this.#byLine.delete(line);
  }

  /** An answer may say that its site cannot be had. */
  learnSite({ cell, outcome }: Answer): void {
    if (outcome === 'unavailable') this.#unavailable.add(siteKey(cell));
  }

  canAsk(site: Site): boolean {
    return this.#unavailable.size === 0 || !this.#unavailable.has(siteKey(site));
  }
}

function flightKey({ cell, purpose }: Pick<Question, 'cell' | 'purpose'>): string {
  return `${purpose} ${cell.id}`;
}
