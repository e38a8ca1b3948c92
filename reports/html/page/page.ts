/**
 * What every section of the page is made from: the findings, and names for cells inside the page. These are "cell-" and the hash at the end of the cell's id, which keeps a page of thousands of links small.
 * The page's script also finds a cell by "#cell-" and its whole id.
 */
import type { CellResult } from '../../../harness/model/results/results.ts';
import type { Findings } from '../../findings/findings.ts';

export type Page = Findings & { readonly anchorOf: (cellId: string) => string };

export function pageOf(findings: Findings): Page {
  return { ...findings, anchorOf: anchorsOf(findings.results.cells) };
}

/** Falls back to "n" and the cell's place where ids do not end in distinct hashes. */
function anchorsOf(cells: readonly CellResult[]): Page['anchorOf'] {
  const hashes = cells.map((cell) => /-([0-9a-f]{8})$/.exec(cell.id)?.[1]);
  const distinct = new Set(hashes);
  const usable = !distinct.has(undefined) && distinct.size === cells.length;
  const keys = new Map(cells.map((cell, index) => [cell.id, (usable ? hashes[index] : undefined) ?? `n${index}`]));
  return (cellId) => keys.get(cellId) ?? 'unknown';
}
