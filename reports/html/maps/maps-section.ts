/** The heat maps, their legend and what was left out of them. */
import { isDoubtful, type CellResult } from '../../../harness/model/results/results.ts';
import { VERDICT_KINDS, VERDICTS, type VerdictKind } from '../../../harness/model/results/verdict.ts';
import { count, counted } from '../../findings/words/numbers.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import type { ShapeMap } from '../../findings/shapes.ts';
import { markOf, certaintyOf, CERTAINTIES, CERTAINTY_WORDS, type Certainty } from '../../findings/words/cell-marks.ts';
import { weigh } from '../../findings/words/verdict-words.ts';
import { mapSpec } from './heat-map-specs.ts';
import { drawSvg, Symbols } from '../page/vega-svg.ts';
import { html, nothing, trusted, type Markup } from '../page/markup.ts';
import type { Bins } from '../page/contents.ts';
import { mark, section } from '../page/frame.ts';
import type { Page } from '../page/page.ts';
import { marked } from '../../findings/answers/notices.ts';

/** About 120 bytes each: more would make a page that is slow to open. */
const MOST_TILES = 6_000;

export interface DrawnMap {
  readonly map: ShapeMap;
  readonly title: string;
  readonly bins: Bins | null;
  /** From "<svg width=… height=…" on. */
  readonly svg: string;
}

export interface DrawnMaps {
  /** In the order of the matrix; not all where there are too many. */
  readonly drawings: readonly DrawnMap[];
  readonly symbols: Symbols;
}

/** Takes most of the time of a report, so that one drawing serves the page and the picture. */
export async function drawMaps(page: Page): Promise<DrawnMaps> {
  const symbols = new Symbols();
  const drawings: DrawnMap[] = [];
  for (const map of mapsToDraw(page)) {
    const { title, spec, slack, bins } = mapSpec(page, map);
    drawings.push({ map, title, bins, svg: await drawSvg(spec, symbols, slack) });
  }
  return { drawings, symbols };
}

export function mapsSection(page: Page, { drawings: chosen, symbols }: DrawnMaps): Markup {
  const { shapes } = page;
  const figures = chosen.map((drawn) => figure(page, drawn));
  const left = shapes.maps.length - chosen.length;
  const rows =
    shapes.rowKind === 'setting'
      ? 'Settings'
      : shapes.rowKind === 'pair'
        ? 'Environments and settings'
        : 'Environments';
  return section(
    page,
    'maps',
    'Heat maps',
    html`<p class="note">${rows} from top to bottom in the matrix's order; ${plainLine(shapes.axisName ?? 'cases', 64)} from left to right. A full tile with a capital (or +) was observed: a process ran this very cell. A pale tile with a small letter (or ·) is inferred from another cell of its line. ${doubtWords(page.results.cells)}Choose a tile for its details; arrow keys walk from tile to tile, Enter opens, Escape closes.</p>
`,
    constants(page),
    legend(page.results.cells),
    symbols.definitions(),
    html`<div class="maps">${figures}</div>
`,
    left > 0
      ? html`<p class="note">${counted(left, 'more map')} not drawn, to keep this page small: the maps with the most bad cells are shown. Every cell stands in the <a href="#cells">table of all cells</a> and in cells.csv.</p>`
      : nothing,
  );
}

/** All, or the ones with the most bad cells, in the matrix's order. */
function mapsToDraw({ results, shapes }: Page): ShapeMap[] {
  const measured = shapes.maps.map((map, index) => {
    const cells = [...map.cells.values()].flatMap((row) => [...row.values()]);
    return {
      map,
      index,
      size: map.rows.length * Math.min(map.columns.length, 64),
      bad: cells.filter((cell) => ['bad', 'suspect', 'failed'].includes(weigh(cell.verdict, results.bad))).length,
    };
  });
  let room = MOST_TILES;
  const taken = measured
    .toSorted((a, b) => b.bad - a.bad || a.index - b.index)
    .filter(({ size }, order) => {
      if (size > room && order > 0) return false;
      room -= size;
      return true;
    });
  return taken.toSorted((a, b) => a.index - b.index).map(({ map }) => map);
}

