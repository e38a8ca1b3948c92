/** The small table of versions against shapes that a terminal shows: data only, no colours, no widths. */
import type { Scalar } from '../matrix/where.ts';
import type { Boundary, LineResult, Results, VerdictKind } from './results.ts';

export interface HangTableCell {
  /** Such as ">= 40 hangs", "ok", "?" or "n/a". '' where the matrix has no such line. */
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'open';
}

export interface HangTable {
  /** Name of the axis along which the bounds in the cells are, such as "size"; null without one. */
  readonly searchAxis: string | null;
  /** Such as "16->32", with the setting where there are several. */
  readonly columns: readonly string[];
  readonly rows: readonly { readonly environment: string; readonly cells: readonly HangTableCell[] }[];
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

/** One row for each environment, one column for each setting and case without the search axis, both in the order of the matrix. */
export function hangTable(results: Results): HangTable {
  const columns = [...new Set(results.lines.map(columnKey))];
  const labels = new Map(results.lines.map((line) => [columnKey(line), label(results, line)]));
  const byPlace = new Map(results.lines.map((line) => [JSON.stringify([line.environment, columnKey(line)]), line]));
  const verdicts = verdictsByValue(results);
  return {
    searchAxis: results.searchAxis,
    columns: columns.map((key) => labels.get(key) ?? key),
    rows: results.environments.map(({ name }) => ({
      environment: name,
      cells: columns.map((key) => {
        const line = byPlace.get(JSON.stringify([name, key]));
        return line === undefined ? { text: '', tone: 'open' } : describe(line, verdicts);
      }),
    })),
  };
}

function columnKey({ setting, fixed }: LineResult): string {
  return JSON.stringify([setting, fixed]);
}

/** Axes that take one value only tell nothing apart. */
function label(results: Results, { setting, fixed }: LineResult): string {
  const axes = results.axes.filter(({ name, values }) => name !== results.searchAxis && values.length > 1);
  const parts = axes.map(({ name, parameters }) => {
    const values = parameters.map((parameter) => String(fixed[parameter]));
    return parameters.length > 1 ? values.join('->') : `${name} ${values.join()}`;
  });
  const named = results.settings.length > 1 ? [...parts, setting] : parts;
  return named.join(' ') || 'all';
}

function describe(line: LineResult, verdicts: ReadonlyMap<string, VerdictKind>): HangTableCell {
  const { boundary } = line;
  const bad = (value: Scalar): string => VERBS[verdicts.get(placeKey(line.id, value)) ?? 'hang'] ?? 'bad';
  if (line.axis === null) return single(boundary, bad);
  switch (boundary.kind) {
    case 'all-good':
      return { text: 'ok', tone: 'good' };
    case 'all-bad':
    case 'bracketed':
      return { text: `>= ${boundary.smallestBad} ${bad(boundary.smallestBad)}`, tone: 'bad' };
    case 'interval':
      return interval(boundary, bad);
    case 'not-monotone':
      return { text: 'mixed', tone: 'bad' };
    case 'untestable':
      return untestable(line, verdicts);
  }
}

function single(boundary: Boundary, bad: (value: Scalar) => string): HangTableCell {
  if (boundary.kind === 'all-good') return { text: 'ok', tone: 'good' };
  return boundary.kind === 'all-bad' ? { text: bad(boundary.smallestBad), tone: 'bad' } : { text: '?', tone: 'open' };
}

function interval({ largestGood, smallestBad }: Extract<Boundary, { kind: 'interval' }>, bad: (value: Scalar) => string): HangTableCell {
  if (smallestBad === null) return { text: `<= ${largestGood} ok, then ?`, tone: 'open' };
  const from = `>= ${smallestBad} ${bad(smallestBad)}`;
  return { text: largestGood === null ? `${from}, below ?` : `${from}, > ${largestGood} ?`, tone: 'bad' };
}

function untestable(line: LineResult, verdicts: ReadonlyMap<string, VerdictKind>): HangTableCell {
  return { text: verdicts.get(line.id) === 'unavailable' ? 'n/a' : '?', tone: 'open' };
}

/** By line and value on the search axis, and the last cell's by line alone. */
function verdictsByValue(results: Results): ReadonlyMap<string, VerdictKind> {
  const axis = results.searchAxis;
  const verdicts = new Map<string, VerdictKind>();
  for (const { line, position, case: parameters, verdict } of results.cells) {
    verdicts.set(placeKey(line, (axis === null ? undefined : parameters[axis]) ?? position), verdict);
    verdicts.set(line, verdict);
  }
  return verdicts;
}

function placeKey(line: string, value: Scalar): string {
  return JSON.stringify([line, value]);
}
