/**
 * Cells and lines of a matrix, lazily: counted by arithmetic, made one line at a time. Order: environments, then settings,
 * then the axes as written, the last fastest; lines that only `include` makes come last of their environment and setting.
 */
import { axesOf, searchAxisOf, type Axis } from './axes.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { IdMaker } from './cell-id.ts';
import { GridCounter } from './count.ts';
import { expandIncludes, type Included } from './include.ts';
import { pairSubject } from './subject.ts';
import { matches, type Scalar } from '../../model/conditions.ts';
import type { Case, Cell, Enumeration, Line } from '../../model/cell.ts';
import type { Matrix } from '../file/schema.ts';

/** Expects a matrix as loadMatrix or parseResolved gives it. */
export function enumerate(matrix: Matrix): Enumeration {
  const grid = new Grid(matrix);
  const { lines: lineCount, cells: cellCount } = grid.count();
  return { lineCount, cellCount, lines: () => grid.lines() };
}

interface Pair {
  readonly environment: string;
  readonly setting: string;
  readonly subject: Readonly<Record<string, Scalar | null>>;
  /** Included cells of this pair by line, ascending, each once. */
  readonly extras: ReadonlyMap<string, readonly Included[]>;
}

class Grid {
  readonly #matrix: Matrix;
  readonly #axis: Axis | null;
  readonly #fixedAxes: readonly Axis[];
  readonly #included: readonly Included[];
  readonly #ids: IdMaker;

  constructor(matrix: Matrix) {
    const axes = axesOf(matrix);
    this.#matrix = matrix;
    this.#axis = searchAxisOf(matrix);
    this.#fixedAxes = axes.filter(({ name }) => name !== this.#axis?.name);
    this.#included = expandIncludes(matrix, axes);
    this.#ids = new IdMaker(matrix, axes);
  }

