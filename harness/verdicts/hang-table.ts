/** The small table of versions against shapes that a terminal shows: data only, no colours, no widths. */
import type { Scalar } from '../model/conditions.ts';
import type { CellResult, LineResult, Results } from '../model/results/results.ts';
import type { VerdictKind } from '../model/results/verdict.ts';

export interface HangTableCell {
  /** Such as ">= 40 hangs", "error (no-binary)", "ok", "?" or "n/a"; with a star where no fresh process has confirmed it. '' where the matrix has no such line. */
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'open';
}

export interface HangTable {
  /** Name of the axis along which the bounds in the cells are, such as "size"; null without one. */
  readonly searchAxis: string | null;
  /** Such as "16->32". */
  readonly columns: readonly string[];
  readonly rows: readonly HangTableRow[];
}

export interface HangTableRow {
  readonly environment: string;
  /** Null where the matrix has one setting only. */
  readonly setting: string | null;
  readonly cells: readonly HangTableCell[];
}

const VERBS: Partial<Record<VerdictKind, string>> = {
  hang: 'hangs',
  crash: 'crashes',
  'wrong-result': 'wrong',
  error: 'fails',
  slow: 'slow',
  flaky: 'flaky',
  unkillable: 'unkillable',
  'host-lost': 'host lost',
};

/** What failed, named: where the verb would not say how. */
const NOUNS: Partial<Record<VerdictKind, string>> = {
  hang: 'hang',
  crash: 'crash',
  'wrong-result': 'wrong',
  error: 'error',
  slow: 'slow',
  flaky: 'flaky',
  unkillable: 'unkillable',
  'host-lost': 'host lost',
};

/** One row for each environment and setting, one column for each case without the search axis, all in the order of the matrix. */
export function hangTable(results: Results): HangTable {
  const columns = [...new Set(results.lines.map(columnKey))];
  const labels = new Map(results.lines.map((line) => [columnKey(line), label(results, line)]));
  const byPlace = new Map(
    results.lines.map((line) => [placeKey(line.environment, line.setting, columnKey(line)), line]),
  );
  const cells = byLine(results.cells);
  const classes = errorClasses(results);
  const several = results.settings.length > 1;
  return {
    searchAxis: results.searchAxis,
    columns: columns.map((key) => labels.get(key) ?? key),
    rows: results.environments.flatMap(({ name: environment }) =>
      results.settings.map(({ name: setting }) => ({
        environment,
        setting: several ? setting : null,
        cells: columns.map((key): HangTableCell => {
          const line = byPlace.get(placeKey(environment, setting, key));
          return line === undefined
            ? { text: '', tone: 'open' }
            : describe(results, line, cells.get(line.id) ?? [], classes);
        }),
      })),
    ),
  };
}

function columnKey({ fixed }: LineResult): string {
  return JSON.stringify(fixed);
}

