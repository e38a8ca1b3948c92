/**
 * Sorts cells into maps: one map for each shape (the case without the search axis) in one setting.
 * Knows parameters only by name: nothing here is about convolutions.
 */
import type { Case } from '../../harness/model/cell.ts';
import type { Scalar } from '../../harness/model/conditions.ts';
import type { CellResult, Results } from '../../harness/model/results/results.ts';
import { plainLine } from './words/plain-text.ts';

export interface Column {
  readonly key: string;
  readonly label: string;
}

/** One map: rows are environments, settings, or pairs of both. */
export interface ShapeMap {
  /** "map-1" … in the order of the cells. */
  readonly id: string;
  /** Null where the rows tell the setting. */
  readonly setting: string | null;
  readonly fixed: Case;
  /** Only what tells this map from the others, such as "channels 16→32 · setting default". */
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly Column[];
  /** By row, then by column key. Cells that the matrix leaves out are absent. */
  readonly cells: ReadonlyMap<string, ReadonlyMap<string, CellResult>>;
}

export interface Shapes {
  /** pair: environment and setting, where there are several of both. */
  readonly rowKind: 'environment' | 'setting' | 'pair';
  /** In the order of the matrix. */
  readonly rowNames: readonly string[];
  rowOf(cell: { readonly environment: string; readonly setting: string }): string;
  /** Name of the axis that runs to the right; null when every case is one column. */
  readonly axisName: string | null;
  readonly maps: readonly ShapeMap[];
  /** Parameters with the same value in every cell. */
  readonly constants: Case;
  /** Label of a cell's value on the axis, such as "48". */
  valueOf(cell: CellResult): string;
  /** Label of what a cell has besides its environment and value; '' when there is nothing to tell apart. */
  shapeOf(cell: { readonly setting: string; readonly fixed: Case }, options?: { readonly setting: boolean }): string;
  mapOf(cell: CellResult): ShapeMap | undefined;
}

interface Draft {
  readonly setting: string | null;
  readonly fixed: Case;
  readonly cells: Map<string, Map<string, CellResult>>;
  readonly columns: Map<string, Column & { readonly tuple: readonly Scalar[] }>;
}

export function shapesOf(results: Results): Shapes {
  const across = axisAcross(results);
  const rowKind = results.settings.length <= 1 ? 'environment' : results.environments.length === 1 ? 'setting' : 'pair';
  const rowOf: Shapes['rowOf'] = ({ environment, setting }) =>
    rowKind === 'environment' ? environment : rowKind === 'setting' ? setting : `${environment} · ${setting}`;
  const rows = [
    ...new Set(
      results.environments.flatMap(({ name: environment }) =>
        results.settings.map(({ name: setting }) => rowOf({ environment, setting })),
      ),
    ),
  ];
  const present = new Set(results.cells.map(rowOf));
  const distinct = distinctValues(results.cells);
  const drafts = new Map<string, Draft>();
  const keys = new Map<string, string>();
  // Cells of a line share their setting and all but the axis: one key a line, not one a cell.
  const keyOfLine = new Map<string, string>();
  for (const cell of results.cells) {
    const setting = rowKind === 'environment' ? cell.setting : null;
    const known = results.searchAxis === null ? undefined : keyOfLine.get(cell.line);
    const fixed = known === undefined ? without(cell.case, across.parameters) : {};
    const key = known ?? canonical([setting, Object.entries(fixed)]);
    keyOfLine.set(cell.line, key);
    let draft = drafts.get(key);
    if (draft === undefined) drafts.set(key, (draft = { setting, fixed, cells: new Map(), columns: new Map() }));
    keys.set(cell.id, key);
    const row = rowOf(cell);
    const tuple = across.parameters.map((name) => cell.case[name] ?? '');
    const column = canonical(tuple);
    draft.columns.set(column, { key: column, label: tupleLabel(tuple), tuple });
    const inRow = draft.cells.get(row) ?? new Map<string, CellResult>();
    draft.cells.set(row, inRow.set(column, cell));
  }
  const label = shapeLabeller(results, distinct);
  const byKey = new Map<string, ShapeMap>();
  for (const [key, draft] of drafts) {
    byKey.set(key, {
      id: `map-${byKey.size + 1}`,
      setting: draft.setting,
      fixed: draft.fixed,
      title: label(draft.setting, draft.fixed),
      rows: rows.filter((row) => draft.cells.has(row)),
      columns: inOrder([...draft.columns.values()], across.order),
      cells: draft.cells,
    });
  }
  return {
    rowKind,
    // Only pairs may be missing as a whole: an environment without a cell is still told.
    rowNames: rowKind === 'pair' ? rows.filter((row) => present.has(row)) : rows,
    rowOf,
    axisName: across.name,
    maps: [...byKey.values()],
    constants: Object.fromEntries(
      [...distinct].flatMap(([name, values]) => {
        const [value] = values.values();
        return values.size === 1 && value !== undefined && !across.parameters.includes(name) ? [[name, value]] : [];
      }),
    ),
    valueOf: (cell) => tupleLabel(across.parameters.map((name) => cell.case[name] ?? '')),
    shapeOf: ({ setting, fixed }, options = { setting: true }) =>
      label(options.setting ? setting : null, without(fixed, across.parameters)),
    mapOf: (cell) => byKey.get(keys.get(cell.id) ?? ''),
  };
}

