/** The part of the page's script that shows one cell in the panel and walks the maps. It runs inside page-script.ts. */
export const PANEL_SCRIPT = `
const panel = byId('panel');
const panelTitle = byId('panel-title');
const panelBody = byId('panel-body');
const links = new Map();
const grid = new Map();
const tileOf = new Map();
const letterOf = new Map();
let chosen = null;

for (const map of document.querySelectorAll('svg.heat')) {
  const number = Number(map.dataset.map);
  const bins = index.bins[number];
  let first = true;
  const tiles = [...map.querySelectorAll('a')];
  // The letters lie above all tiles, in the same order.
  const letters = [...map.querySelectorAll('use')].filter((one) => !one.closest('a') && byId(one.getAttribute('href').slice(1)).localName === 'text');
  if (letters.length === tiles.length) for (const [place, tile] of tiles.entries()) letterOf.set(tile, letters[place]);
  for (const link of tiles) {
    const i = placeOf.get(link.getAttribute('href').slice(6));
    if (i === undefined) continue;
    links.set(i, link);
    const bin = bins ? bins.of[cells.column[i]] : cells.column[i];
    const at = number + ':' + cells.row[i] + ':' + bin;
    grid.set(at, link);
    tileOf.set(link, [number, cells.row[i], bin, i]);
    const many = bins ? bins.size[bin] : 1;
    link.setAttribute('aria-label', label(i) + ': ' + verdictWords(i) + (many > 1 ? '; the worst of ' + many + ' values, ' + bins.label[bin] : ''));
    link.setAttribute('tabindex', first ? '0' : '-1');
    first = false;
  }
}

for (const drawing of document.querySelectorAll('svg.chart')) {
  for (const [place, link] of [...drawing.querySelectorAll('a')].entries()) {
    const i = placeOf.get(link.getAttribute('href').slice(6));
    if (i === undefined) continue;
    link.setAttribute('aria-label', label(i) + ': ' + verdictWords(i) + (cells.median[i] === null ? '' : ', median run ' + seconds(cells.median[i])));
    link.setAttribute('tabindex', place === 0 ? '0' : '-1');
  }
}

const find = (name) => {
  const known = placeOf.get(name);
  return known !== undefined ? known : placeOf.get(name.slice(name.lastIndexOf('-') + 1));
};

const factList = (facts) => {
  const list = element('dl', undefined, 'facts');
  for (const [name, value] of facts) if (value !== null && value !== undefined && value !== '') {
    const dd = element('dd');
    dd.append(value);
    list.append(element('dt', name), dd);
  }
  return list;
};

const cellLink = (i) => {
  const link = element('a', label(i));
  link.href = '#cell-' + keyOf(i);
  return link;
};

const show = async (i) => {
  const key = keyOf(i);
  const from = cells.from[i];
  panelTitle.textContent = label(i);
  const facts = [['Verdict', verdictWords(i)], ['Follows from', from < 0 ? '' : cellLink(from)], ['First run', seconds(cells.first[i])], ['Median run', seconds(cells.median[i])]];
  panelBody.replaceChildren(factList(facts));
  if (chosen) chosen.classList.remove('chosen');
  chosen = links.get(i) || null;
  if (chosen) chosen.classList.add('chosen');
  panel.hidden = false;
  panel.scrollTop = 0;
  panel.dataset.cell = key;
  const block = byId('block-more-' + Math.floor(i / index.per));
  const more = block ? (await unpack(block.id))[i % index.per] : undefined;
  if (panel.dataset.cell !== key || !more) return;
  const [id, confirmed, attempts, list] = more;
  facts.push(['Confirmed', confirmed === null ? '' : confirmed ? 'yes, in a fresh process' : 'no'], ['Attempts', attempts], ['Setting', index.settings.length > 1 ? index.settings[index.rows[cells.row[i]][2]] : ''], ['Cell', id]);
  const parts = [factList(facts)];
  const section = byId('cell-' + key);
  const copy = section && section.querySelector('.fold');
  if (copy) {
    const made = copy.cloneNode(true);
    for (const one of made.querySelectorAll('[id]')) one.removeAttribute('id');
    parts.push(made);
  } else for (const attempt of list) parts.push(element('p', attempt));
  panelBody.replaceChildren(...parts);
};

const close = () => {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  state.cell = '';
  remember();
  if (inside && chosen) chosen.focus();
};

const goTo = (href) => {
  const i = href.startsWith('#cell-') ? find(href.slice(6)) : undefined;
  if (i === undefined) return false;
  state.cell = keyOf(i);
  show(i);
  remember();
  return true;
};

// The first tile of a row that was observed and is no pass, else the last that was observed: there the arrow keys begin.
const turningPoint = (row, figure) => {
  const drawing = figure && figure.querySelector('svg.heat');
  if (!drawing) return undefined;
  const own = [...drawing.querySelectorAll('a')].flatMap((link) => tileOf.get(link) && tileOf.get(link)[1] === row && cells.basis[tileOf.get(link)[3]] === 1 ? [link] : []);
  return own.find((link) => verdictOf(tileOf.get(link)[3]) !== 'pass') || own.at(-1);
};

document.addEventListener('click', async (event) => {
  const button = event.target.closest('button.program');
  if (!button) return;
  const text = (await unpack('block-programs'))[Number(button.dataset.r)];
  const shown = element('pre', text);
  shown.tabIndex = 0;
  button.closest('p').replaceWith(shown);
  shown.focus();
});

document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const href = link.getAttribute('href') || '';
  if (link.closest('svg.heat, svg.chart, #panel, #cells') && href.startsWith('#cell-')) {
    if (!goTo(href)) return;
    event.preventDefault();
    if (event.detail === 0) panel.focus();
  } else if (href.startsWith('#map-') && link.closest('#summary')) {
    const tile = turningPoint(link.closest('tr').sectionRowIndex, byId(href.slice(1)));
    // After the browser has gone to the map.
    if (tile) setTimeout(() => tile.focus({ preventScroll: true }));
  } else if (href.startsWith('#cell-')) {
    const target = byId(href.slice(1));
    if (target) target.open = true;
  }
});
byId('panel-close').addEventListener('click', close);

const peekAt = (event) => {
  const link = event.target.closest && event.target.closest('svg.heat a, svg.chart a');
  const peek = link && link.closest('figure').querySelector('.peek');
  if (!peek) return;
  const i = placeOf.get((link.getAttribute('href') || '').slice(6));
  peek.textContent = link.getAttribute('aria-label') || (i === undefined ? '' : label(i) + ': ' + verdictWords(i));
};
document.addEventListener('pointerover', peekAt);
document.addEventListener('focusin', peekAt);

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return close();
  const step = STEPS[event.key];
  const link = step && event.target.closest && event.target.closest('svg.heat a, svg.chart a');
  const tile = link && tileOf.get(link);
  const points = link && !tile ? [...link.closest('svg').querySelectorAll('a')] : [];
  const next = points.length > 0 ? points[points.indexOf(link) + step[0] + step[1]] : tile && grid.get(tile[0] + ':' + (tile[1] + step[0]) + ':' + (tile[2] + step[1]));
  if (!next) return;
  event.preventDefault();
  link.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
});
`;
