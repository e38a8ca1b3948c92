/** What a run found, counted once for every report: who is bad, how sure, what is missing. No layout, no escaping. */
import type { CellResult, Results, AttemptResult } from '../../harness/model/results/results.ts';
import type { VerdictKind } from '../../harness/model/results/verdict.ts';
import { lineViews, type LineView } from './lines/lines.ts';
import { shapesOf, type ShapeMap, type Shapes } from './shapes.ts';
import { badWords, weigh, type BadWords } from './words/verdict-words.ts';
import { grouped } from '../../harness/model/grouped.ts';

/**
 * bad: at least one bad cell. flaky: none bad, one flaky. failed: neither, but something failed in a way that does not count as bad.
 * good: something passed, nothing failed. open: nothing learned.
 */
export type RowState = 'bad' | 'flaky' | 'failed' | 'good' | 'open';

/** One environment, one setting where there is one environment only, or a pair of both. */
export interface Row {
  readonly name: string;
  readonly state: RowState;
  readonly bad: number;
  readonly good: number;
  readonly flaky: number;
  readonly failed: number;
  readonly open: number;
  /** Passes that were observed, not inferred. */
  readonly observed: number;
}

export interface CellCounts {
  readonly total: number;
  readonly observed: number;
  readonly inferred: number;
  /** Not run, and nothing follows from neighbours. */
  readonly open: number;
  readonly observedBad: number;
  readonly confirmedBad: number;
  /** Observed bad and not confirmed in a fresh process. */
  readonly unconfirmedBad: number;
  readonly flaky: number;
  /** Observed failures that the matrix does not count as bad, by kind. */
  readonly failed: ReadonlyMap<VerdictKind, number>;
}

export interface LineCounts {
  readonly total: number;
  readonly bracketed: number;
  readonly allGood: number;
  readonly allBad: number;
  readonly unsettled: number;
  readonly notMonotone: number;
  readonly unconfirmed: number;
}

export interface Overview {
  readonly results: Results;
  readonly words: BadWords;
  readonly shapes: Shapes;
  readonly rows: readonly Row[];
  /** Environments alone and settings alone, whatever the rows are. */
  readonly environments: readonly Row[];
  readonly settings: readonly Row[];
  readonly cells: CellCounts;
  readonly lines: LineCounts;
  /** Boundaries in environment order within a shape: by map id, then by row. Lines only, so empty without a search axis. */
  readonly linesByMap: ReadonlyMap<string, ReadonlyMap<string, LineView>>;
  /** By line id. */
  readonly lineById: ReadonlyMap<string, LineView>;
  readonly cellById: ReadonlyMap<string, CellResult>;
  /** By cell id, in the journal's order. */
  readonly attemptsByCell: ReadonlyMap<string, readonly AttemptResult[]>;
  /** Observed bad or flaky cells, those that bound a line first; then cells that failed otherwise. */
  readonly badCells: readonly CellResult[];
}

