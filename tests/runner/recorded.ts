/** A run whose journal is a list: what is recorded goes the way that it goes in a real one, into the journal and then into the state. */
import type { NewEvent } from '../../harness/model/events.ts';
import { Watchdog } from '../../harness/matrix/file/schema.ts';
import { recorderOf, type Recorder } from '../../harness/runner/state/recorder.ts';
import { RunState, type RunStateOptions } from '../../harness/runner/state/run-state.ts';
import type { Answer, Search } from '../../harness/search/search.ts';

export interface Recorded {
  readonly state: RunState;
  readonly recorder: Recorder;
  readonly events: NewEvent[];
}

export function recorded(search: Search, options: Partial<RunStateOptions> = {}): Recorded {
  const state = stateFor(search, options);
  const events: NewEvent[] = [];
  const append = async (event: NewEvent): Promise<void> => {
    events.push(event);
  };
  return { state, recorder: recorderOf({ append, appendDurably: append }, state), events };
}

export function stateFor(search: Search, options: Partial<RunStateOptions> = {}): RunState {
  return new RunState({
    search,
    bad: ['hang', 'unkillable', 'host-lost'],
    watched: false,
    watchdog: Watchdog.parse({}),
    variables: () => ({}),
    retriedUpTo: -1,
    ...options,
  });
}

/** Asks nothing and keeps what it is told. */
export function listening(): Search & { readonly answers: readonly Answer[] } {
  const answers: Answer[] = [];
  return { next: () => [], tell: (one) => void answers.push(one), progress: { linesDone: 0, linesTotal: 1 }, answers };
}
