/** What every part of a run's state is: a fold over the run's events and nothing else. */
import type { NewEvent } from '../../model/events.ts';
import type { Begun } from '../../verdicts/fold/open-work.ts';

export interface Fold {
  /** Every event of the run, in the order of the journal. `began`: what it ends; null for one that ends nothing, or whose beginning is not known. */
  apply(event: NewEvent, began: Begun | null): void;
  /** Everything that its answers depend on, as plain data: folds of which it is equal answer alike. */
  readonly known: unknown;
}
