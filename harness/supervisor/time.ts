/** Monotonic time and waiting with a limit. */

/** Seconds on a clock that never steps. */
export function now(): number {
  return performance.now() / 1000;
}

export async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

/** The promise's value, or `otherwise` when it rejects or takes longer than `seconds`. Never rejects. */
export async function within<T>(seconds: number, promise: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return otherwise;
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again, seldomer with time (2 to 20 ms), until `done` says true; false when the limit passed first. */
export async function waitUntil(done: () => boolean, limitSeconds: number): Promise<boolean> {
  const end = now() + limitSeconds;
  for (let step = 0.002; !done(); step = Math.min(step * 1.5, 0.02)) {
    const left = end - now();
    if (left <= 0) return false;
    await pause(Math.min(step, left));
  }
  return true;
}
