/**
 * The sickness of a simulated card. Pure: a fold over the run's events and a draw that depends on the seed and the attempt's id alone,
 * so a resumed run meets the card in the state in which the journal left it.
 */
import { attemptRandom } from './chance.ts';
import type { CardModel } from './model.ts';
import type { NewEvent } from '../../model/events.ts';

export class Wedge {
  readonly #wedge: CardModel['wedge'];
  readonly #seed: number;
  /** Cool-downs still needed; 0 on a healthy card. */
  #left = 0;
  #quarantined = false;

  constructor(wedge: CardModel['wedge'], seed: number) {
    this.#wedge = wedge;
    this.#seed = seed;
  }

  get sick(): boolean {
    return this.#left > 0;
  }

  get known(): unknown {
    return { left: this.#left, quarantined: this.#quarantined };
  }

  /** Every event of the journal, in its order. */
  apply(event: NewEvent): void {
    switch (event.event) {
      case 'attempt-finished':
        if (event.report.outcome.kind === 'hang') this.#hang(event.attempt);
        return;
      case 'health-started':
        if (event.why === 'retry' && this.#left > 0) this.#left -= 1;
        return;
      case 'health-finished':
        if (event.outcome.kind === 'hang') this.#hang(event.check);
        return;
      case 'device-quarantined':
        this.#quarantined = true;
        return;
      case 'run-resumed':
        if (this.#quarantined) this.#left = 0;
        this.#quarantined = false;
        return;
      default:
        return;
    }
  }

  #hang(attempt: string): void {
    if (this.#wedge === undefined || this.sick) return;
    const { probability, recovers_after: recovers } = this.#wedge;
    if (attemptRandom(this.#seed, `wedge ${attempt}`) < probability)
      this.#left = recovers === 'never' ? Number.POSITIVE_INFINITY : recovers;
  }
}
