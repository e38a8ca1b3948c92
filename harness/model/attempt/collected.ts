/** What one look at a hanging process, or at the card under it, came to. */
import type { CollectorReport, Evidence } from './evidence.ts';

/** `note`: what a reader should know; '' for nothing. */
export interface Collected {
  readonly status: Exclude<CollectorReport['status'], 'timed-out' | 'failed'>;
  readonly note: string;
  readonly found: Partial<Evidence>;
}

export function found(evidence: Partial<Evidence>, note = ''): Collected {
  return { status: 'ok', note, found: evidence };
}

export function nothing(note: string): Collected {
  return { status: 'nothing', note, found: {} };
}

export function without(status: 'not-allowed' | 'tool-missing' | 'skipped', note: string): Collected {
  return { status, note, found: {} };
}
