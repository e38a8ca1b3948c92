/** How text is laid out for a terminal: lines of a width, a label with its text beside it, columns. What colours a text takes no room. Pure. */
import { stripVTControlCharacters } from 'node:util';

const GAP = '  ';

/** Breaks at spaces; a word that is longer than a line is cut. */
export function wrapped(text: string, width: number): string[] {
  const fits = new RegExp(`.{1,${width}}`, 'gu');
  const lines: string[] = [];
  for (const word of text.split(/\s+/).flatMap((one) => one.match(fits) ?? [''])) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The text goes on below itself: to the right of the label, which comes once. */
export function beside(label: string, text: string, width: number): string[] {
  const room = shown(label);
  return wrapped(text, width - room).map((line, place) => (place === 0 ? label : ' '.repeat(room)) + line);
}

/** Each column as wide as its widest cell. A row of one cell is a heading, and makes no column wider. */
export function columns(rows: readonly (readonly string[])[], gap = GAP): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) =>
    row
      .map((cell, at) => (row.length === 1 ? cell : padded(cell, widths[at] ?? 0)))
      .join(gap)
      .trimEnd(),
  );
}

/** As columns; those that do not fit beside the others go below them, with the first one named again. */
export function bands(rows: readonly (readonly string[])[], width: number, gap = GAP): string[] {
  const [first = 0, ...widths] = widthsOf(rows);
  const groups: number[][] = [];
  let left = 0;
  for (const [at, own] of widths.entries()) {
    left -= gap.length + own;
    const group = groups.at(-1);
    if (group !== undefined && left >= 0) group.push(at + 1);
    else {
      groups.push([at + 1]);
      left = width - first - gap.length - own;
    }
  }
  return groups.flatMap((group, place) => [
    ...(place === 0 ? [] : ['']),
    ...columns(
      rows.map((row) => (row.length === 1 ? row : [padded(row[0] ?? '', first), ...group.map((at) => row[at] ?? '')])),
      gap,
    ),
  ]);
}

/** Columns to write for. Serial lines, script(1) and terminals of containers tell 0: then it is not known, as where there is no terminal. */
export function widthFor(told: number | undefined, unknown: number, least: number): number {
  return told === undefined || told === 0 ? unknown : Math.max(least, told);
}

function widthsOf(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows)
    if (row.length > 1) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, shown(cell));
  return widths;
}

function padded(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - shown(cell)));
}

function shown(text: string): number {
  return stripVTControlCharacters(text).length;
}
