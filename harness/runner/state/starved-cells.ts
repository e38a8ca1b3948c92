/** Cells that were called hung while others held the cores: whoever tries one again does so in patience. Pure. */
import type { Fold } from './fold.ts';
import type { NewEvent } from '../../model/events.ts';
import { isStarved } from '../../model/grade.ts';
import type { Begun } from '../../verdicts/fold/open-work.ts';

export class StarvedCells implements Fold {
  readonly #cells = new Set<string>();

  apply(event: NewEvent, began: Begun | null): void {
    if (event.event === 'attempt-finished' && began?.event === 'attempt-started' && isStarved(event.report.outcome))
      this.#cells.add(began.cell.id);
  }

  /** cell: id. */
  has(cell: string): boolean {
    return this.#cells.has(cell);
  }

  get known(): unknown {
    return [...this.#cells];
  }
}
