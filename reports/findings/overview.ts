/** What a run found, counted once for every report: who is bad, how sure, what is missing. No layout, no escaping. */
import type { CellResult, LineResult, Results } from '../../harness/verdicts/results.ts';
import { isConfirmed, lineState, smallestBad } from './boundary-words.ts';
import { shapesOf } from './shapes.ts';
import type { ShapeMap, Shapes } from './shapes.ts';
import { badWords, weigh } from './verdict-words.ts';
import type { BadWords } from './verdict-words.ts';

/** bad: at least one bad cell. flaky: none bad, one flaky. good: something passed, nothing bad. open: nothing learned. */
export type RowState = 'bad' | 'flaky' | 'good' | 'open';

/** One environment, or one setting where there is one environment only. */
export interface Row {
  readonly name: string;
  readonly state: RowState;
  readonly bad: number;
  readonly good: number;
  readonly flaky: number;
  readonly open: number;
  /** Passes that were observed, not inferred. */
  readonly observed: number;
}

export interface CellCounts {
  readonly total: number;
  readonly observed: number;
  readonly inferred: number;
  /** Neither good nor bad is known: untested, unavailable, slow and the like. */
  readonly open: number;
  readonly observedBad: number;
  readonly confirmedBad: number;
  /** Observed bad and not confirmed in a fresh process. */
  readonly unconfirmedBad: number;
  readonly flaky: number;
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
  readonly words: BadWords;
  readonly shapes: Shapes;
  readonly rows: readonly Row[];
  readonly cells: CellCounts;
  readonly lines: LineCounts;
  /** Boundaries in environment order within a shape: by map id, then by row. Lines only, so empty without a search axis. */
  readonly linesByMap: ReadonlyMap<string, ReadonlyMap<string, LineResult>>;
  readonly cellById: ReadonlyMap<string, CellResult>;
  /** Observed bad or flaky cells; those that bound a line come first. */
  readonly badCells: readonly CellResult[];
}

export function overviewOf(results: Results): Overview {
  const shapes = shapesOf(results);
  const weighed = results.cells.map((cell) => ({ cell, weight: weigh(cell.verdict, results.bad) }));
  const observed = weighed.filter(({ cell }) => cell.basis.kind === 'observed');
  const observedBad = observed.filter(({ weight }) => weight === 'bad');
  const confirmedBad = observedBad.filter(({ cell }) => cell.confirmed === true).length;
  const bounding = boundingCells(results);
  const shown = observed.filter(({ weight }) => weight === 'bad' || weight === 'suspect').map(({ cell }) => cell);
  return {
    words: badWords(observedBad.map(({ cell }) => cell.verdict), results.bad),
    shapes,
    rows: rowsOf(results, shapes),
    cells: {
      total: results.cells.length,
      observed: observed.length,
      inferred: weighed.filter(({ cell }) => cell.basis.kind === 'inferred').length,
      open: weighed.filter(({ weight }) => weight === 'open').length,
      observedBad: observedBad.length,
      confirmedBad,
      unconfirmedBad: observedBad.filter(({ cell }) => cell.confirmed === false).length,
      flaky: weighed.filter(({ weight }) => weight === 'suspect').length,
    },
    lines: countLines(results.lines),
    linesByMap: groupLines(results, shapes),
    cellById: new Map(results.cells.map((cell) => [cell.id, cell])),
    badCells: [...shown.filter((cell) => bounding.has(cell.id)), ...shown.filter((cell) => !bounding.has(cell.id))],
  };
}

function rowsOf(results: Results, shapes: Shapes): Row[] {
  const names = shapes.rowKind === 'setting' ? results.settings.map((one) => one.name) : results.environments.map((one) => one.name);
  const tally = new Map(names.map((name) => [name, { bad: 0, good: 0, suspect: 0, open: 0, observed: 0 }]));
  for (const cell of results.cells) {
    const one = tally.get(shapes.rowKind === 'setting' ? cell.setting : cell.environment);
    if (one === undefined) continue;
    one[weigh(cell.verdict, results.bad)] += 1;
    if (cell.basis.kind === 'observed' && cell.verdict === 'pass') one.observed += 1;
  }
  return [...tally].map(([name, { bad, good, suspect, open, observed }]) => ({
    name,
    state: bad > 0 ? 'bad' : suspect > 0 ? 'flaky' : observed > 0 ? 'good' : 'open',
    bad,
    good,
    flaky: suspect,
    open,
    observed,
  }));
}

function countLines(lines: readonly LineResult[]): LineCounts {
  const of = (kind: LineResult['boundary']['kind']): number => lines.filter((line) => line.boundary.kind === kind).length;
  return {
    total: lines.length,
    bracketed: of('bracketed'),
    allGood: of('all-good'),
    allBad: of('all-bad'),
    unsettled: of('interval') + of('untestable'),
    notMonotone: of('not-monotone'),
    unconfirmed: lines.filter((line) => isConfirmed(line.boundary) === false).length,
  };
}

/** The smallest observed bad cell of each line: what a reader asks about first. */
function boundingCells(results: Results): Set<string> {
  const wanted = new Map<string, string>();
  for (const line of results.lines) {
    const value = smallestBad(line.boundary);
    if (value !== null && line.axis !== null && lineState(line.boundary) !== 'open') wanted.set(line.id, String(value));
  }
  const axis = new Map(results.lines.map((line) => [line.id, line.axis]));
  const found = new Set<string>();
  for (const cell of results.cells) {
    const name = axis.get(cell.line);
    if (name !== null && name !== undefined && wanted.get(cell.line) === String(cell.case[name])) found.add(cell.id);
  }
  return found;
}

function groupLines(results: Results, shapes: Shapes): Map<string, Map<string, LineResult>> {
  const grouped = new Map<string, Map<string, LineResult>>();
  if (results.searchAxis === null) return grouped;
  const lines = new Map(results.lines.map((line) => [line.id, line]));
  for (const cell of results.cells) {
    const line = lines.get(cell.line);
    const map: ShapeMap | undefined = shapes.mapOf(cell);
    if (line === undefined || map === undefined) continue;
    const rows = grouped.get(map.id) ?? new Map<string, LineResult>();
    grouped.set(map.id, rows.set(shapes.rowKind === 'setting' ? cell.setting : cell.environment, line));
  }
  return grouped;
}
