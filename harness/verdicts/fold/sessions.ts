/** A run is measured in one or more sessions: how it was opened, and how often and how it was resumed. Pure. */
import type { NewEvent, ProbeFingerprint } from '../../model/events.ts';

type Opened = Extract<NewEvent, { event: 'run-opened' }>;

export class Sessions {
  opened: Opened | null = null;
  /** Of the machine in the last session; '' before the first. */
  bootId = '';
  /** The probe and the version of bench of the last session that told them. */
  probe: ProbeFingerprint | null = null;
  tool = '';
  resumed = 0;
  /** The last resumption, from 0, that was to try the cells again that took the machine down; -1 for none. */
  retriedUpTo = -1;

  apply(event: NewEvent): void {
    if (event.event === 'run-opened') this.opened ??= event;
    if (event.event === 'run-resumed') {
      if (event.retryHostLost === true) this.retriedUpTo = this.resumed;
      this.resumed += 1;
    }
    if (event.event !== 'run-opened' && event.event !== 'run-resumed') return;
    this.bootId = event.bootId;
    this.probe = event.probe ?? this.probe;
    this.tool = event.tool ?? this.tool;
  }

  get known(): unknown {
    const { opened, bootId, probe, tool, resumed, retriedUpTo } = this;
    return { opened, bootId, probe, tool, resumed, retriedUpTo };
  }
}
