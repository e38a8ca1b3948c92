/** How fast the passing cells ran. */
import type { CellResult } from '../../../harness/model/results/results.ts';
import { counted, duration, gflops } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { figures, folded, section, table, type TableCell } from '../page/frame.ts';
import type { Page } from '../page/page.ts';

const MOST_OPEN = 40;
const MOST_ROWS = 600;

/** `charts` come first. */
export function timingTable(page: Page, charts: Markup): Markup {
  const flops = new Map<string, number>();
  for (const { cell, report } of page.results.attempts)
    if (report.timing?.flops != null) flops.set(cell, report.timing.flops);
  const timed = page.results.cells.filter((cell) => cell.medianRunSeconds !== null || cell.firstRunSeconds !== null);
  if (timed.length === 0) return section(page, 'timing', 'Timing', html`<p class="note">No run was timed.</p>`);
  const settings = page.results.settings.length > 1;
  const axis = page.shapes.axisName;
  const heads = [
    'Environment',
    ...(settings ? ['Setting'] : []),
    'Shape',
    ...(axis === null ? [] : [figures(plainLine(axis, 40))]),
    figures('First run'),
    figures('Median run'),
    figures('GFLOP/s'),
  ];
  const rows = timed.slice(0, MOST_ROWS).map((cell): TableCell[] => {
    const work = flops.get(cell.id);
    const median = cell.medianRunSeconds;
    return [
      { content: plainLine(cell.environment, 64), heading: true },
      ...(settings ? [{ content: plainLine(cell.setting, 64) }] : []),
      { content: page.shapes.shapeOf({ setting: cell.setting, fixed: cell.case }, { setting: false }) || 'all' },
      ...(axis === null ? [] : [{ content: page.shapes.valueOf(cell) }]),
      {
        content: cell.firstRunSeconds === null ? '–' : duration(cell.firstRunSeconds),
        ...(cell.firstRunSeconds === null ? {} : { key: cell.firstRunSeconds }),
      },
      { content: median === null ? '–' : duration(median), ...(median === null ? {} : { key: median }) },
      { content: work === undefined || median === null || median === 0 ? '–' : gflops(work, median) },
    ];
  });
  const shown = table(
    page,
    `Observed passing cells${page.simulated !== null ? ": these times are the model's, not a card's" : ''}. Median over the repeated runs after the first; GFLOP/s where the probe says how much it computes.`,
    heads,
    rows,
    '',
    {
      sort: 'timing',
      tags: (row) => ({
        of: 'timed cells',
        ...environmentOf(page, timed[row]),
        verdicts: [timed[row]?.verdict ?? 'pass'],
      }),
    },
  );
  const left = timed.length - rows.length;
  return section(
    page,
    'timing',
    'Timing',
    charts,
    timed.length > MOST_OPEN ? folded(`${counted(timed.length, 'timed cell')}`, shown) : shown,
    left > 0 ? html`<p class="note">${counted(left, 'more timed cell')} in cells.csv.</p>` : nothing,
  );
}

function environmentOf(
  page: Page,
  cell: CellResult | undefined,
): { readonly environment?: number; readonly setting?: number } {
  const environment = page.results.environments.findIndex(({ name }) => name === cell?.environment);
  const setting = page.results.settings.findIndex(({ name }) => name === cell?.setting);
  return { ...(environment < 0 ? {} : { environment }), ...(setting < 0 ? {} : { setting }) };
}
