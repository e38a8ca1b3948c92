/**
 * With `same_libraries: merge`: a question about an environment that is the same as an earlier one is answered by the same cell of that one, which
 * is probed only as often as it has to be. The k-th question of a cell takes the k-th answer: one attempt never counts twice.
 */
import type { AskedCell, RecordedAnswer } from './state/search-answers.ts';
import { caseKey, type Cell, type Enumeration } from '../model/cell.ts';
import type { Question } from '../search/search.ts';

export interface TwinPorts {
  readonly enumeration: Enumeration;
  /** The environment that this cell's is the same as; starts what has to be started to know. */
  sameAs(cell: Cell, signal: AbortSignal): Promise<string | null>;
  /** What the search was told of a cell so far, in order. */
  told(cell: string, isolation: AskedCell['isolation']): readonly RecordedAnswer[];
}

export class TwinAnswers {
  readonly #ports: TwinPorts;
  readonly #cells = new Map<string, ReadonlyMap<string, Cell>>();
  /** Answers that a cell has taken from its twin. */
  readonly #taken = new Map<string, number>();

  constructor(ports: TwinPorts) {
    this.#ports = ports;
  }

  /** The same question about the same cell of the earlier environment; null where there is none, or the matrix leaves that cell out. */
  async of(question: Question, signal: AbortSignal): Promise<Question | null> {
    const environment = await this.#ports.sameAs(question.cell, signal);
    if (environment === null || signal.aborted) return null;
    const cell = this.#cellsOf(environment).get(caseKey(question.cell));
    return cell === undefined ? null : { ...question, cell };
  }

  /** The next answer of `twin` that `question` has not taken yet; null while it has to be asked. */
  take(question: Question, twin: Question): RecordedAnswer | null {
    const place = `${question.cell.id} ${question.isolation}`;
    const taken = this.#taken.get(place) ?? 0;
    const told = this.#ports.told(twin.cell.id, twin.isolation)[taken] ?? null;
    if (told !== null) this.#taken.set(place, taken + 1);
    return told;
  }

  #cellsOf(environment: string): ReadonlyMap<string, Cell> {
    const known = this.#cells.get(environment);
    if (known !== undefined) return known;
    const cells = new Map<string, Cell>();
    for (const line of this.#ports.enumeration.lines()) {
      if (line.environment !== environment) continue;
      for (const cell of line.cells) cells.set(caseKey(cell), cell);
    }
    this.#cells.set(environment, cells);
    return cells;
  }
}
