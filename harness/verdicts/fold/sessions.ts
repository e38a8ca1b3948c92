/** A run is measured in one or more sessions: how it was opened, and how often and how it was resumed. Pure. */
import type { NewEvent } from '../../model/events.ts';

type Opened = Extract<NewEvent, { event: 'run-opened' }>;

export class Sessions {
  opened: Opened | null = null;
  /** Of the machine in the last session; '' before the first. */
  bootId = '';
  resumed = 0;
  /** The last resumption, from 0, that was to try the cells again that took the machine down; -1 for none. */
  retriedUpTo = -1;

  apply(event: NewEvent): void {
    if (event.event === 'run-opened') this.opened ??= event;
    if (event.event === 'run-resumed') {
      if (event.retryHostLost === true) this.retriedUpTo = this.resumed;
      this.resumed += 1;
    }
    if (event.event === 'run-opened' || event.event === 'run-resumed') this.bootId = event.bootId;
  }

  get known(): unknown {
    return { opened: this.opened, bootId: this.bootId, resumed: this.resumed, retriedUpTo: this.retriedUpTo };
  }
}
