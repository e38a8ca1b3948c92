/** What becomes of environments, said in both places at once: in the journal, which keeps it, and to whoever watches. */
import type { Observer } from '../observer.ts';
import type { Recorder } from '../state/recorder.ts';

export interface NotePorts {
  readonly recorder: Recorder;
  readonly observer: Observer;
}

/** `setting`: the one under which nothing starts; null for all of them. */
export async function tellUnavailable(
  { recorder, observer }: NotePorts,
  environment: string,
  setting: string | null,
  reason: string,
): Promise<void> {
  await recorder.append({ event: 'environment-unavailable', environment, setting, reason });
  observer({ kind: 'environment', environment, state: 'unavailable', reason });
}

/** Something that a reader of the results must know. */
export async function warn({ recorder, observer }: NotePorts, text: string): Promise<void> {
  await recorder.append({ event: 'warning', text });
  observer({ kind: 'notice', text });
}
