/**
 * `include` entries as cases. A parameter that an entry leaves out takes every value of its axis, or its constant; so
 * `- size: 42` adds one size to every line. Expects entries that `rules/conditions.ts` accepts.
 */
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Axis } from './axes.ts';
import type { Case } from '../../model/cell.ts';
import type { Matrix } from '../file/schema.ts';
import type { Scalar } from '../../model/conditions.ts';

export const MOST_INCLUDED = 100_000;

export interface Included {
  /** null: every one. */
  readonly environment: Scalar | null;
  readonly setting: Scalar | null;
  /** The case without the search axis. */
  readonly fixed: Case;
  /** Tells lines apart. */
  readonly fixedKey: string;
  /** Along the search axis; null without one. */
  readonly value: Scalar | null;
  /** The axes hold this case as well: it is new only where it was excluded. */
  readonly onGrid: boolean;
}

/** How many cases an entry stands for, without making them. */
export function includedCount(entry: Readonly<Record<string, Scalar>>, axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * (valuesOf(entry, axis) === null ? axis.length : 1), 1);
}

export function expandIncludes(matrix: Matrix, axes: readonly Axis[]): readonly Included[] {
  return matrix.include.flatMap((entry) => expandEntry(entry, matrix, axes));
}

function expandEntry(
  entry: Readonly<Record<string, Scalar>>,
  { constants, search }: Matrix,
  axes: readonly Axis[],
): readonly Included[] {
  let cases: { readonly values: Record<string, Scalar>; readonly onGrid: boolean }[] = [{ values: {}, onGrid: true }];
  for (const axis of axes) {
    const given = valuesOf(entry, axis);
    const rows = given === null ? Array.from({ length: axis.length }, (_, index) => axis.at(index)) : [given];
    const inAxis = given === null || axis.has(given);
    cases = cases.flatMap(({ values, onGrid }) =>
      rows.map((row) => ({ values: { ...values, ...named(axis, row) }, onGrid: onGrid && inAxis })),
    );
  }
  const own = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, entry[name] ?? value]));
  const sameConstants = Object.entries(constants).every(([name, value]) => own[name] === value);
  return cases.map(({ values, onGrid }) => {
    const { [search.axis ?? '']: value = null, ...rest } = values;
    const fixed = { ...rest, ...own };
    return {
      environment: entry.environment ?? null,
      setting: entry.setting ?? null,
      fixed,
      fixedKey: canonicalJson(fixed),
      value,
      onGrid: onGrid && sameConstants,
    };
  });
}

/** The entry's values for the axis; null when it leaves the axis out. */
function valuesOf(entry: Readonly<Record<string, Scalar>>, axis: Axis): readonly Scalar[] | null {
  const values = axis.parameters.flatMap((parameter) => entry[parameter] ?? []);
  return values.length === axis.parameters.length ? values : null;
}

function named(axis: Axis, row: readonly Scalar[]): Record<string, Scalar> {
  return Object.fromEntries(axis.parameters.map((parameter, index) => [parameter, row[index] ?? '']));
}
