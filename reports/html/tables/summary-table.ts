/** Version x shape at a glance: one row for each environment, one column for each map. */
import { expectedShape } from '../../findings/answers/acceptance.ts';
import { counted, duration } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { figures, section, table, type TableCell } from '../page/frame.ts';
import type { Page } from '../page/page.ts';
import { ROW_WORDS, resultTable, type ResultCell } from '../../findings/lines/result-table.ts';

const COLUMNS_A_TABLE = 10;
const MOST_MAPS = 60;
const MOST_EXPECTED = 200;

export function summaryTable(page: Page): Markup {
  const { title, corner, columns, rows, left, caption } = resultTable(page, MOST_MAPS);
  const tables: Markup[] = [];
  for (let from = 0; from < columns.length; from += COLUMNS_A_TABLE) {
    const part = columns.slice(from, from + COLUMNS_A_TABLE);
    const lines = rows.map(({ name, cells }): TableCell[] => [
      { content: plainLine(name, 130), heading: true },
      ...part.map(({ map }, at) => summaryCell(map, cells[from + at])),
    ]);
    tables.push(table(page, caption, [corner, ...part], lines, 'summary'));
  }
  return section(
    page,
    'summary',
    title,
    expectationTable(page),
    tables,
    left > 0 ? html`<p class="note">${counted(left, 'more shape')} in boundaries.csv.</p>` : '',
  );
}

function summaryCell(map: string, cell: ResultCell | undefined): TableCell {
  return cell === undefined
    ? { content: '' }
    : { content: html`<a href="#${map}" title="${cell.full}">${cell.short}</a>`, className: `st-${cell.state}` };
}

/** One row for each expectation: the shape, its limit, the slowest time that was measured. */
function expectationTable(page: Page): Markup {
  const { expected } = page;
  if (expected.length === 0) return nothing;
  const heads = [
    ROW_WORDS[page.shapes.rowKind].corner,
    'Shape',
    figures('First run within'),
    figures('Slowest measured'),
    'Status',
    'Verdict',
  ];
  const rows = expected
    .slice(0, MOST_EXPECTED)
    .map(({ row, cell, limitSeconds, slowestSeconds, status }): TableCell[] => [
      { content: plainLine(row, 80), heading: true },
      { content: expectedShape(page, cell) },
      { content: duration(limitSeconds) },
      { content: slowestSeconds === null ? '–' : duration(slowestSeconds) },
      { content: status, className: status === 'met' ? 'st-good' : status === 'missed' ? 'st-mixed' : 'st-open' },
      { content: cell.verdict },
    ]);
  const left = expected.length - rows.length;
  return html`${table(page, 'What the matrix expects: the slowest first run of all attempts counts.', heads, rows, 'summary')}${left > 0 ? html`<p class="note">${counted(left, 'more expectation')} in results.json.</p>` : nothing}`;
}
