/** A heat map in letters, for places that show no pictures. */
import { plainLine } from '../findings/words/plain-text.ts';
import type { ShapeMap } from '../findings/shapes.ts';
import { markOf, certaintyOf } from '../findings/words/cell-marks.ts';

const MOST_COLUMNS = 120;
const MOST_LABEL = 8;

/** Column labels run downwards; capitals and + are observed, small letters and · inferred, ? and ! inferred and doubtful. */
export function textMap(map: ShapeMap): string {
  const columns = map.columns.slice(0, MOST_COLUMNS);
  const labels = columns.map((column) => column.label.slice(0, MOST_LABEL));
  const height = Math.max(0, ...labels.map((label) => label.length));
  const names = map.rows.map((row) => plainLine(row, 40));
  const width = Math.max(0, ...names.map((name) => name.length));
  const head = Array.from({ length: height }, (_, row) =>
    `${' '.repeat(width)}  ${labels.map((label) => label.padStart(height)[row] ?? ' ').join('')}`.trimEnd(),
  );
  const body = map.rows.map((row, index) => {
    const cells = columns.map((column) => {
      const cell = map.cells.get(row)?.get(column.key);
      return cell === undefined ? ' ' : markOf(cell.verdict, certaintyOf(cell));
    });
    return `${(names[index] ?? '').padEnd(width)}  ${cells.join('')}`.trimEnd();
  });
  const left = map.columns.length - columns.length;
  return [...head, ...body, ...(left > 0 ? [`(${left} more columns not shown)`] : [])].join('\n');
}
