/** Maps and charts: every tile says its words, and arrow keys walk from one to the next. */
import { cellOf, cells, index, label, seconds, verdictOf, verdictWords } from './cells.js';
import { all, around, byId } from './elements.js';

const MARKS = 'svg.heat a, svg.chart a';
/** The tile of a cell. @type {Map<number, SVGAElement>} */
export const links = new Map();
/** By map, row and column. @type {Map<string, SVGAElement>} */
const grid = new Map();
/** Map, row, column, cell. @type {Map<Element, [number, number, number, number]>} */
const tileOf = new Map();
/** The letter on a tile. @type {Map<Element, Element>} */
const letterOf = new Map();

for (const map of all(document, 'svg.heat', SVGSVGElement)) {
  const number = Number(map.dataset.map);
  const bins = index.bins[number];
  let first = true;
  const tiles = all(map, 'a', SVGAElement);
  // The letters lie above all tiles, in the same order.
  const letters = [...map.querySelectorAll('use')].filter(
    (one) => !one.closest('a') && byId((one.getAttribute('href') || '').slice(1))?.localName === 'text',
  );
  if (letters.length === tiles.length) for (const [place, tile] of tiles.entries()) letterOf.set(tile, letters[place]);
  for (const link of tiles) {
    const i = cellOf(link);
    if (i === undefined) continue;
    links.set(i, link);
    const bin = bins ? bins.of[cells.column[i]] : cells.column[i];
    grid.set(number + ':' + cells.row[i] + ':' + bin, link);
    tileOf.set(link, [number, cells.row[i], bin, i]);
    const many = bins ? bins.size[bin] : 1;
    const worst = bins && many > 1 ? '; the worst of ' + many + ' values, ' + bins.label[bin] : '';
    link.setAttribute('aria-label', label(i) + ': ' + verdictWords(i) + worst);
    link.setAttribute('tabindex', first ? '0' : '-1');
    first = false;
  }
}

for (const drawing of document.querySelectorAll('svg.chart')) {
  for (const [place, link] of [...drawing.querySelectorAll('a')].entries()) {
    const i = cellOf(link);
    if (i === undefined) continue;
    const median = cells.median[i] === null ? '' : ', median run ' + seconds(cells.median[i]);
    link.setAttribute('aria-label', label(i) + ': ' + verdictWords(i) + median);
    link.setAttribute('tabindex', place === 0 ? '0' : '-1');
  }
}

/**
 * Pales what is filtered away.
 * @param {Uint8Array} visible 1 for each cell that is shown
 */
export const paleMarks = (visible) => {
  for (const link of document.querySelectorAll(MARKS)) {
    const i = cellOf(link);
    const off = i !== undefined && !visible[i];
    link.classList.toggle('off', off);
    letterOf.get(link)?.classList.toggle('off', off);
  }
};

/**
 * The first tile of a row that was observed and is no pass, else the last that was observed: there the arrow keys begin.
 * @param {number} row
 * @param {Element | null} figure
 */
export const turningPoint = (row, figure) => {
  const drawing = figure && figure.querySelector('svg.heat');
  if (!drawing) return undefined;
  const own = all(drawing, 'a', SVGAElement).flatMap((link) => {
    const tile = tileOf.get(link);
    return tile && tile[1] === row && cells.basis[tile[3]] === 1 ? [{ link, verdict: verdictOf(tile[3]) }] : [];
  });
  return (own.find(({ verdict }) => verdict !== 'pass') || own.at(-1))?.link;
};

/** @param {Event} event */
const peekAt = (event) => {
  const link = around(event, MARKS);
  const peek = link?.closest('figure')?.querySelector('.peek');
  if (!link || !peek) return;
  const i = cellOf(link);
  peek.textContent = link.getAttribute('aria-label') || (i === undefined ? '' : label(i) + ': ' + verdictWords(i));
};
document.addEventListener('pointerover', peekAt);
document.addEventListener('focusin', peekAt);

/** Rows and columns to go. @type {Record<string, [number, number]>} */
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

/**
 * @param {Element} link
 * @param {[number, number]} step
 */
const neighbour = (link, [down, right]) => {
  const tile = tileOf.get(link);
  if (tile) return grid.get(tile[0] + ':' + (tile[1] + down) + ':' + (tile[2] + right));
  const drawing = link.closest('svg');
  const points = drawing ? all(drawing, 'a', SVGAElement) : [];
  return points[points.findIndex((one) => one === link) + down + right];
};
document.addEventListener('keydown', (event) => {
  const step = STEPS[event.key];
  const link = step && around(event, MARKS);
  const next = link && neighbour(link, step);
  if (!next) return;
  event.preventDefault();
  link.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
});
