/** The smallest cell of a cell's line. Pure. */
import type { Cell, Enumeration } from '../../model/cell.ts';

/** Walks the lines, which is done once for each site. null where the cell is the smallest itself, or on no line of the matrix. */
export function smallestOf(
  enumeration: Enumeration,
  { line: id, position }: Pick<Cell, 'line' | 'position'>,
): Cell | null {
  if (position === 0) return null;
  for (const { id: own, cells } of enumeration.lines()) if (own === id) return cells[0] ?? null;
  return null;
}
