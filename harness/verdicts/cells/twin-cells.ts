/** Cells of an environment that was not probed because it is the same as another: what was observed there holds here. */
import { cellKey, type Cell, type Enumeration } from '../../model/cell.ts';
import type { LibraryLog } from '../fold/library-log.ts';

/** From a cell to the id of the same cell of the environment that it is the same as; null where there is none. */
export function twinCells(libraries: LibraryLog, enumeration: Enumeration): (cell: Cell) => string | null {
  const wanted = libraries.twins;
  const ids = new Map<string, string>();
  if (wanted.size > 0) {
    for (const { environment, cells } of enumeration.lines()) {
      if (!wanted.has(environment)) continue;
      for (const cell of cells) ids.set(cellKey(cell), cell.id);
    }
  }
  return (cell) => {
    const environment = libraries.twin(cell.environment, cell.setting);
    return environment === null ? null : (ids.get(cellKey({ ...cell, environment })) ?? null);
  };
}
