/** Whether the shapes that must be fast enough are: the slowest first run of every attempt counts. */
import type { Cell } from '../../model/cell.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import { subjectOf } from '../../matrix/space/subject.ts';
import { matches } from '../../model/conditions.ts';
import type { LoggedAttempt } from '../fold/run-log.ts';
import type { Observed } from './observed.ts';
import type { Results } from '../../model/results/results.ts';
import { isSoftwareFailure, isSuspected } from '../../model/grade.ts';

type ExpectationResult = Results['expectations'][number];

/** One entry for each expectation that is about this cell, in the matrix's order. */
export function judgeExpectations(
  matrix: Matrix,
  cell: Cell,
  attempts: readonly LoggedAttempt[],
  observed: Observed,
): readonly ExpectationResult[] {
  if (matrix.expect.length === 0) return [];
  const subject = subjectOf(matrix, cell);
  return matrix.expect.flatMap(({ where, first_run_within: limitSeconds }) => {
    if (!matches(where, subject)) return [];
    const first = attempts.flatMap(({ report }) =>
      report.outcome.kind === 'pass' ? (report.timing?.firstRun ?? []) : [],
    );
    const slowestSeconds = first.length > 0 ? Math.max(...first) : null;
    return [
      { cell: cell.id, limitSeconds, slowestSeconds, status: status(attempts, observed, slowestSeconds, limitSeconds) },
    ];
  });
}

/** Any failure of the probe misses, whether or not the matrix calls it bad: a shape that crashes does not work. */
function status(
  attempts: readonly LoggedAttempt[],
  observed: Observed,
  slowest: number | null,
  limit: number,
): ExpectationResult['status'] {
  const failed = attempts.some((attempt) => isSoftwareFailure(attempt.report.outcome) && !isRefuted(attempt, observed));
  if (failed || (slowest !== null && slowest > limit)) return 'missed';
  return slowest === null ? 'untested' : 'met';
}

/** A bad fork that fresh processes did not repeat says nothing of the shape, and no more does a void suspicion. */
function isRefuted({ started, report }: LoggedAttempt, observed: Observed): boolean {
  return (
    (started.isolation === 'fork' && observed.refuted) || (isSuspected(report.outcome) && observed.badAttempts === 0)
  );
}