/** The search axis; without one, the last axis; without axes, nothing. */
function axisAcross(results: Results): {
  readonly name: string | null;
  readonly parameters: readonly string[];
  readonly order: ReadonlyMap<string, number>;
} {
  const axis =
    results.searchAxis === null ? results.axes.at(-1) : results.axes.find((one) => one.name === results.searchAxis);
  const name = results.searchAxis ?? axis?.name ?? null;
  return {
    name,
    parameters: axis?.parameters ?? (name === null ? [] : [name]),
    order: new Map((axis?.values ?? []).map((tuple, index) => [canonical(tuple), index])),
  };
}

function inOrder(
  columns: (Column & { readonly tuple: readonly Scalar[] })[],
  order: ReadonlyMap<string, number>,
): Column[] {
  const sorted = columns.toSorted((a, b) => {
    const [left] = a.tuple;
    const [right] = b.tuple;
    if (a.tuple.length === 1 && typeof left === 'number' && typeof right === 'number') return left - right;
    return (order.get(a.key) ?? order.size) - (order.get(b.key) ?? order.size);
  });
  return sorted.map(({ key, label }) => ({ key, label }));
}

function distinctValues(cells: readonly CellResult[]): Map<string, Set<Scalar>> {
  const values = new Map<string, Set<Scalar>>();
  for (const cell of cells) {
    for (const [name, value] of Object.entries(cell.case)) {
      const known = values.get(name) ?? new Set();
      values.set(name, known.add(value));
    }
  }
  return values;
}

/** Zipped parameters are named by their axis: "channels 16→32". */
function shapeLabeller(
  results: Results,
  distinct: ReadonlyMap<string, ReadonlySet<Scalar>>,
): (setting: string | null, fixed: Case) => string {
  const varies = (name: string): boolean => (distinct.get(name)?.size ?? 0) > 1;
  const zipped = results.axes.filter((axis) => axis.parameters.length > 1 && axis.parameters.some(varies));
  const inZip = new Set(zipped.flatMap((axis) => axis.parameters));
  return (setting, fixed) => {
    const parts = zipped
      .filter((axis) => axis.parameters.every((name) => name in fixed))
      .map((axis) => `${plainLine(axis.name, 64)} ${tupleLabel(axis.parameters.map((name) => fixed[name] ?? ''))}`);
    for (const [name, value] of Object.entries(fixed)) {
      if (!inZip.has(name) && varies(name)) parts.push(`${plainLine(name, 64)} ${tupleLabel([value])}`);
    }
    if (setting !== null && results.settings.length > 1) parts.push(`setting ${plainLine(setting, 64)}`);
    return parts.join(' · ');
  };
}

function tupleLabel(tuple: readonly Scalar[]): string {
  return tuple.map((value) => plainLine(String(value), 40)).join('→');
}

function without(given: Case, names: readonly string[]): Case {
  return Object.fromEntries(Object.entries(given).filter(([name]) => !names.includes(name)));
}

function canonical(value: unknown): string {
  return JSON.stringify(value);
}
