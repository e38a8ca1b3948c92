/** What a run cost and what it got wrong, against the truth. */
import type { Run } from './drive.ts';
import { isCertain, isFlagged, markOf, saysInferredPasses } from './mark.ts';
import type { Surface } from './surface.ts';
import { binary, certificate, grid, type Lines } from '../search/rivals.ts';
import type { Isolation } from '../../../harness/model/attempt/attempt.ts';
import type { Scalar } from '../../../harness/model/conditions.ts';
import type { Boundary, CellResult } from '../../../harness/model/results/results.ts';

/** Costs in passes; shares of 1. A cell counts as wrong where its verdict is a pass or a hang and the truth the other. */
export function figuresOf(surface: Surface, run: Run, hang: number, isolation: Isolation): Record<string, number> {
  const costs = costsOf(surface, hang, isolation);
  const cost = run.spent.passes + hang * run.spent.hangs;
  const wrong = wrongCells(surface, run);
  const flagged = isFlagged(run.results);
  return {
    cost,
    ...costs,
    'x oracle': cost / costs.oracle,
    'of grid': cost / costs.grid,
    'of binary': cost / costs.binary,
    health: run.spent.health,
    ...wrong,
    'unmarked, flagged': flagged ? wrong.unmarked : 0,
    flagged: Number(flagged),
    unsaid: Number(!saysInferredPasses(run.results)),
    endless: Number(run.endless),
    stopped: Number(run.results.run.status !== 'complete'),
    ...wrongLines(surface, run),
  };
}

/** With the confirmation of each turn where attempts are forks: by the oracle, binary search and the grid alike. */
export function costsOf(
  { truth }: Surface,
  hang: number,
  isolation: Isolation,
): { readonly oracle: number; readonly binary: number; readonly grid: number } {
  const lines: Lines = { bad: truth.map((line) => line.map((own) => (own === 'untestable' ? null : own === 'hang'))) };
  const turns = lines.bad.map((line) => {
    const tested = line.filter((own) => own !== null);
    return tested.filter((own, place) => own && tested[place - 1] !== true).length;
  });
  const confirmed = isolation === 'fork' ? hang * turns.reduce((total, one) => total + one, 0) : 0;
  const cost = (algorithm: (lines: Lines) => { readonly passes: number; readonly hangs: number }): number => {
    const { passes, hangs } = algorithm(lines);
    return passes + hang * hangs + confirmed;
  };
  return { oracle: cost(certificate), binary: cost(binary), grid: cost(grid) };
}

function wrongCells(
  { truthOf }: Surface,
  { results }: Run,
): Record<
  'wrong' | 'unmarked' | 'dangerous' | 'dangerous, unmarked' | 'marked' | 'untested' | 'invented cells',
  number
> {
  const isWrong = (cell: CellResult): boolean => {
    const truth = truthOf(cell);
    return truth === 'hang' ? cell.verdict === 'pass' : truth === 'pass' && cell.verdict === 'hang';
  };
  const wrong = results.cells.filter(isWrong);
  const unmarked = wrong.filter((cell) => !markOf(cell, results));
  return {
    wrong: wrong.length,
    unmarked: unmarked.length,
    dangerous: saidToPass(wrong),
    'dangerous, unmarked': saidToPass(unmarked),
    marked: results.cells.filter((cell) => cell.verdict !== 'untested' && markOf(cell, results)).length,
    'invented cells': unmarked.filter(({ confirmed }) => confirmed === true).length,
    untested: results.cells.filter(({ verdict }) => verdict === 'untested').length,
  };
}

function saidToPass(cells: readonly CellResult[]): number {
  return cells.filter(({ verdict }) => verdict === 'pass').length;
}

/**
 * Lines on which something hangs in truth, and of all lines those whose boundary is told as sure and is another (`wrong, certain`; `invented`: a
 * hang bounds it where nothing hangs), those that are told not to be monotone although they are, and those without both cells of their boundary.
 */
function wrongLines(surface: Surface, { results }: Run): Record<string, number> {
  const byLine = new Map<string, CellResult[]>();
  for (const cell of results.cells) byLine.set(cell.line, [...(byLine.get(cell.line) ?? []), cell]);
  const counts = { 'hanging lines': 0, 'wrong, certain': 0, invented: 0, 'called broken': 0, open: 0 };
  for (const [index, line] of results.lines.entries()) {
    const truth = (surface.truth[index] ?? []).filter((own) => own !== 'untestable');
    const values = (surface.lines[index]?.cells ?? [])
      .filter(({ position }) => surface.truth[index]?.[position] !== 'untestable')
      .map((cell) => cell.case['size']);
    const first = truth.indexOf('hang');
    if (first >= 0) counts['hanging lines'] += 1;
    const { boundary } = line;
    const isTrulyMonotone = first < 0 || !truth.slice(first).includes('pass');
    if (boundary.kind === 'not-monotone' && isTrulyMonotone) counts['called broken'] += 1;
    const ends = endsOf(boundary);
    const last = first < 0 ? values.at(-1) : values[first - 1];
    const right = ends !== null && ends.bad === (values[first] ?? null) && ends.good === (last ?? null);
    // Between the two cells of an interval that is right nothing can be tested.
    const isDone = boundary.kind === 'interval' ? right : ends !== null || boundary.kind === 'untestable';
    if (!isDone) counts.open += 1;
    if (ends === null || boundary.kind === 'interval' || !isCertain(line, byLine.get(line.id) ?? [], results)) continue;
    if (!right) counts['wrong, certain'] += 1;
    if (ends.bad !== null && truth[values.indexOf(ends.bad)] === 'pass') counts.invented += 1;
  }
  return counts;
}

/** The two cells that a boundary names; null where it names no certain place. */
function endsOf(boundary: Boundary): { readonly good: Scalar | null; readonly bad: Scalar | null } | null {
  switch (boundary.kind) {
    case 'all-good':
      return { good: boundary.largestGood, bad: null };
    case 'all-bad':
      return { good: null, bad: boundary.smallestBad };
    case 'bracketed':
      return { good: boundary.largestGood, bad: boundary.smallestBad };
    case 'interval':
      return { good: boundary.largestGood, bad: boundary.smallestBad };
    case 'not-monotone':
    case 'untestable':
      return null;
  }
}
