/**
 * The page's only script: fills the panel for one cell, and walks the maps by arrow keys. Everything works on text nodes and on
 * copies of elements that the page already holds; nothing is ever parsed as HTML.
 * Kept as text so that its bytes, and with them the hash in the page's policy, do not depend on how this project is compiled.
 */
export const PAGE_SCRIPT = `
(() => {
'use strict';
const data = JSON.parse(document.getElementById('cell-data').textContent);
const panel = document.getElementById('panel');
const title = document.getElementById('panel-title');
const body = document.getElementById('panel-body');
const cells = new Map(data.cells.map((cell) => [cell[0], cell]));
const links = new Map();
const grid = new Map();
const place = (map, row, column) => map + ':' + row + ':' + column;
let chosen = null;

const rowName = (c) => data.rows[c[2]];
const verdict = (c) => data.verdicts[c[4]] + ', ' + ['not observed', 'observed', 'inferred'][c[5]];
const label = (c) => [rowName(c), data.maps[c[1]], data.axis === null ? '' : data.axis + ' ' + data.columns[c[1]][c[3]]].filter(Boolean).join(' \\u00b7 ');

for (const link of document.querySelectorAll('svg.heat a')) {
  const key = link.getAttribute('href').slice(6);
  const cell = cells.get(key);
  if (!cell) continue;
  links.set(key, link);
  grid.set(place(cell[1], cell[2], cell[3]), key);
  link.setAttribute('aria-label', label(cell) + ': ' + verdict(cell));
  link.setAttribute('tabindex', '-1');
}
for (const map of document.querySelectorAll('svg.heat')) map.querySelector('a')?.setAttribute('tabindex', '0');

const find = (hash) => {
  let name = hash;
  try { name = decodeURIComponent(hash); } catch {}
  if (!name.startsWith('#cell-')) return null;
  const rest = name.slice(6);
  return cells.get(rest) || cells.get(rest.slice(rest.lastIndexOf('-') + 1)) || null;
};

const element = (name, text) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  return made;
};

const show = (cell) => {
  const key = cell[0];
  const section = document.getElementById('cell-' + key);
  const facts = element('dl');
  facts.className = 'facts';
  const fact = (name, value) => {
    if (value === null || value === undefined || value === '') return;
    facts.append(element('dt', name), element('dd', value));
  };
  fact('Verdict', verdict(cell));
  if (cell[6]) {
    const from = cells.get(cell[6]);
    const dd = element('dd');
    const link = element('a', from ? label(from) : cell[6]);
    link.href = '#cell-' + cell[6];
    dd.append(link);
    facts.append(element('dt', 'Follows from'), dd);
  }
  const more = data.more[key] || {};
  fact('Confirmed', more.confirmed === undefined ? null : more.confirmed ? 'yes, in a fresh process' : 'no');
  fact('Attempts', more.attempts);
  fact('First run', more.first);
  fact('Median run', more.median);
  fact('Setting', more.setting);
  fact('Cell', more.id);
  title.textContent = label(cell);
  const parts = [facts];
  for (const attempt of more.list || []) parts.push(element('p', attempt));
  const copy = section && section.querySelector('.fold');
  if (copy) parts.push(copy.cloneNode(true));
  body.replaceChildren(...parts);
  if (chosen) chosen.classList.remove('chosen');
  chosen = links.get(key) || null;
  if (chosen) chosen.classList.add('chosen');
  panel.hidden = false;
  panel.scrollTop = 0;
  panel.dataset.cell = key;
};

const close = () => {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  if (inside && chosen) chosen.focus();
};

const goTo = (hash) => {
  const cell = find(hash);
  if (!cell) return false;
  show(cell);
  try { history.replaceState(null, '', '#cell-' + cell[0]); } catch {}
  return true;
};

document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const href = link.getAttribute('href') || '';
  if (link.closest('svg.heat') || (link.closest('#panel') && href.startsWith('#cell-'))) {
    if (!goTo(href)) return;
    event.preventDefault();
    if (event.detail === 0) panel.focus();
  } else if (href.startsWith('#cell-')) {
    const target = document.getElementById(href.slice(1));
    if (target) target.open = true;
  }
});
document.getElementById('panel-close').addEventListener('click', close);

const peekAt = (event) => {
  const link = event.target.closest('svg.heat a');
  if (!link) return;
  const peek = link.closest('figure').querySelector('.peek');
  peek.textContent = link.getAttribute('aria-label');
};
document.addEventListener('pointerover', peekAt);
document.addEventListener('focusin', peekAt);

const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') return close();
  const step = STEPS[event.key];
  const link = step && event.target.closest && event.target.closest('svg.heat a');
  if (!link) return;
  const cell = cells.get(link.getAttribute('href').slice(6));
  const next = cell && links.get(grid.get(place(cell[1], cell[2] + step[0], cell[3] + step[1])));
  if (!next) return;
  event.preventDefault();
  link.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
});

const arrive = () => {
  const cell = find(location.hash);
  if (!cell) return;
  show(cell);
  const section = document.getElementById('cell-' + cell[0]);
  if (section) section.open = true;
};
addEventListener('hashchange', arrive);
arrive();
document.documentElement.dataset.ready = 'yes';
})();
`;
