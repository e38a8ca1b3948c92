/** Failed attempts counted: by kind, and grouped by what they said. Hangs say nothing, so they are in no group. */
import { OUTCOMES } from '../../../harness/model/outcome.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { count } from '../words/numbers.ts';
import { sameWords } from '../words/outcome-words.ts';

export interface MessageGroup {
  /** "error (no-binary): invalid device function". */
  readonly text: string;
  readonly attempts: number;
}

export interface Messages {
  /** Most frequent first. */
  readonly shown: readonly MessageGroup[];
  /** Distinct messages beyond those. */
  readonly left: number;
}

const MOST_MESSAGES = 5;
const MOST_TEXT = 200;

export function failureMessages(results: Results): Messages {
  const groups = new Map<string, number>();
  for (const { report } of results.attempts) {
    const text = sameWords(report.outcome, MOST_TEXT);
    if (text !== null) groups.set(text, (groups.get(text) ?? 0) + 1);
  }
  const sorted = [...groups]
    .map(([text, attempts]) => ({ text, attempts }))
    .toSorted((a, b) => b.attempts - a.attempts);
  return { shown: sorted.slice(0, MOST_MESSAGES), left: Math.max(0, sorted.length - MOST_MESSAGES) };
}

/** "error ×200, crash ×45"; null when an attempt passed, or none failed. */
export function everyAttemptFailed(results: Results): string | null {
  const kinds = new Map<string, number>();
  for (const {
    report: {
      outcome: { kind },
    },
  } of results.attempts) {
    const { says } = OUTCOMES[kind];
    if (says === 'good') return null;
    if (says === 'failure') kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return kinds.size === 0
    ? null
    : [...kinds]
        .toSorted((a, b) => b[1] - a[1])
        .map(([kind, attempts]) => `${kind} ×${count(attempts)}`)
        .join(', ');
}
