/** Version x shape at a glance: one row for each environment, one column for each map. */
import type { Results } from '../../harness/verdicts/results.ts';
import { boundaryShort, boundaryWords, lineState } from '../findings/boundary-words.ts';
import { count, counted } from '../findings/numbers.ts';
import type { Overview } from '../findings/overview.ts';
import { plainLine } from '../findings/plain-text.ts';
import type { ShapeMap } from '../findings/shapes.ts';
import { weigh } from '../findings/verdict-words.ts';
import type { Markup } from './markup.ts';
import { html } from './markup.ts';
import { section, table } from './page-frame.ts';
import type { Frame, TableCell } from './page-frame.ts';

const COLUMNS_A_TABLE = 10;
const MOST_MAPS = 60;

export function summaryTable(results: Results, overview: Overview, frame: Frame): Markup {
  const { maps, rowKind } = overview.shapes;
  const shown = maps.slice(0, MOST_MAPS);
  const tables: Markup[] = [];
  for (let from = 0; from < shown.length; from += COLUMNS_A_TABLE) {
    const part = shown.slice(from, from + COLUMNS_A_TABLE);
    const heads = [{ title: rowKind === 'setting' ? 'Setting' : 'Environment' }, ...part.map((map) => ({ title: map.title === '' ? 'Verdict' : map.title }))];
    const rows = overview.rows.map((row): TableCell[] => [{ content: plainLine(row.name, 64), heading: true }, ...part.map((map) => summaryCell(results, overview, map, row.name))]);
    tables.push(table(frame, caption(overview), heads, rows, 'summary'));
  }
  const left = maps.length - shown.length;
  return section(frame, 'summary', rowKind === 'setting' ? 'Setting by shape' : 'Version by shape', tables, left > 0 ? html`<p class="note">${counted(left, 'more shape')} in boundaries.csv.</p>` : '');
}

function caption({ shapes, words }: Overview): string {
  const axis = plainLine(shapes.axisName ?? 'value', 40);
  return `Boundary on ${axis}: "${words.verb} ≥ N" means that N is the smallest ${axis} seen to ${words.verb}, and that the next smaller one passes.`;
}

function summaryCell(results: Results, overview: Overview, map: ShapeMap, row: string): TableCell {
  const line = overview.linesByMap.get(map.id)?.get(row);
  if (line !== undefined) {
    return { content: html`<a href="#${map.id}" title="${boundaryWords(line.boundary, overview.words)}">${boundaryShort(line.boundary, overview.words)}</a>`, className: `st-${lineState(line.boundary)}` };
  }
  const cells = [...(map.cells.get(row)?.values() ?? [])];
  if (cells.length === 0) return { content: 'not in the matrix', className: 'st-open' };
  const weights = cells.map((cell) => weigh(cell.verdict, results.bad));
  const bad = weights.filter((weight) => weight === 'bad').length;
  const good = weights.filter((weight) => weight === 'good').length;
  if (bad > 0) return { content: bad === cells.length ? `all ${overview.words.verb}` : `${count(bad)} of ${count(cells.length)} ${overview.words.verb}`, className: bad === cells.length ? 'st-bad' : 'st-mixed' };
  return good === cells.length ? { content: 'pass', className: 'st-good' } : { content: `${count(good)} of ${count(cells.length)} pass`, className: 'st-open' };
}
