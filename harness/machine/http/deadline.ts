/**
 * A signal that is aborted when the caller's is or when time is up. `AbortSignal.any([signal, AbortSignal.timeout(…)])` is no such thing: nothing
 * holds the inner signals, and once they have been collected as garbage they never fire (Node 20). A timer and a listener hold what they will abort.
 */

export interface Deadline {
  readonly signal: AbortSignal;
  /** Whether time was up, and not the caller's signal. */
  readonly hasPassed: () => boolean;
  /** Gives the whole time anew. */
  extend(): void;
  /** To be called when it is over, however it ended. */
  end(): void;
}

/** Keeps no process alive. `why`: what the signal's reason says. */
export function deadline(signal: AbortSignal, seconds: number, why = `not over after ${seconds} s`): Deadline {
  const controller = new AbortController();
  const late = new DOMException(why, 'TimeoutError');
  const pass = (): void => controller.abort(signal.reason);
  const timer = setTimeout(() => controller.abort(late), seconds * 1000).unref();
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  return {
    signal: controller.signal,
    hasPassed: () => controller.signal.reason === late,
    extend: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', pass);
    },
  };
}