function figure(page: Page, { map, title, bins, svg }: DrawnMap): Markup {
  const id = `${map.id}-1`;
  const name = html`<svg class="heat" data-map="${page.shapes.maps.indexOf(map)}" role="group" aria-labelledby="${id}-t" aria-describedby="${id}-d"`;
  const words = html`<title id="${id}-t">${marked(page.simulated, `Heat map, ${title}`)}</title><desc id="${id}-d">${describe(page, map)}</desc>`;
  // The drawing begins with "<svg width=…>": name it, and say what it shows before its first shape.
  const drawing = trusted(svg.replace('<svg', () => name.toString()).replace('>', () => `>${words.toString()}`));
  const together =
    bins === null
      ? nothing
      : html`<p class="note">${counted(map.columns.length, 'value')} in ${counted(bins.size.length, 'column')}: a column of several values shows the worst of them. Each value stands in the table of all cells.</p>`;
  return html`<figure id="${map.id}"><figcaption><h3>${mark(page)}${title}</h3></figcaption>${together}
<div class="scroll">${drawing}</div>
<p class="peek" aria-hidden="true"></p></figure>
`;
}

/** For screen readers: the counts; the exact boundaries stand in the boundary table. */
function describe(page: Page, map: ShapeMap): string {
  const cells = [...map.cells.values()].flatMap((row) => [...row.values()]);
  const weights = cells.map((cell) => weigh(cell.verdict, page.results.bad));
  const of = (wanted: string): string => count(weights.filter((weight) => weight === wanted).length);
  return `${counted(map.rows.length, 'row')} by ${counted(map.columns.length, 'column')}: ${of('good')} good, ${of('bad')} bad, ${of('suspect')} flaky, ${of('failed')} failed otherwise, ${of('open')} without a verdict. The boundary table says the same in words.`;
}

function constants({ shapes }: Page): Markup {
  const entries = Object.entries(shapes.constants);
  if (entries.length === 0) return nothing;
  return html`<p class="note">The same in every cell: ${entries.map(([name, value]) => `${plainLine(name, 64)} ${plainLine(String(value), 64)}`).join(', ')}.</p>
`;
}

function legend(cells: readonly CellResult[]): Markup {
  const seen = new Map<string, { readonly verdict: VerdictKind; readonly certainty: Certainty }>();
  for (const cell of cells) {
    const certainty = certaintyOf(cell);
    seen.set(`${cell.verdict} ${certainty}`, { verdict: cell.verdict, certainty });
  }
  const entries = [...seen.values()].toSorted(
    (a, b) =>
      VERDICT_KINDS.indexOf(a.verdict) - VERDICT_KINDS.indexOf(b.verdict) ||
      CERTAINTIES.indexOf(a.certainty) - CERTAINTIES.indexOf(b.certainty),
  );
  return html`<ul class="legend" aria-label="Legend">${entries.map(({ verdict, certainty }) => html`<li title="${VERDICTS[verdict].meaning}">${tile(verdict, certainty)}${verdict}${basisWords(verdict, certainty)}</li>`)}</ul>
`;
}

function doubtWords(cells: readonly CellResult[]): string {
  return cells.some(isDoubtful)
    ? 'A yellow tile with ? (a pass) or ! (anything worse) is inferred and doubtful: larger is not worse everywhere in this run, or it was taken over from another line. '
    : '';
}

function basisWords(verdict: VerdictKind, certainty: Certainty): string {
  const { tone } = VERDICTS[verdict];
  return certainty === 'inferred' && (tone === 'none' || tone === 'open') ? '' : `, ${CERTAINTY_WORDS[certainty]}`;
}

/** The letter of a verdict in its colours; hidden from screen readers, who get the word beside it. */
export function tile(verdict: VerdictKind, certainty: Certainty): Markup {
  return html`<span class="tile ${VERDICTS[verdict].tone}${certainty === 'observed' ? '' : ` ${certainty}`}" aria-hidden="true">${markOf(verdict, certainty)}</span>`;
}
