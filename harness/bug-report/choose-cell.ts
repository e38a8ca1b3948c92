/** Which cell a bug report is about. Pure. */
import { UsageError } from '../model/errors.ts';
import { isStarved } from '../model/grade.ts';
import { OUTCOMES } from '../model/outcome.ts';
import type { AttemptResult, CellResult } from '../model/results/results.ts';
import type { Findings } from '../../reports/findings/findings.ts';

export interface Subject {
  readonly cell: CellResult;
  /** Attempts of the cell that did not come back and that count; the best witness first. */
  readonly hung: readonly AttemptResult[];
  /** All others of the cell that count. */
  readonly others: readonly AttemptResult[];
}

/** `wanted`: an id or the beginning of one; null: the best witnessed. UsageError `no-hang`, `cell-unknown`, `cell-ambiguous`, `cell-not-hung`. */
export function chooseCell(findings: Findings, wanted: string | null): Subject {
  if (wanted === null) return bestWitnessed(findings);
  const { results } = findings;
  const all = [...results.cells, ...(results.outside ?? [])];
  const found = all.filter(({ id }) => id === wanted);
  const begun =
    found.length > 0
      ? found
      : all.filter(({ id }) => id.startsWith(wanted) || (wanted.length >= 6 && id.endsWith(wanted)));
  const [cell, second] = begun;
  if (cell === undefined)
    throw new UsageError(
      'cell-unknown',
      `the run has no cell ${JSON.stringify(wanted)}`,
      'cells.csv lists them; without --cell the best witnessed hang is taken',
    );
  if (second !== undefined)
    throw new UsageError(
      'cell-ambiguous',
      `${JSON.stringify(wanted)} begins several cells: ${begun
        .slice(0, 4)
        .map(({ id }) => id)
        .join(', ')}`,
      'give more of the id',
    );
  const subject = subjectOf(findings, cell);
  if (subject.hung.length === 0)
    throw new UsageError(
      'cell-not-hung',
      `no attempt of ${cell.id} hung: its verdict is ${cell.verdict}${cell.basis.kind === 'inferred' ? ', inferred' : ''}`,
      'choose a cell that was seen to hang, or leave --cell away',
    );
  return subject;
}

function bestWitnessed(findings: Findings): Subject {
  const subjects = findings.badCells.map((cell) => subjectOf(findings, cell)).filter(({ hung }) => hung.length > 0);
  const [best] = subjects.toSorted((a, b) => weight(b) - weight(a));
  if (best === undefined)
    throw new UsageError(
      'no-hang',
      'nothing hung in this run, so there is no hang to report',
      'bench report makes the reports of the run; --cell names another cell',
    );
  return best;
}

/** A fresh process is the best witness; a cell whose attempts all agree comes next. */
function weight({ cell, others }: Subject): number {
  return (cell.confirmed === true ? 4 : 0) + (cell.verdict === 'hang' ? 2 : 0) + (others.length === 0 ? 1 : 0);
}

function subjectOf({ attemptsByCell }: Findings, cell: CellResult): Subject {
  const counting = (attemptsByCell.get(cell.id) ?? []).filter(
    ({ credit }) => credit !== 'void' && credit !== 'retried',
  );
  const hung = counting.filter(
    ({ report: { outcome } }) => OUTCOMES[outcome.kind].neverReturned && !isStarved(outcome),
  );
  return {
    cell,
    hung: hung.toSorted((a, b) => rank(b) - rank(a)),
    others: counting.filter((one) => !hung.includes(one)),
  };
}

function rank({ isolation, report }: AttemptResult): number {
  return (isolation === 'spawn' ? 2 : 0) + (report.evidence === null ? 0 : 1);
}
