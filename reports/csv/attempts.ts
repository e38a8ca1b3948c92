/** attempts.csv: one line for each attempt, in the journal's order. Columns: docs/csv-columns.md. */
import type { Readable } from 'node:stream';
import { median } from 'simple-statistics';
import type { AttemptResult, CellResult, Results } from '../../harness/model/results/results.ts';
import { becauseWords } from '../findings/words/deadline-words.ts';
import { csvTable, parameterNames, withParameters } from './table.ts';
import { ownWords } from '../findings/words/outcome-words.ts';

export function attemptsCsv(results: Results): Readable {
  const cells = new Map([...results.cells, ...(results.outside ?? [])].map((cell) => [cell.id, cell]));
  const cellOf = (attempt: AttemptResult): CellResult | undefined => cells.get(attempt.cell);
  const simulated = results.device.simulation !== null;
  const columns = withParameters<AttemptResult>(
    [
      { name: 'attempt', value: (one) => one.id },
      { name: 'cell', value: (one) => one.cell },
      { name: 'environment', value: (one) => cellOf(one)?.environment ?? null },
      { name: 'setting', value: (one) => cellOf(one)?.setting ?? null },
      null,
      { name: 'purpose', value: (one) => one.purpose },
      { name: 'isolation', value: (one) => one.isolation },
      { name: 'started_at', value: (one) => one.startedAt },
      { name: 'outcome', value: (one) => one.report.outcome.kind },
      { name: 'phase', value: ({ report: { outcome } }) => ('phase' in outcome ? outcome.phase : null) },
      { name: 'activity', value: ({ report: { outcome } }) => (outcome.kind === 'hang' ? outcome.activity : null) },
      {
        name: 'silent_seconds',
        value: ({ report: { outcome } }) => (outcome.kind === 'hang' ? outcome.silentSeconds : null),
      },
      {
        name: 'limit',
        value: ({ report: { outcome } }) =>
          outcome.kind === 'hang' || outcome.kind === 'slow'
            ? outcome.kind === 'hang' && outcome.limit === 'adaptive'
              ? 'adaptive'
              : 'full'
            : null,
      },
      {
        name: 'starved',
        value: ({ report: { outcome } }) => (outcome.kind === 'hang' ? outcome.starved === true : null),
      },
      {
        name: 'limit_seconds',
        value: ({ report: { outcome } }) => ('because' in outcome ? (outcome.because?.limitSeconds ?? null) : null),
      },
      { name: 'because', free: true, value: (one) => becauseWords(one.report.outcome) },
      {
        name: 'signal',
        free: true,
        value: ({ report: { outcome } }) => (outcome.kind === 'crash' ? outcome.signal : null),
      },
      {
        name: 'error_class',
        value: ({ report: { outcome } }) => (outcome.kind === 'error' ? outcome.errorClass : null),
      },
      { name: 'message', free: true, value: (one) => ownWords(one.report.outcome) },
      { name: 'signatures', free: true, value: (one) => one.report.evidence?.signatures.join(' ') ?? null },
      {
        name: 'signature_meanings',
        free: true,
        value: (one) =>
          one.report.evidence?.sightings?.map(({ id, meaning }) => `${id}: ${meaning}`).join('; ') ?? null,
      },
      { name: 'seconds', value: (one) => one.report.seconds },
      { name: 'first_run_seconds', value: (one) => one.report.timing?.firstRun ?? null },
      { name: 'runs', value: (one) => one.report.timing?.runs.length ?? null },
      {
        name: 'median_run_seconds',
        value: ({ report: { timing } }) => (timing == null || timing.runs.length === 0 ? null : median(timing.runs)),
      },
      { name: 'flops', value: (one) => one.report.timing?.flops ?? null },
      { name: 'bytes', value: (one) => one.report.timing?.bytes ?? null },
      { name: 'check_matches', value: (one) => one.report.check?.matches ?? null },
      { name: 'check_max_error', value: (one) => one.report.check?.maxError ?? null },
      { name: 'check_tolerance', value: (one) => one.report.check?.tolerance ?? null },
      { name: 'cpu_seconds', value: (one) => one.report.cpuSeconds },
      { name: 'max_rss_kib', value: (one) => one.report.maxRssKib },
      { name: 'kill_signals', value: (one) => one.report.cleanup.signals.join(' ') || null },
      { name: 'reap_seconds', value: (one) => one.report.cleanup.reapSeconds },
      { name: 'deadline_to_reaped_seconds', value: (one) => one.report.cleanup.deadlineToReapedSeconds ?? null },
      { name: 'swept', value: (one) => one.report.cleanup.swept },
      // Not a number where nobody knows it.
      {
        name: 'left',
        value: ({ report: { cleanup } }) => (cleanup.notKnown === undefined ? cleanup.left.length : 'not known'),
      },
      { name: 'simulated', value: () => simulated },
    ],
    parameterNames(results),
    (one) => cellOf(one)?.case,
  );
  return csvTable(columns, results.attempts);
}
