/** Whether a matrix has the cell that an attempt names. */
import { axesOf } from './axes.ts';
import { IdMaker } from './cell-id.ts';
import { enumerate } from './enumerate.ts';
import type { Cell } from '../../model/cell.ts';
import type { Matrix } from '../file/schema.ts';

interface Tried {
  readonly cell: Pick<Cell, 'id' | 'environment' | 'setting' | 'case'>;
  readonly purpose: string;
}

/** The cells are listed when the first is asked for. One that tells explanations apart may lie beside the axes: then its id must be its own. */
export function knownCells(matrix: Matrix): (tried: Tried) => boolean {
  const ids = new IdMaker(matrix, axesOf(matrix));
  let all: ReadonlySet<string> | null = null;
  return ({ cell, purpose }) => {
    all ??= new Set([...enumerate(matrix).lines()].flatMap(({ cells }) => cells.map(({ id }) => id)));
    if (all.has(cell.id)) return true;
    return (
      purpose === 'explain' &&
      matrix.environments.some(({ name }) => name === cell.environment) &&
      Object.hasOwn(matrix.settings, cell.setting) &&
      ids.cell(cell.environment, cell.setting, cell.case) === cell.id
    );
  };
}
