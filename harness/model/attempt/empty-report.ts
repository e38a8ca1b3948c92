/** The report of an attempt of which nothing but its end is known. */
import type { AttemptReport } from './attempt.ts';
import type { Outcome } from '../outcome.ts';

/** A report that holds an outcome and nothing measured. */
export function emptyReport(outcome: Outcome): AttemptReport {
  return {
    outcome,
    seconds: 0,
    phases: [],
    timing: null,
    check: null,
    cpuSeconds: null,
    maxRssKib: null,
    evidence: null,
    cleanup: { signals: [], reapSeconds: null, swept: 0, left: [] },
  };
}
