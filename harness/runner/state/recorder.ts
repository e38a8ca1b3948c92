/**
 * The one way into the journal while a run is measured. What is recorded is applied to the state as it stands in the file, in the order
 * of the file and not before it is there: a replay then teaches the same as having lived through it.
 */
import type { NewEvent } from '../../model/events.ts';

export interface Recorder {
  /** Resolves when the event is in the journal and the state knows it. */
  append(event: NewEvent): Promise<void>;
  /** The same, when the event and all before it are on the disk. */
  appendDurably(event: NewEvent): Promise<void>;
}

/** `redact`: takes out of an event what nobody else is to read; absent for events that hold nothing of the kind. */
export function recorderOf(
  journal: Recorder,
  state: { apply(event: NewEvent): void },
  redact: (event: NewEvent) => NewEvent = (event) => event,
): Recorder {
  const record = async (event: NewEvent, write: (event: NewEvent) => Promise<void>): Promise<void> => {
    const said = redact(event);
    await write(said);
    state.apply(said);
  };
  return {
    append: (event) => record(event, (said) => journal.append(said)),
    appendDurably: (event) => record(event, (said) => journal.appendDurably(said)),
  };
}
