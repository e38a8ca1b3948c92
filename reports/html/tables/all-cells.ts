/** The filters of the page and the table of all cells, which the page's script fills, sorts and pages. Hidden until the script has run. */
import { count } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import { VERDICT_KINDS } from '../../../harness/model/results/verdict.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { figures, section, table } from '../page/frame.ts';
import type { Page } from '../page/page.ts';
import { ROW_WORDS } from '../../findings/lines/result-table.ts';

export function filters(page: Page): Markup {
  const verdicts = new Set(page.results.cells.map(({ verdict }) => verdict));
  const present = VERDICT_KINDS.filter((name) => [...verdicts].some((verdict) => verdict === name));
  return html`<div id="filters" class="filters" role="search" aria-label="Filter the maps, tables and failures below" hidden>
${choice(
  'filter-env',
  'Environment',
  page.results.environments.map(({ name }) => plainLine(name, 80)),
)}
${
  page.results.settings.length > 1
    ? choice(
        'filter-setting',
        'Setting',
        page.results.settings.map(({ name }) => plainLine(name, 80)),
      )
    : nothing
}
${choice('filter-verdict', 'Verdict', present)}
<label for="filter-text">Text<input type="search" id="filter-text" autocomplete="off" spellcheck="false"></label>
<button type="button" id="filter-clear">Clear</button>
<a id="view-link" href="#">Link to this view</a>
<p id="filter-count" role="status" aria-live="polite"></p>
</div>
`;
}

function choice(id: string, name: string, options: readonly string[]): Markup {
  return html`<label for="${id}">${name}<select id="${id}"><option value="">all</option>${options.map((one) => html`<option>${one}</option>`)}</select></label>`;
}

export function cellTable(page: Page): Markup {
  const axis = page.shapes.axisName === null ? 'Value' : plainLine(page.shapes.axisName, 40);
  const heads = [
    ROW_WORDS[page.shapes.rowKind].corner,
    'Shape',
    figures(axis),
    'Verdict',
    'Basis',
    figures('Attempts'),
    figures('First run'),
    figures('Median run'),
  ];
  return section(
    page,
    'cells',
    'All cells',
    html`<p class="note" id="cells-note">Each of the ${count(page.results.cells.length)} cells, ${PAGE_WORDS} The filters above apply; a column's heading sorts; choose a cell for its attempts.</p>
<p class="pager"><button type="button" id="page-back">Previous</button> <button type="button" id="page-on">Next</button> <span id="cell-page" role="status"></span></p>
`,
    table(
      page,
      page.results.device.simulation === null
        ? 'Cells, observed or not'
        : "Cells, observed or not. First and median run are the model's times, not a card's.",
      heads,
      [],
      '',
      { sort: 'cells', body: 'cell-rows' },
    ),
  );
}

const PAGE_WORDS = '100 to a page.';
