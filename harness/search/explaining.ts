/**
 * After the search: probes that tell explanations apart (`explain: {probes: n}`). One question at a time for each free slot, chosen anew
 * from everything that was answered, so that a resumed run goes on with the probe it would have made. Cells may lie outside the axes.
 */
import type { Answer, Question, Search, SearchProgress } from './search.ts';
import { Tally, type Rules } from './cell-tally.ts';
import { explain } from '../insight/explain.ts';
import { surroundingsOf } from '../insight/surroundings.ts';
import type { Proposal } from '../model/results/insight.ts';
import { axesOf } from '../matrix/space/axes.ts';
import { IdMaker } from '../matrix/space/cell-id.ts';
import { cellKey, type Cell, type Enumeration } from '../model/cell.ts';
import type { Matrix } from '../matrix/file/schema.ts';
import { Flights } from './flights.ts';
import { OUTCOMES } from '../model/outcome.ts';

interface TalliedCell {
  readonly cell: Cell;
  readonly tally: Tally;
  /** First tried for what explanations say of it. */
  readonly chosen: boolean;
}

export class ExplainingSearch implements Search {
  readonly #inner: Search;
  readonly #matrix: Matrix;
  readonly #enumeration: Enumeration;
  readonly #rules: Rules;
  readonly #ids: IdMaker;
  readonly #told = new Map<string, TalliedCell>();
  /** Of the search itself. */
  readonly #flights = new Flights();
  /** Cells of our own that are not answered, and those that are. */
  readonly #asking = new Map<string, Cell>();
  readonly #asked = new Map<string, Cell>();
  #proposals: readonly Proposal[] | null = null;

  constructor(inner: Search, matrix: Matrix, enumeration: Enumeration) {
    this.#inner = inner;
    this.#matrix = matrix;
    this.#enumeration = enumeration;
    // Each probe runs in a fresh process, so one try is enough to believe a bad one.
    this.#rules = { attempts: matrix.attempts, isolation: matrix.isolation };
    this.#ids = new IdMaker(matrix, axesOf(matrix));
  }

  get progress(): SearchProgress {
    return this.#inner.progress;
  }

  get says(): string | null {
    return this.#inner.says ?? null;
  }

  next(limit: number): readonly Question[] {
    const questions = this.#inner.next(limit);
    for (const question of questions) this.#flights.start(question);
    if (questions.length > 0 || !this.#flights.isEmpty) return questions;
    const left = Math.min(limit, this.#matrix.explain.probes - this.#asked.size - this.#asking.size);
    if (left <= 0) return [];
    return this.#cells(left).map((cell): Question => {
      this.#asking.set(cell.id, cell);
      return { cell, isolation: 'spawn', purpose: 'explain' };
    });
  }

  tell(answer: Answer): void {
    this.#proposals = null;
    const { cell } = answer;
    this.#flights.learnSite(answer);
    const told = this.#told.get(cell.id) ?? {
      cell,
      tally: new Tally(this.#rules),
      chosen: answer.purpose === 'explain',
    };
    this.#told.set(cell.id, told);
    told.tally.absorb(answer);
    if (answer.purpose !== 'explain') {
      this.#flights.land(answer);
      this.#inner.tell(answer);
      return;
    }
    this.#asking.delete(cell.id);
    if (OUTCOMES[answer.outcome].says !== 'nothing') this.#asked.set(cell.id, cell);
  }

  #cells(count: number): readonly Cell[] {
    this.#proposals ??= this.#propose();
    const cells = this.#proposals.map(({ place, cell }) => this.#cellOf(place, cell));
    return cells.filter(({ id }) => !this.#asking.has(id)).slice(0, count);
  }

  #propose(): readonly Proposal[] {
    const matrix = [...this.#enumeration.lines()].flatMap(({ cells }) =>
      cells.map((cell) => ({ place: cell, id: cell.id })),
    );
    const observations = [...this.#told.values()].flatMap(({ cell, tally, chosen }) => {
      const { standing, badShare } = tally;
      if (standing === 'good' || standing === 'leaning') return [{ place: cell, bad: false, chosen }];
      return standing === 'bad' || standing === 'suspect' ? [{ place: cell, bad: true, share: badShare, chosen }] : [];
    });
    const { state, proposals } = explain({
      observations,
      matrix,
      tried: new Set([...this.#asked.values()].map(cellKey)),
      surroundings: surroundingsOf(this.#matrix, () => null),
      askable: (site) => this.#flights.canAsk(site),
    });
    // What a rule predicts cannot make it one, so while there is none a hang would be waited for in vain.
    return state === 'explained' ? proposals : [];
  }

  #cellOf({ environment, setting, case: parameters }: Proposal['place'], id: string | null): Cell {
    const known = id === null ? undefined : this.#cellOfMatrix(id);
    if (known !== undefined) return known;
    const own = this.#ids.cell(environment, setting, parameters);
    return { id: own, environment, setting, case: parameters, line: own, position: 0 };
  }

  #cellOfMatrix(id: string): Cell | undefined {
    for (const { cells } of this.#enumeration.lines()) {
      const found = cells.find((cell) => cell.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
