/**
 * Columns of a dense axis put together, so that a map stays readable and small: neighbours that look the same in every row become one
 * column; where that is not enough, equal numbers of them do. Nothing is lost to the reader: single cells stand in the table of all cells.
 */
import type { CellResult } from '../../../harness/model/results/results.ts';
import type { Column, ShapeMap } from '../../findings/shapes.ts';
import { certaintyOf, type Certainty } from '../../findings/words/cell-marks.ts';
import { weigh } from '../../findings/words/verdict-words.ts';
import type { Bins } from '../page/contents.ts';

export interface BinnedMap {
  readonly map: ShapeMap;
  /** Null where every column stands for itself. */
  readonly bins: Bins | null;
}

const MOST_COLUMNS = 64;
const LEAST_COLUMNS = 12;
const MOST_TILES = 6000;

/** `bad` as in results. A tile of several cells shows the worst of them; of several such, one that was observed, but of passes a doubtful one. */
export function binned(map: ShapeMap, bad: readonly string[]): BinnedMap {
  const most = Math.max(LEAST_COLUMNS, Math.min(MOST_COLUMNS, Math.floor(MOST_TILES / Math.max(1, map.rows.length))));
  if (map.columns.length <= most) return { map, bins: null };
  const groups = grouped(map, most);
  const of = groups.flatMap((group, index) => group.map(() => index));
  const columns = groups.map((group): Column => ({ key: group[0]?.key ?? '', label: groupLabel(group) }));
  const cells = new Map(
    map.rows.map((row) => [
      row,
      new Map(groups.flatMap((group, index) => entry(columns[index]?.key ?? '', group, map.cells.get(row), bad))),
    ]),
  );
  return {
    map: { ...map, columns, cells },
    bins: { of, size: groups.map((group) => group.length), label: columns.map(({ label }) => label) },
  };
}

function grouped(map: ShapeMap, most: number): Column[][] {
  const runs: Column[][] = [];
  let before: string | null = null;
  for (const column of map.columns) {
    const looks = map.rows.map((row) => lookOf(map.cells.get(row)?.get(column.key))).join(' ');
    if (looks === before) runs.at(-1)?.push(column);
    else runs.push([column]);
    before = looks;
  }
  if (runs.length <= most) return runs;
  const together = Math.ceil(map.columns.length / most);
  return Array.from({ length: Math.ceil(map.columns.length / together) }, (_, index) =>
    map.columns.slice(index * together, (index + 1) * together),
  );
}

function lookOf(cell: CellResult | undefined): string {
  return cell === undefined ? '-' : `${cell.verdict}/${cell.basis.kind}/${certaintyOf(cell)}`;
}

function groupLabel(group: readonly Column[]): string {
  const [first, last] = [group[0]?.label ?? '', group.at(-1)?.label ?? ''];
  return group.length === 1 ? first : `${first}–${last}`;
}

const WORST_FIRST = ['bad', 'suspect', 'failed', 'open', 'good'] as const;

function entry(
  key: string,
  group: readonly Column[],
  row: ReadonlyMap<string, CellResult> | undefined,
  bad: readonly string[],
): [string, CellResult][] {
  let worst: CellResult | undefined;
  for (const column of group) {
    const cell = row?.get(column.key);
    if (cell !== undefined && (worst === undefined || rank(cell, bad) < rank(worst, bad))) worst = cell;
  }
  return worst === undefined ? [] : [[key, worst]];
}

function rank(cell: CellResult, bad: readonly string[]): number {
  const weight = weigh(cell.verdict, bad);
  const order: readonly Certainty[] =
    weight === 'good' ? ['doubtful', 'observed', 'inferred'] : ['observed', 'inferred', 'doubtful'];
  return WORST_FIRST.indexOf(weight) * order.length + order.indexOf(certaintyOf(cell));
}
