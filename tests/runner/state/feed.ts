/** Feeds one fold as the state of a run does. */
import type { NewEvent } from '../../../harness/model/events.ts';
import type { Fold } from '../../../harness/runner/state/fold.ts';
import { OpenWork } from '../../../harness/verdicts/fold/open-work.ts';

/** `between` is called after each event. */
export function feed(fold: Fold, events: Iterable<NewEvent>, between: (event: NewEvent) => void = () => {}): void {
  const open = new OpenWork();
  for (const event of events) {
    fold.apply(event, open.apply(event));
    between(event);
  }
}
