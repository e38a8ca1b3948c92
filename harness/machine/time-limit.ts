/**
 * `signal`, or aborted when that many seconds have passed. `AbortSignal.any([signal, AbortSignal.timeout(…)])` is no such thing: nothing holds the
 * inner signal, and once it has been collected as garbage it never fires (Node 20). A timer holds what it will abort, and keeps no process alive.
 */
export function limited(signal: AbortSignal, seconds: number): AbortSignal {
  const late = new AbortController();
  setTimeout(() => late.abort(new DOMException(`not over after ${seconds} s`, 'TimeoutError')), seconds * 1000).unref();
  return AbortSignal.any([signal, late.signal]);
}
