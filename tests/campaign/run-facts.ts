/** What a finished or killed run says of itself, read from its folder. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEvent } from '../../harness/model/events.ts';
import type { Outcome } from '../../harness/model/outcome.ts';
import type { Results } from '../../harness/model/results/results.ts';
import { eventsOf, journalOf, type EventOf } from '../cli/bench-process.ts';

export interface AttemptFact {
  readonly attempt: string;
  readonly cell: string;
  readonly case: EventOf<'attempt-started'>['cell']['case'];
  readonly purpose: string;
  readonly isolation: string;
  /** null while it is open. */
  readonly finished: EventOf<'attempt-finished'>['report'] | null;
}

/** Attempts of the matrix's own cells, in the order in which they were started: canaries are not among them. */
export function attemptsOf(events: readonly JournalEvent[]): AttemptFact[] {
  const reports = new Map(eventsOf(events, 'attempt-finished').map(({ attempt, report }) => [attempt, report]));
  return eventsOf(events, 'attempt-started')
    .filter(({ purpose }) => OWN.has(purpose))
    .map(({ attempt, cell, purpose, isolation }) => ({
      attempt,
      cell: cell.id,
      case: cell.case,
      purpose,
      isolation,
      finished: reports.get(attempt) ?? null,
    }));
}

const OWN: ReadonlySet<string> = new Set(['search', 'confirm']);

export async function attemptsIn(run: string): Promise<AttemptFact[]> {
  return attemptsOf(await journalOf(run));
}

/** Whether an attempt's end counts: not cancelled, and not a failure of the harness. */
export function counts({ finished }: AttemptFact): boolean {
  return finished !== null && finished.outcome.kind !== 'cancelled' && !isHarnessError(finished.outcome);
}

export function isHarnessError(outcome: Outcome): boolean {
  return outcome.kind === 'error' && outcome.errorClass === 'harness';
}

/** The journal's bytes as text; '' when there is none. */
export async function journalText(run: string): Promise<string> {
  return readFile(join(run, 'journal.jsonl'), 'utf8').catch(() => '');
}

/** Whole lines only. */
export function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** Everything of the results that two runs on the same card must agree on: no times of day, no measured times, no pids, no cancelled attempts. */
export function comparable(results: Results): unknown {
  return {
    status: results.run.status,
    device: results.device,
    bad: results.bad,
    axes: results.axes,
    environments: results.environments.map(({ name, status, reason }) => ({ name, status, reason })),
    lines: results.lines,
    cells: results.cells.map(({ id, verdict, basis, confirmed, attempts, badAttempts }) => ({
      id,
      verdict,
      basis,
      confirmed,
      attempts,
      badAttempts,
    })),
    attempts: results.attempts
      .filter(
        ({ purpose, report }) =>
          OWN.has(purpose) && report.outcome.kind !== 'cancelled' && !isHarnessError(report.outcome),
      )
      .map(
        ({ cell, isolation, purpose, report }) =>
          `${cell} ${isolation} ${purpose} ${JSON.stringify(timeless(report.outcome))} ${JSON.stringify(report.check)}`,
      )
      .toSorted(),
  };
}

function timeless(outcome: Outcome): unknown {
  switch (outcome.kind) {
    case 'hang':
      return { kind: outcome.kind, phase: outcome.phase, activity: outcome.activity };
    case 'slow':
      return { kind: outcome.kind, phase: outcome.phase };
    default:
      return outcome;
  }
}
