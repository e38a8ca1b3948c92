/** Version x shape at a glance: one row for each environment, one column for each map. */
import type { Results } from '../../../harness/model/results/results.ts';
import { expectedOf, expectedShape } from '../../findings/acceptance.ts';
import { counted, duration } from '../../findings/numbers.ts';
import type { Overview } from '../../findings/overview.ts';
import { plainLine } from '../../findings/plain-text.ts';
import type { ShapeMap } from '../../findings/shapes.ts';
import { tableCaption, tableWords } from '../../findings/table-cells.ts';
import type { Markup } from '../page/markup.ts';
import { html, nothing } from '../page/markup.ts';
import { section, table } from '../page/frame.ts';
import type { Frame, TableCell } from '../page/frame.ts';

const COLUMNS_A_TABLE = 10;
const MOST_MAPS = 60;
const MOST_EXPECTED = 200;

export function summaryTable(results: Results, overview: Overview, frame: Frame): Markup {
  const { maps, rowKind } = overview.shapes;
  const shown = maps.slice(0, MOST_MAPS);
  const tables: Markup[] = [];
  for (let from = 0; from < shown.length; from += COLUMNS_A_TABLE) {
    const part = shown.slice(from, from + COLUMNS_A_TABLE);
    const heads = [
      { title: heading(rowKind) },
      ...part.map((map) => ({ title: map.title === '' ? 'Verdict' : map.title })),
    ];
    const rows = overview.rows.map((row): TableCell[] => [
      { content: plainLine(row.name, 130), heading: true },
      ...part.map((map) => summaryCell(results, overview, map, row.name)),
    ]);
    tables.push(
      table(frame, tableCaption(overview, plainLine(overview.shapes.axisName ?? 'value', 40)), heads, rows, 'summary'),
    );
  }
  const left = maps.length - shown.length;
  return section(
    frame,
    'summary',
    rowKind === 'setting'
      ? 'Setting by shape'
      : rowKind === 'pair'
        ? 'Version and setting by shape'
        : 'Version by shape',
    expectationTable(results, overview, frame),
    tables,
    left > 0 ? html`<p class="note">${counted(left, 'more shape')} in boundaries.csv.</p>` : '',
  );
}

function heading(kind: Overview['shapes']['rowKind']): string {
  return kind === 'setting' ? 'Setting' : kind === 'pair' ? 'Environment · setting' : 'Environment';
}

function summaryCell(results: Results, overview: Overview, map: ShapeMap, row: string): TableCell {
  const { short, full, state } = tableWords(results, overview, map, row);
  return { content: html`<a href="#${map.id}" title="${full}">${short}</a>`, className: `st-${state}` };
}

/** One row for each expectation: the shape, its limit, the slowest time that was measured. */
function expectationTable(results: Results, overview: Overview, frame: Frame): Markup {
  const expected = expectedOf(results, overview);
  if (expected.length === 0) return nothing;
  const heads = [
    { title: heading(overview.shapes.rowKind) },
    { title: 'Shape' },
    { title: 'First run within', number: true },
    { title: 'Slowest measured', number: true },
    { title: 'Status' },
    { title: 'Verdict' },
  ];
  const rows = expected
    .slice(0, MOST_EXPECTED)
    .map(({ row, cell, limitSeconds, slowestSeconds, status }): TableCell[] => [
      { content: plainLine(row, 80), heading: true },
      { content: expectedShape(overview, cell) },
      { content: duration(limitSeconds) },
      { content: slowestSeconds === null ? '–' : duration(slowestSeconds) },
      { content: status, className: status === 'met' ? 'st-good' : status === 'missed' ? 'st-mixed' : 'st-open' },
      { content: cell.verdict },
    ]);
  const left = expected.length - rows.length;
  return html`${table(frame, 'What the matrix expects: the slowest first run of all attempts counts.', heads, rows, 'summary')}${left > 0 ? html`<p class="note">${counted(left, 'more expectation')} in results.json.</p>` : nothing}`;
}
