/** The filters, and the table of all cells, which is filled page by page. */
import { filtering, remember, state } from './address.js';
import {
  basisOf,
  cellLink,
  cells,
  index,
  keyOf,
  label,
  mapName,
  rowName,
  seconds,
  size,
  valueOf,
  verdictOf,
  verdictWords,
} from './cells.js';
import { all, element, need } from './elements.js';
import { paleMarks } from './maps.js';

const PAGE = 100;
const counts = need('filter-count', HTMLElement);
const rows = need('cell-rows', HTMLElement);
const back = need('page-back', HTMLButtonElement);
const on = need('page-on', HTMLButtonElement);
const place = need('cell-page', HTMLElement);
/** The cells that are shown, in their order. @type {number[]} */
let found = [];

/** @param {number} many */
const count = (many) => many.toLocaleString('en');

/** @type {WeakMap<HTMLElement, string>} */
const texts = new WeakMap();
/** @param {HTMLElement} one */
const textOf = (one) => {
  const known = texts.get(one) ?? one.textContent.toLowerCase();
  texts.set(one, known);
  return known;
};
/** @param {() => string} lowerCase */
const hasText = (lowerCase) => state.q === '' || lowerCase().includes(state.q.toLowerCase());

/** @param {HTMLElement} one */
const rowShown = (one) => {
  const { e, s, v } = one.dataset;
  return (
    (!state.env || e === undefined || index.environments[Number(e)] === state.env) &&
    (!state.setting || s === undefined || index.settings[Number(s)] === state.setting) &&
    (!state.verdict || v === undefined || v.split(' ').includes(state.verdict)) &&
    hasText(() => textOf(one))
  );
};
/** @param {number} i */
const cellShown = (i) => {
  const [, e, s] = index.rows[cells.row[i]];
  return (
    (!state.env || index.environments[e] === state.env) &&
    (!state.setting || index.settings[s] === state.setting) &&
    (!state.verdict || verdictOf(i) === state.verdict) &&
    hasText(() => (label(i) + ' ' + verdictWords(i) + ' ' + keyOf(i)).toLowerCase())
  );
};

/** By column of the table. @type {((i: number) => string | number | null)[]} */
const SORT_KEYS = [
  (i) => cells.row[i],
  (i) => cells.map[i],
  (i) => cells.column[i],
  verdictOf,
  basisOf,
  (i) => cells.attempts[i],
  (i) => cells.first[i],
  (i) => cells.median[i],
];

/**
 * What has no value comes last both ways.
 * @param {string | number | null} a
 * @param {string | number | null} b
 * @param {boolean} down
 */
export const compare = (a, b, down) => {
  if (a === b) return 0;
  if (a === null || a === '') return 1;
  if (b === null || b === '') return -1;
  return a < b === down ? 1 : -1;
};

/** @param {number} i */
const cellRow = (i) => {
  const row = element('tr');
  const head = element('th');
  head.scope = 'row';
  head.append(cellLink(i, rowName(i)));
  row.append(
    head,
    element('td', mapName(i)),
    element('td', valueOf(i), 'number'),
    element('td', verdictOf(i)),
    element('td', basisOf(i)),
    element('td', String(cells.attempts[i]), 'number'),
    element('td', seconds(cells.first[i]), 'number'),
    element('td', seconds(cells.median[i]), 'number'),
  );
  return row;
};

const showRows = () => {
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(pages, Math.max(1, Number(state.page) || 1));
  rows.replaceChildren(...found.slice((page - 1) * PAGE, page * PAGE).map(cellRow));
  place.textContent = 'Page ' + page + ' of ' + pages + ', ' + count(found.length) + ' of ' + count(size) + ' cells';
  back.disabled = page <= 1;
  on.disabled = page >= pages;
};

/** @param {number} by */
const turn = (by) => {
  state.page = String(Math.max(1, (Number(state.page) || 1) + by));
  if (state.page === '1') state.page = '';
  remember();
  showRows();
};
back.addEventListener('click', () => turn(-1));
on.addEventListener('click', () => turn(1));

/** Shows what the state of the view asks for. */
export const apply = () => {
  /** @type {Map<string | undefined, [shown: number, of: number]>} */
  const tally = new Map();
  for (const one of all(document, 'main [data-f]', HTMLElement)) {
    const shown = rowShown(one);
    one.hidden = !shown;
    const [before, of] = tally.get(one.dataset.f) || [0, 0];
    tally.set(one.dataset.f, [before + (shown ? 1 : 0), of + 1]);
  }
  found = [];
  const visible = new Uint8Array(size);
  for (let i = 0; i < size; i++) {
    if (!cellShown(i)) continue;
    found.push(i);
    visible[i] = 1;
  }
  paleMarks(visible);
  const [column, way] = (state.sort.cells || '').split(':');
  const key = SORT_KEYS[Number(column)];
  if (column && key) found.sort((a, b) => compare(key(a), key(b), way === 'd') || a - b);
  showRows();
  const parts = [
    count(found.length) + ' of ' + count(size) + ' cells',
    ...[...tally].map(([name, [shown, of]]) => count(shown) + ' of ' + count(of) + ' ' + name),
  ];
  counts.textContent = filtering() ? 'Shown: ' + parts.join(', ') : '';
};
