/** The panel shows one cell, and links to a cell open it. */
import { remember, state } from './address.js';
import { cellLink, cells, find, index, keyOf, label, seconds, unpack, verdictWords } from './cells.js';
import { around, byId, element, need } from './elements.js';
import { links, turningPoint } from './maps.js';

/** @typedef {[name: string, value: string | HTMLElement]} Fact */

const panel = need('panel', HTMLElement);
const title = need('panel-title', HTMLElement);
const body = need('panel-body', HTMLElement);
/** @type {SVGAElement | undefined} */
let chosen;

/** @param {readonly Fact[]} facts */
const factList = (facts) => {
  const list = element('dl', undefined, 'facts');
  for (const [name, value] of facts) {
    if (value === '') continue;
    const dd = element('dd');
    dd.append(value);
    list.append(element('dt', name), dd);
  }
  return list;
};

/** @param {number} i */
export const show = async (i) => {
  const key = keyOf(i);
  const from = cells.from[i];
  title.textContent = label(i);
  /** @type {Fact[]} */
  const facts = [
    ['Verdict', verdictWords(i)],
    ['Follows from', from < 0 ? '' : cellLink(from)],
    ['First run', seconds(cells.first[i])],
    ['Median run', seconds(cells.median[i])],
  ];
  body.replaceChildren(factList(facts));
  chosen?.classList.remove('chosen');
  chosen = links.get(i);
  chosen?.classList.add('chosen');
  panel.hidden = false;
  panel.scrollTop = 0;
  panel.dataset.cell = key;
  const block = /** @type {const} */ (`block-more-${Math.floor(i / index.per)}`);
  const more = byId(block) ? (await unpack(block))[i % index.per] : 0;
  if (panel.dataset.cell !== key || !more) return;
  const [id, confirmed, attempts, list] = more;
  facts.push(
    ['Confirmed', confirmed === null ? '' : confirmed ? 'yes, in a fresh process' : 'no'],
    ['Attempts', attempts],
    ['Setting', index.settings.length > 1 ? index.settings[index.rows[cells.row[i]][2]] : ''],
    ['Cell', id],
  );
  const evidence = byId('cell-' + key)
    ?.querySelector('.fold')
    ?.cloneNode(true);
  if (!(evidence instanceof Element)) {
    body.replaceChildren(factList(facts), ...list.map((attempt) => element('p', attempt)));
    return;
  }
  for (const one of evidence.querySelectorAll('[id]')) one.removeAttribute('id');
  body.replaceChildren(factList(facts), evidence);
};

const close = () => {
  if (panel.hidden) return;
  const inside = panel.contains(document.activeElement);
  panel.hidden = true;
  state.cell = '';
  remember();
  if (inside) chosen?.focus();
};
need('panel-close', HTMLButtonElement).addEventListener('click', close);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') close();
});

/**
 * Whether there is such a cell.
 * @param {string} href
 */
const goTo = (href) => {
  const i = find(href.slice(6));
  if (i === undefined) return false;
  state.cell = keyOf(i);
  show(i);
  remember();
  return true;
};

document.addEventListener('click', async (event) => {
  const button = around(event, 'button.program');
  if (!(button instanceof HTMLButtonElement)) return;
  const text = (await unpack('block-programs'))[Number(button.dataset.r)];
  const shown = element('pre', text);
  shown.tabIndex = 0;
  button.closest('p')?.replaceWith(shown);
  shown.focus();
});

document.addEventListener('click', (event) => {
  const link = around(event, 'a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const href = link.getAttribute('href') || '';
  if (link.closest('svg.heat, svg.chart, #panel, #cells') && href.startsWith('#cell-')) {
    if (!goTo(href)) return;
    event.preventDefault();
    if (event.detail === 0) panel.focus();
  } else if (href.startsWith('#map-') && link.closest('#summary')) {
    const tile = turningPoint(link.closest('tr')?.sectionRowIndex ?? -1, byId(href.slice(1)));
    // After the browser has gone to the map.
    if (tile) setTimeout(() => tile.focus({ preventScroll: true }));
  } else if (href.startsWith('#cell-')) openEvidence(href.slice(1));
});

/** @param {string} id */
export const openEvidence = (id) => {
  const section = byId(id);
  if (section instanceof HTMLDetailsElement) section.open = true;
};
