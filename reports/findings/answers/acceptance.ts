/** Whether each row of a run meets the expectations of its matrix: usable, not usable, or not known. */
import type { CellResult } from '../../../harness/model/results/results.ts';
import type { Overview } from '../overview.ts';
import { plainLine } from '../words/plain-text.ts';

export interface Acceptance {
  readonly name: string;
  readonly usable: 'yes' | 'no' | 'unknown';
  readonly met: number;
  readonly missed: number;
  readonly untested: number;
}

/** By environment (or setting, as the maps' rows); empty when the matrix expects nothing. */
export function acceptanceOf(overview: Overview): Acceptance[] {
  const { results } = overview;
  const tally = new Map<string, { met: number; missed: number; untested: number }>();
  for (const expectation of results.expectations) {
    const cell = overview.cellById.get(expectation.cell);
    if (cell === undefined) continue;
    const name = overview.shapes.rowOf(cell);
    const one = tally.get(name) ?? { met: 0, missed: 0, untested: 0 };
    one[expectation.status] += 1;
    tally.set(name, one);
  }
  return overview.rows.flatMap(({ name }) => {
    const one = tally.get(name);
    return one === undefined
      ? []
      : [{ name, usable: one.missed > 0 ? 'no' : one.untested > 0 ? 'unknown' : 'yes', ...one }];
  });
}

/** "Usable: yes" and its like, for a matrix whose question this is: one with expectations and no search axis. */
export function usableWords(
  overview: Overview,
): { readonly tone: 'good' | 'bad' | 'warn'; readonly text: string } | null {
  if (overview.results.searchAxis !== null) return null;
  const all = acceptanceOf(overview);
  if (all.length === 0) return null;
  const kind = overview.shapes.rowKind === 'pair' ? 'environment · setting' : overview.shapes.rowKind;
  const of = (usable: Acceptance['usable']): number => all.filter((one) => one.usable === usable).length;
  const [yes, no, unknown] = [of('yes'), of('no'), of('unknown')];
  const some =
    all.length === 1 ? '' : ` (${yes} of ${all.length} ${kind}s${unknown > 0 ? `, ${unknown} not tested` : ''})`;
  if (unknown === all.length) return { tone: 'warn', text: 'Usable: not tested' };
  if (no > 0) return { tone: 'bad', text: `Usable: no${some}` };
  return unknown > 0
    ? { tone: 'warn', text: `Usable: not tested everywhere${some}` }
    : { tone: 'good', text: `Usable: yes${some}` };
}

export interface Expected {
  readonly row: string;
  readonly cell: CellResult;
  readonly limitSeconds: number;
  readonly slowestSeconds: number | null;
  readonly status: 'met' | 'missed' | 'untested';
}

/** Every expectation with its cell, in the order of the matrix. */
export function expectedOf({ results, cellById, shapes }: Overview): Expected[] {
  return results.expectations.flatMap(({ cell: id, ...rest }) => {
    const cell = cellById.get(id);
    return cell === undefined ? [] : [{ row: shapes.rowOf(cell), cell, ...rest }];
  });
}

/** What the cell is, besides its row: "shape 16→32→48". */
export function expectedShape({ shapes }: Overview, cell: CellResult): string {
  const axis = shapes.axisName === null ? '' : `${plainLine(shapes.axisName, 40)} ${shapes.valueOf(cell)}`;
  return (
    [shapes.shapeOf({ setting: cell.setting, fixed: cell.case }, { setting: false }), axis]
      .filter((part) => part !== '')
      .join(' · ') || 'all'
  );
}
