/** Every cell of a line, as often as the matrix says; then the bad cells at which the line turns, in a fresh process. */
import type { Line } from '../model/cell.ts';
import type { Answer, Question } from './search.ts';
import { isBad, isDoubtful, isGood, type Rules, type Standing } from './cell-tally.ts';
import { LineBook, type LineSearch, type Turn } from './line-search.ts';

export class GridLine implements LineSearch {
  readonly #book: LineBook;
  readonly #rules: Rules;
  #done = false;

  constructor(line: Line, rules: Rules) {
    this.#book = new LineBook(line, rules);
    this.#rules = rules;
  }

  get line(): Line {
    return this.#book.line;
  }

  get done(): boolean {
    return this.#done;
  }

  absorb(answer: Answer): void {
    if (this.#done) return;
    this.#book.absorb(answer);
    const standings = this.#book.standings();
    this.#done = openCells(standings).length === 0 && turnsToConfirm(standings).length === 0;
  }

  questions(): Iterable<Question> {
    const standings = this.#book.standings();
    const open = openCells(standings);
    if (open.length > 0) {
      return open.map((index) => ({
        cell: this.#book.cell(index),
        isolation: this.#rules.isolation,
        purpose: 'search',
      }));
    }
    return turnsToConfirm(standings).map((index) => ({
      cell: this.#book.cell(index),
      isolation: 'spawn',
      purpose: 'confirm',
    }));
  }

  get turn(): Turn {
    return this.#book.turn;
  }
}

function openCells(standings: readonly Standing[]): readonly number[] {
  return standings.flatMap((standing, index) => (standing === 'open' || standing === 'leaning' ? [index] : []));
}

/**
 * A refuted cell counts as good here, so the next bad one then stands at the boundary and is confirmed in its place. A hasty one is confirmed on either
 * side of a good one: where the line turns good again it bounds as well.
 */
function turnsToConfirm(standings: readonly Standing[]): readonly number[] {
  const turns: number[] = [];
  let afterGood = true;
  /** The last cell that is good or bad, if it is hasty. */
  let hastyBefore: number | null = null;
  for (const [index, standing] of standings.entries()) {
    if (!isGood(standing) && !isBad(standing)) continue;
    if (isGood(standing) && hastyBefore !== null && turns.at(-1) !== hastyBefore) turns.push(hastyBefore);
    if (isDoubtful(standing) && afterGood) turns.push(index);
    afterGood = isGood(standing);
    hastyBefore = standing === 'hasty' ? index : null;
  }
  return turns;
}
