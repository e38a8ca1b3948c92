/**
 * Names for cells inside one page: "cell-" and the hash at the end of the cell's id, which keeps a page of thousands of links small.
 * The page's script also finds a cell by "#cell-" and its whole id.
 */
import type { CellResult } from '../../../harness/model/results/results.ts';

export type Anchors = (cellId: string) => string;

/** Falls back to "n" and the cell's place where ids do not end in distinct hashes. */
export function anchorsOf(cells: readonly CellResult[]): Anchors {
  const hashes = cells.map((cell) => /-([0-9a-f]{8})$/.exec(cell.id)?.[1]);
  const distinct = new Set(hashes);
  const usable = !distinct.has(undefined) && distinct.size === cells.length;
  const keys = new Map(cells.map((cell, index) => [cell.id, (usable ? hashes[index] : undefined) ?? `n${index}`]));
  return (cellId) => keys.get(cellId) ?? 'unknown';
}
