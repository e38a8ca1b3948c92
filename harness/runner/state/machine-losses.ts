/** How often the machine went down of late, and during what. Pure. */
import type { Fold } from './fold.ts';
import type { NewEvent } from '../../model/events.ts';
import { OUTCOMES } from '../../model/outcome.ts';
import type { Begun } from '../../verdicts/fold/open-work.ts';

/** Finished attempts after which the machine counts as steady again. */
export const STEADY_AFTER = 10;

export class MachineLosses implements Fold {
  /** What ran when the machine went down, without STEADY_AFTER finished attempts between, oldest first. */
  inARow: readonly string[] = [];
  #finished = 0;

  apply(event: NewEvent, began: Begun | null): void {
    if (event.event === 'health-finished') {
      if (!OUTCOMES[event.outcome.kind].tookHost) return;
      const where = began?.event === 'health-started' ? ` in ${began.environment}` : '';
      this.#lose(`the health probe ${event.check}${where}`);
    }
    if (event.event !== 'attempt-finished') return;
    const { tookHost, says } = OUTCOMES[event.report.outcome.kind];
    if (tookHost) this.#lose(began?.event === 'attempt-started' ? began.cell.id : event.attempt);
    else if (says !== 'nothing') {
      this.#finished += 1;
      if (this.#finished >= STEADY_AFTER) this.inARow = [];
    }
  }

  get known(): unknown {
    return { inARow: this.inARow, finished: this.#finished };
  }

  #lose(what: string): void {
    this.inARow = [...this.inARow, what];
    this.#finished = 0;
  }
}