  count(): { readonly lines: number; readonly cells: number } {
    const counter = new GridCounter(this.#matrix, this.#fixedAxes, this.#axis);
    let lines = 0;
    let cells = 0;
    for (const pair of this.#pairs()) {
      const own = counter.count(pair.subject);
      lines += own.lines;
      cells += own.cells;
      for (const extras of pair.extras.values()) {
        const first = extras[0];
        if (first === undefined) continue;
        const added = extras.filter(
          (extra) => !(extra.onGrid && this.#keeps(pair, this.#case(extra.fixed, extra.value))),
        ).length;
        cells += added;
        if (!this.#hasGridCells(pair, first.fixed)) lines += 1;
      }
    }
    return { lines, cells };
  }

  *lines(): Iterable<Line> {
    for (const pair of this.#pairs()) {
      const visited = new Set<string>();
      for (const fixed of this.#fixedCases()) {
        const key = pair.extras.size === 0 ? '' : canonicalJson(fixed);
        const extras = pair.extras.get(key) ?? [];
        if (extras.length > 0) visited.add(key);
        const line = this.#line(pair, fixed, this.#gridValues(pair, fixed), extras);
        if (line !== null) yield line;
      }
      for (const [key, extras] of pair.extras) {
        const first = extras[0];
        if (first === undefined || visited.has(key)) continue;
        const line = this.#line(pair, first.fixed, [], extras);
        if (line !== null) yield line;
      }
    }
  }

  *#pairs(): Iterable<Pair> {
    for (const { name: environment } of this.#matrix.environments) {
      for (const setting of Object.keys(this.#matrix.settings)) {
        const subject = pairSubject(this.#matrix, environment, setting);
        yield { environment, setting, subject, extras: extrasOf(this.#included, environment, setting) };
      }
    }
  }

  /** The cases without the search axis, in the order of the file. */
  *#fixedCases(): Iterable<Case> {
    const { constants } = this.#matrix;
    const axes = this.#fixedAxes;
    const indices = axes.map(() => 0);
    for (;;) {
      const fixed: Record<string, Scalar> = {};
      for (const [place, axis] of axes.entries()) {
        const row = axis.at(indices[place] ?? 0);
        for (const [column, name] of axis.parameters.entries()) fixed[name] = row[column] ?? '';
      }
      yield Object.assign(fixed, constants);
      let place = axes.length - 1;
      while (place >= 0 && (indices[place] ?? 0) + 1 >= (axes[place]?.length ?? 0)) indices[place--] = 0;
      if (place < 0) return;
      indices[place] = (indices[place] ?? 0) + 1;
    }
  }

  /** Values along the search axis that `exclude` leaves on this line; [null] for the single cell of a line without an axis. */
  #gridValues(pair: Pair, fixed: Case): readonly (Scalar | null)[] {
    const axis = this.#axis;
    const values: (Scalar | null)[] = [];
    for (let index = 0; index < (axis?.length ?? 1); index += 1) {
      const value = axis?.at(index)[0] ?? null;
      if (this.#matrix.exclude.length === 0 || this.#keeps(pair, this.#case(fixed, value))) values.push(value);
    }
    return values;
  }

  /** Whether the line is one of the grid and has a cell there. */
  #hasGridCells(pair: Pair, fixed: Case): boolean {
    const onGrid =
      this.#fixedAxes.every((axis) => axis.has(axis.parameters.map((name) => fixed[name] ?? ''))) &&
      Object.entries(this.#matrix.constants).every(([name, value]) => fixed[name] === value);
    return onGrid && this.#gridValues(pair, fixed).length > 0;
  }

  #keeps(pair: Pair, values: Case): boolean {
    const { exclude } = this.#matrix;
    const subject = { ...values, ...pair.subject };
    return !exclude.some((where) => matches(where, subject));
  }

  #case(fixed: Case, value: Scalar | null): Case {
    return this.#axis === null || value === null ? fixed : { ...fixed, [this.#axis.name]: value };
  }

  #line(
    { environment, setting }: Pair,
    fixed: Case,
    grid: readonly (Scalar | null)[],
    extras: readonly Included[],
  ): Line | null {
    const axis = this.#axis?.name ?? null;
    const values = extras.length === 0 ? grid : merged(grid, extras);
    if (values.length === 0) return null;
    if (axis === null) {
      const id = this.#ids.cell(environment, setting, fixed);
      return {
        id,
        environment,
        setting,
        fixed,
        axis,
        cells: [{ id, environment, setting, case: fixed, line: id, position: 0 }],
      };
    }
    const id = this.#ids.line(environment, setting, fixed, axis);
    const idOf = this.#ids.cellsAlong(environment, setting, fixed, axis);
    const cells = values.map((value, position): Cell => {
      return { id: idOf(value ?? ''), environment, setting, case: this.#case(fixed, value), line: id, position };
    });
    return { id, environment, setting, fixed, axis, cells };
  }
}

function merged(grid: readonly (Scalar | null)[], extras: readonly Included[]): readonly (Scalar | null)[] {
  return [...new Set([...grid, ...extras.map(({ value }) => value)])].toSorted((a, b) => Number(a) - Number(b));
}

function extrasOf(
  included: readonly Included[],
  environment: string,
  setting: string,
): ReadonlyMap<string, readonly Included[]> {
  const lines = new Map<string, Map<Scalar | null, Included>>();
  for (const one of included) {
    const meant =
      (one.environment === null || String(one.environment) === environment) &&
      (one.setting === null || String(one.setting) === setting);
    if (!meant) continue;
    const line = lines.get(one.fixedKey) ?? new Map<Scalar | null, Included>();
    if (!line.has(one.value)) line.set(one.value, one);
    lines.set(one.fixedKey, line);
  }
  return new Map(
    [...lines].map(([key, line]) => [key, [...line.values()].toSorted((a, b) => Number(a.value) - Number(b.value))]),
  );
}
