/**
 * results.json as one self-contained page: no network, a policy that allows one script and one style sheet by their hashes,
 * the same bytes for the same results. Purpose ends at text: writing the file is the caller's.
 */
import { createHash } from 'node:crypto';
import type { Results } from '../../harness/model/results/results.ts';
import { plainLine } from '../findings/words/plain-text.ts';
import type { ReportOptions } from '../findings/reproducer.ts';
import { badCellsSection } from './evidence/bad-cells.ts';
import { boundaryCharts } from './charts/boundary-chart.ts';
import { boundaryTable } from './tables/boundary-table.ts';
import { environmentsTable, machineTable, settingsTable } from './tables/context-tables.ts';
import { cellTable, filters } from './tables/all-cells.ts';
import { deviceName, firstScreen } from './first-screen.ts';
import { explanationsSection } from './tables/explanations.ts';
import { Symbols } from './page/vega-svg.ts';
import { drawMaps, mapsSection, type DrawnMaps } from './maps/maps-section.ts';
import { html, nothing, trusted, type Markup } from './page/markup.ts';
import { pageData } from './page-data.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from './page/embedded.ts';
import { TONE_STYLE } from './page/tone-style.ts';
import { summaryTable } from './tables/summary-table.ts';
import { timingCharts } from './charts/timing-charts.ts';
import { timingTable } from './tables/timing-table.ts';
import { transitionsSection } from './tables/transitions.ts';
import type { Page } from './page/page.ts';
import { marked } from '../findings/answers/notices.ts';

const STYLE = `${TONE_STYLE}${PAGE_STYLE}`;

/** The whole page. Vega is loaded here, on first use: about 0.3 s. */
export async function renderHtml(
  page: Page,
  { reproducerOf = () => null, drawn }: ReportOptions & { readonly drawn?: DrawnMaps } = {},
): Promise<string> {
  const { results, simulated: notice } = page;
  const maps = mapsSection(page, drawn ?? (await drawMaps(page)));
  const chartSymbols = new Symbols('c');
  const boundaries = await boundaryCharts(page, chartSymbols);
  const times = await timingCharts(page, chartSymbols);
  const bad = badCellsSection(page, reproducerOf);
  const title = `${marked(notice, page.headline.text)} · ${plainLine(results.run.matrix, 64)} on ${deviceName(page)}`;
  return html`${trusted('<!doctype html>')}
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
${notice === null ? nothing : html`<div class="sim-banner" role="alert">${notice}</div>`}
${firstScreen(page)}
<main${results.cells.length > MANY_CELLS ? html` class="long"` : nothing}>
${contents(results)}
${filters(page)}
${summaryTable(page)}
${maps}
${boundaryTable(page, boundaries)}
${explanationsSection(page)}
${transitionsSection(page)}
${bad.markup}
${environmentsTable(page)}
${settingsTable(page)}
${machineTable(page)}
${timingTable(page, times)}
${chartSymbols.definitions()}
${cellTable(page)}
</main>
<footer><p>Made from results.json alone by ${plainLine(results.tool, 80)}. The same figures as tables: cells.csv, attempts.csv, boundaries.csv. The maps as a picture: heatmap.svg; as Vega-Lite: heatmaps.vl.json.</p></footer>
<aside id="panel" hidden tabindex="-1" aria-labelledby="panel-title">
<div class="bar"><h3>${notice !== null ? html`<span class="sim">SIMULATED</span> ` : nothing}<span id="panel-title" aria-live="polite"></span></h3><button type="button" id="panel-close">Close</button></div>
<div id="panel-body"></div>
</aside>
${pageData(page, bad)}
<script>${trusted(PAGE_SCRIPT)}</script>
</body>
</html>
`.toString();
}

/** From here on sections are laid out when they come near; shorter pages stay whole, for pictures of them. */
const MANY_CELLS = 20_000;

/** Nothing but what the page holds: no network, no plug-ins, no form, no base address, no style attribute, no eval. */
function policy(): string {
  return `default-src 'none'; script-src ${sha256(PAGE_SCRIPT)}; style-src ${sha256(STYLE)}; img-src data:; base-uri 'none'; form-action 'none'`;
}

function sha256(text: string): string {
  return `'sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}'`;
}

const SECTIONS = [
  ['summary', 'Summary'],
  ['maps', 'Heat maps'],
  ['boundaries', 'Boundaries'],
  ['explanations', 'What sets the boundary'],
  ['transitions', 'Changes between environments'],
  ['evidence', 'Evidence'],
  ['environments', 'Environments'],
  ['settings', 'Settings'],
  ['machine', 'Host and device'],
  ['timing', 'Timing'],
  ['cells', 'All cells'],
] as const;

function contents({ insight, transitions = [] }: Results): Markup {
  const sections = SECTIONS.filter(([id]) =>
    id === 'explanations' ? insight !== undefined : id !== 'transitions' || transitions.length > 0,
  );
  return html`<nav class="contents" aria-label="Sections"><ul>${sections.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>`;
}
