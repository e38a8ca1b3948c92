/** The heat maps as one picture that stands alone: SVG 1.1, light colours, with what was measured, a legend and, for a simulated run, the notice. */
import type { Results } from '../../harness/model/results/results.ts';
import type { Findings } from '../findings/findings.ts';
import { moment } from '../findings/words/numbers.ts';
import { plainLine } from '../findings/words/plain-text.ts';
import { VERDICT_KINDS, VERDICTS } from '../../harness/model/results/verdict.ts';
import { markOf, CERTAINTIES, CERTAINTY_WORDS, certaintyOf } from '../findings/words/cell-marks.ts';
import type { DrawnMaps } from '../html/maps/maps-section.ts';
import { html, trusted, type Markup } from '../html/page/markup.ts';
import { DOUBT, tileColours } from '../html/page/tones.ts';

const MARGIN = 16;
const GAP = 22;
const TITLE = 16;
const WIDEST = 1400;

export function heatmapSvg(
  { results, simulated: notice, headline: { text: said } }: Findings,
  { drawings, symbols }: DrawnMaps,
): string {
  const top = MARGIN + (notice === null ? 0 : 30) + 52;
  const placed: Markup[] = [];
  let [x, y, rowHeight, width] = [MARGIN, top, 0, 480];
  for (const { title, svg } of drawings) {
    const [, w = '0', h = '0'] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    if (x > MARGIN && x + Number(w) + MARGIN > WIDEST) {
      x = MARGIN;
      y += rowHeight + GAP;
      rowHeight = 0;
    }
    placed.push(
      html`<text x="${x}" y="${y + 10}" font-size="12" font-weight="600" fill="#1c2128">${notice === null ? '' : 'SIMULATED '}${title}</text>${trusted(bare(svg).replace('<svg', `<svg x="${x}" y="${y + TITLE}"`))}`,
    );
    x += Number(w) + GAP;
    width = Math.max(width, x - GAP + MARGIN);
    rowHeight = Math.max(rowHeight, Number(h) + TITLE);
  }
  const legendAt = y + rowHeight + GAP;
  const legendHtml = legend(results, legendAt, width);
  const height = Math.ceil(legendAt + 16 * legendHtml.rows + MARGIN);
  const banner =
    notice === null
      ? ''
      : html`<rect width="${width}" height="30" fill="#ffd24d"/><text x="${MARGIN}" y="20" font-size="13" font-weight="700" fill="#2b2100">${notice}</text>`;
  const head = MARGIN + (notice === null ? 0 : 30);
  return html`${trusted('<?xml version="1.0" encoding="UTF-8"?>\n')}<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${height}" viewBox="0 0 ${Math.ceil(width)} ${height}" font-family="'DejaVu Sans', 'Segoe UI', Helvetica, Arial, sans-serif" role="img" aria-label="${notice === null ? '' : 'SIMULATED: '}${said}">
<rect width="100%" height="100%" fill="#ffffff"/>${banner}
<text x="${MARGIN}" y="${head + 12}" font-size="17" font-weight="700" fill="#1c2128">${said}</text>
<text x="${MARGIN}" y="${head + 32}" font-size="11.5" fill="#59626d">${plainLine(results.run.matrix, 64)} on ${plainLine(results.device.name, 80)}, ${moment(results.run.startedAt)}</text>
${symbols.list()}
${placed}
${legendHtml.markup}
</svg>
`.toString();
}

/** Links lead nowhere in a file of its own. */
function bare(svg: string): string {
  return svg.replace(/<a href="[^"]*">/g, '').replaceAll('</a>', '');
}

function legend(results: Results, top: number, width: number): { readonly markup: Markup; readonly rows: number } {
  const seen = new Set(results.cells.map((cell) => `${cell.verdict} ${certaintyOf(cell)}`));
  const entries = VERDICT_KINDS.flatMap((verdict) =>
    CERTAINTIES.filter((certainty) => seen.has(`${verdict} ${certainty}`)).map((certainty) => {
      const { tone } = VERDICTS[verdict];
      const nothing = certainty === 'inferred' && (tone === 'none' || tone === 'open');
      return {
        text: nothing ? verdict : `${verdict}, ${CERTAINTY_WORDS[certainty]}`,
        mark: markOf(verdict, certainty),
        ...tileColours(tone, certainty),
      };
    }),
  );
  const each = entries.some(({ tile }) => tile === DOUBT.light) ? 190 : 150;
  const inRow = Math.max(1, Math.floor((width - 2 * MARGIN) / each));
  const markup = entries.map(({ text, mark, tile, ink }, index) => {
    const [x, y] = [MARGIN + (index % inRow) * each, top + Math.floor(index / inRow) * 16];
    return html`<rect x="${x}" y="${y - 10}" width="13" height="13" fill="${tile}"/><text x="${x + 6.5}" y="${y}" text-anchor="middle" font-size="10" font-weight="700" fill="${ink}">${mark}</text><text x="${x + 18}" y="${y}" font-size="11" fill="#3d444d">${text}</text>`;
  });
  return { markup: html`${markup}`, rows: Math.ceil(entries.length / inRow) };
}