export function overviewOf(results: Results): Overview {
  const shapes = shapesOf(results);
  const weighed = results.cells.map((cell) => ({ cell, weight: weigh(cell.verdict, results.bad) }));
  const observed = weighed.filter(({ cell }) => cell.basis.kind === 'observed');
  const observedBad = observed.filter(({ weight }) => weight === 'bad');
  const confirmedBad = observedBad.filter(({ cell }) => cell.confirmed === true).length;
  const lineById = lineViews(results);
  const bounding = boundingCells(results, lineById);
  const failed = observed.filter(({ weight }) => weight === 'failed').map(({ cell }) => cell);
  const shown = observed.filter(({ weight }) => weight === 'bad' || weight === 'suspect').map(({ cell }) => cell);
  return {
    results,
    words: badWords(
      observedBad.map(({ cell }) => cell.verdict),
      results.bad,
    ),
    shapes,
    rows: rowsOf(results, shapes.rowNames, shapes.rowOf),
    environments: rowsOf(
      results,
      results.environments.map(({ name }) => name),
      (cell) => cell.environment,
    ),
    settings: rowsOf(
      results,
      results.settings.map(({ name }) => name),
      (cell) => cell.setting,
    ),
    cells: {
      total: results.cells.length,
      observed: observed.length,
      inferred: weighed.filter(({ cell }) => cell.basis.kind === 'inferred').length,
      open: weighed.filter(({ weight }) => weight === 'open').length,
      observedBad: observedBad.length,
      confirmedBad,
      unconfirmedBad: observedBad.filter(({ cell }) => cell.confirmed === false).length,
      flaky: weighed.filter(({ weight }) => weight === 'suspect').length,
      failed: failed.reduce(
        (all, { verdict }) => all.set(verdict, (all.get(verdict) ?? 0) + 1),
        new Map<VerdictKind, number>(),
      ),
    },
    lines: countLines([...lineById.values()]),
    linesByMap: groupLines(results, shapes, lineById),
    lineById,
    cellById: new Map(results.cells.map((cell) => [cell.id, cell])),
    attemptsByCell: grouped(results.attempts, ({ cell }) => cell),
    badCells: [
      ...shown.filter((cell) => bounding.has(cell.id)),
      ...shown.filter((cell) => !bounding.has(cell.id)),
      ...failed,
    ],
  };
}

function rowsOf(results: Results, names: readonly string[], nameOf: (cell: CellResult) => string): Row[] {
  const tally = new Map(names.map((name) => [name, { bad: 0, good: 0, suspect: 0, failed: 0, open: 0, observed: 0 }]));
  for (const cell of results.cells) {
    const one = tally.get(nameOf(cell));
    if (one === undefined) continue;
    one[weigh(cell.verdict, results.bad)] += 1;
    if (cell.basis.kind === 'observed' && cell.verdict === 'pass') one.observed += 1;
  }
  return [...tally].map(([name, { suspect, ...counts }]) => {
    const { bad, failed, observed } = counts;
    return {
      name,
      state: bad > 0 ? 'bad' : suspect > 0 ? 'flaky' : failed > 0 ? 'failed' : observed > 0 ? 'good' : 'open',
      ...counts,
      flaky: suspect,
    };
  });
}

function countLines(lines: readonly LineView[]): LineCounts {
  const of = (kind: LineView['boundary']['kind']): number => lines.filter((line) => line.boundary.kind === kind).length;
  return {
    total: lines.length,
    bracketed: of('bracketed'),
    allGood: of('all-good'),
    allBad: of('all-bad'),
    unsettled: of('interval') + of('untestable'),
    notMonotone: of('not-monotone'),
    unconfirmed: lines.filter((line) => line.confirmed === false).length,
  };
}

/** The smallest observed bad cell of each line: what a reader asks about first. */
function boundingCells(results: Results, lines: ReadonlyMap<string, LineView>): Set<string> {
  const found = new Set<string>();
  for (const cell of results.cells) {
    const view = lines.get(cell.line);
    const axis = view?.line.axis ?? null;
    if (view !== undefined && axis !== null && view.smallestBad !== null && view.smallestBad === cell.case[axis])
      found.add(cell.id);
  }
  return found;
}

function groupLines(
  results: Results,
  shapes: Shapes,
  lines: ReadonlyMap<string, LineView>,
): Map<string, Map<string, LineView>> {
  const byMap = new Map<string, Map<string, LineView>>();
  if (results.searchAxis === null) return byMap;
  for (const cell of results.cells) {
    const line = lines.get(cell.line);
    const map: ShapeMap | undefined = shapes.mapOf(cell);
    if (line === undefined || map === undefined) continue;
    const rows = byMap.get(map.id) ?? new Map<string, LineView>();
    byMap.set(map.id, rows.set(shapes.rowOf(cell), line));
  }
  return byMap;
}
