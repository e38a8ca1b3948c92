/** The judged cells handed to insight, and what it says as a part of results.json. */
import { explain } from '../../insight/explain.ts';
import { transitionsOf } from '../../insight/transitions.ts';
import { surroundingsOf } from '../../insight/surroundings.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import type { Observed } from './observed.ts';
import type { CellResult, Results } from '../../model/results/results.ts';
import type { RunLog } from '../fold/run-log.ts';
import { cellKey } from '../../model/cell.ts';

/** A judged cell with what its attempts add up to. */
export interface JudgedCell {
  readonly cell: CellResult;
  readonly observed: Observed;
}

type Explained = Pick<
  Results,
  'insight' | 'explanations' | 'remainder' | 'refuted' | 'indistinct' | 'proposals' | 'transitions' | 'outside'
>;

/** Cells that follow from their lines; an observed one speaks for itself. */
function inferredCells(
  matrix: readonly JudgedCell[],
  { bad }: Matrix,
): readonly (CellResult & { readonly bad: boolean; readonly observed: boolean })[] {
  return matrix.flatMap(({ cell }) => {
    if (cell.basis.kind !== 'inferred') return [];
    const isBad = bad.some((kind) => kind === cell.verdict) || cell.verdict === 'flaky';
    return isBad || cell.verdict === 'pass' ? [{ ...cell, bad: isBad, observed: false }] : [];
  });
}

/** `matrix` cells, observed or not; `outside`: cells that were probed beyond the axes. Suspected hangs and refuted ones say nothing here. */
export function explainedCells(
  matrix: readonly JudgedCell[],
  outside: readonly JudgedCell[],
  rules: Matrix,
  log: RunLog,
): Explained {
  const attempted = [...matrix, ...outside].filter(({ observed }) => observed.side !== 'none');
  const telling = attempted.filter(
    ({ observed: { side, suspected } }) => (side === 'good' || side === 'bad') && !suspected,
  );
  // Of the first attempt: a cell that the search itself had tried was not chosen for what explanations say of it.
  const purposes = new Map(log.attempts.toReversed().map(({ started }) => [started.cell.id, started.purpose]));
  const surroundings = surroundingsOf(rules, (name) => {
    const known = log.environments.get(name);
    return known?.kind === 'ready' ? known.versions : null;
  });
  const transitions = transitionsOf(surroundings.environments, [
    ...telling.map(({ cell, observed }) => ({ ...cell, bad: observed.side === 'bad', observed: true })),
    ...inferredCells(matrix, rules),
  ]);
  const { state, text, good, bad, explanations, remainder, refuted, indistinct, proposals } = explain({
    observations: telling.map(({ cell, observed }) => ({
      place: cell,
      bad: observed.side === 'bad',
      ...(cell.verdict === 'flaky' ? { share: cell.badAttempts / cell.attempts } : {}),
      chosen: purposes.get(cell.id) === 'explain',
    })),
    matrix: matrix.map(({ cell }) => ({ place: cell, id: cell.id })),
    tried: new Set(attempted.map(({ cell }) => cellKey(cell))),
    surroundings,
    askable: ({ environment, setting }) => log.unavailable(environment, setting) === null,
  });
  return {
    insight: { state, text, good, bad },
    explanations,
    remainder,
    refuted,
    indistinct,
    proposals,
    transitions: [...transitions],
    ...(outside.length === 0 ? {} : { outside: outside.map(({ cell }) => cell) }),
  };
}
