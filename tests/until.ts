/** Waiting for what another process does. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until the condition holds; the limit is far beyond what a busy machine needs. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (holds()) return;
    await sleep(50);
  }
  throw new Error(`never: ${what}`);
}