function placeKey(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

/** Axes that take one value only tell nothing apart. */
function label(results: Results, { fixed }: LineResult): string {
  const axes = results.axes.filter(({ name, values }) => name !== results.searchAxis && values.length > 1);
  const parts = axes.map(({ name, parameters }) => {
    const values = parameters.map((parameter) => String(fixed[parameter]));
    return parameters.length > 1 ? values.join('->') : `${name} ${values.join()}`;
  });
  return parts.join(' ') || 'all';
}

/** Of the last error of each cell; "other" says nothing. */
function errorClasses(results: Results): ReadonlyMap<string, string> {
  return new Map(
    results.attempts.flatMap(({ cell, report: { outcome } }) =>
      outcome.kind === 'error' && outcome.errorClass !== 'other' ? [[cell, outcome.errorClass] as const] : [],
    ),
  );
}

function describe(
  results: Results,
  line: LineResult,
  cells: readonly CellResult[],
  classes: ReadonlyMap<string, string>,
): HangTableCell {
  const { axis, boundary } = line;
  const valueOf = (cell: CellResult): Scalar => (axis === null ? undefined : cell.case[axis]) ?? cell.position;
  const placeOf = (value: Scalar | null): number =>
    value === null ? -1 : cells.findIndex((cell) => valueOf(cell) === value);
  const largestGood = 'largestGood' in boundary ? boundary.largestGood : null;
  const smallestBad = 'smallestBad' in boundary ? boundary.smallestBad : null;
  const [good, bad] = [placeOf(largestGood), placeOf(smallestBad)];
  const badKind = cells[bad]?.verdict ?? 'hang';
  if (boundary.kind === 'not-monotone') return { text: 'mixed', tone: 'bad' };
  // Observed, no pass, and not bad either: a failure that the matrix does not ask for, or a flaky cell.
  const failed = cells.filter(
    ({ verdict, basis }) => basis.kind === 'observed' && verdict in VERBS && !results.bad.includes(verdict),
  );
  const place = (cell: CellResult): number => cells.indexOf(cell);
  // Flaky once, flaky from there, whatever passes above it.
  const flaky = failed.filter(({ verdict }) => verdict === 'flaky').slice(0, 1);
  const between = [
    ...flaky.filter((cell) => bad < 0 || place(cell) < bad),
    ...failed.filter((cell) => cell.verdict !== 'flaky' && place(cell) > good && (bad < 0 || place(cell) < bad)),
  ];
  const below = failed.filter((cell) => cell.verdict !== 'flaky' && place(cell) < good);
  if (axis === null || boundary.kind === 'untestable') {
    if (smallestBad !== null) return { text: VERBS[badKind] ?? 'bad', tone: 'bad' };
    if (failed.length > 0) return { text: named(failed, classes), tone: 'bad' };
    if (boundary.kind === 'all-good') return { text: 'ok', tone: 'good' };
    return { text: cells.at(-1)?.verdict === 'unavailable' ? 'n/a' : '?', tone: 'open' };
  }
  const gap = cells.slice(good + 1, bad < 0 ? cells.length : bad).some(({ basis }) => basis.kind !== 'observed');
  const from = [
    ...firstOfEach(between).map((cell) => [cell.verdict, valueOf(cell)] as const),
    ...(smallestBad === null ? [] : [[badKind, smallestBad] as const]),
  ];
  const star = cells[bad]?.confirmed === false ? '*' : '';
  const said = from.map(([kind, value]) =>
    kind === 'flaky'
      ? `flaky from ${value}`
      : `>= ${value} ${VERBS[kind] ?? 'bad'}${value === smallestBad ? star : ''}`,
  );
  const under = below.length === 0 ? [] : [`${named(below, classes)} below`];
  if (said.length === 0)
    return largestGood === null || boundary.kind === 'all-good'
      ? plain(below, classes)
      : { text: [`<= ${largestGood} ok, then ?`, ...under].join(', '), tone: below.length > 0 ? 'bad' : 'open' };
  const open = gap ? [largestGood === null ? 'below ?' : `> ${largestGood} ?`] : [];
  return { text: [...said, ...open, ...under].join(', '), tone: 'bad' };
}

function plain(below: readonly CellResult[], classes: ReadonlyMap<string, string>): HangTableCell {
  return below.length === 0 ? { text: 'ok', tone: 'good' } : { text: `ok, but ${named(below, classes)}`, tone: 'bad' };
}

/** "error (no-binary), crash". */
function named(some: readonly CellResult[], classes: ReadonlyMap<string, string>): string {
  return firstOfEach(some)
    .map(({ id, verdict }) => {
      const errorClass = classes.get(id);
      const shared =
        verdict === 'error' &&
        errorClass !== undefined &&
        some.every((one) => one.verdict !== verdict || classes.get(one.id) === errorClass);
      return `${NOUNS[verdict] ?? verdict}${shared ? ` (${errorClass})` : ''}`;
    })
    .join(', ');
}

function firstOfEach(some: readonly CellResult[]): readonly CellResult[] {
  return some.filter((cell) => some.find(({ verdict }) => verdict === cell.verdict) === cell);
}

function byLine(all: readonly CellResult[]): ReadonlyMap<string, readonly CellResult[]> {
  const groups = new Map<string, CellResult[]>();
  for (const cell of all) {
    const group = groups.get(cell.line);
    if (group === undefined) groups.set(cell.line, [cell]);
    else group.push(cell);
  }
  return groups;
}
