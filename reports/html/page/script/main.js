/**
 * The page's only script: unpacks the data blocks, fills the panel for one cell, walks the maps by arrow keys, filters, sorts and pages.
 * ci/embed-page.ts makes one text of it, so that its bytes, and with them the hash in the page's policy, do not depend on how this project is compiled.
 */
import './narrow-screen.js';
import { filtering, readView, remember, state } from './address.js';
import { find, keyOf } from './cells.js';
import { byId, need } from './elements.js';
import { apply } from './filters.js';
import { openEvidence, show } from './panel.js';
import { sortTables } from './sorting.js';

const text = need('filter-text', HTMLInputElement);
const fields = [
  { name: /** @type {const} */ ('env'), field: byId('filter-env') },
  { name: /** @type {const} */ ('setting'), field: byId('filter-setting') },
  { name: /** @type {const} */ ('verdict'), field: byId('filter-verdict') },
  { name: /** @type {const} */ ('q'), field: text },
].flatMap(({ name, field }) =>
  field instanceof HTMLSelectElement || field instanceof HTMLInputElement ? [{ name, field }] : [],
);
need('filters', HTMLElement).hidden = false;

let waiting = 0;
const changed = () => {
  for (const { name, field } of fields) state[name] = field.value;
  state.page = '';
  apply();
  remember();
};
for (const { field } of fields) {
  field.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(changed, field.type === 'search' ? 150 : 0);
  });
}
need('filter-clear', HTMLElement).addEventListener('click', () => {
  for (const { field } of fields) field.value = '';
  changed();
  text.focus();
});

/** Shows the view or the cell that the address names. */
const arrive = () => {
  let hash = location.hash;
  try {
    hash = decodeURIComponent(hash);
  } catch {}
  const view = location.hash.startsWith('#?') ? new URLSearchParams(location.hash.slice(2)) : null;
  const target = view ? null : hash.slice(1);
  if (target !== null && target !== '' && !target.startsWith('cell-')) {
    // A plain link to a section keeps the view.
    if (filtering() || Object.keys(state.sort).length > 0) {
      state.at = target;
      remember();
    }
    return;
  }
  if (view) {
    readView(view);
    for (const { name, field } of fields) {
      field.value = state[name];
      state[name] = field.value;
    }
    sortTables();
    apply();
    if (state.at) byId(state.at)?.scrollIntoView();
  }
  const i = find(view ? state.cell : target ? target.slice(5) : '');
  if (i === undefined) return;
  state.cell = keyOf(i);
  show(i);
  openEvidence('cell-' + state.cell);
};
addEventListener('hashchange', arrive);
sortTables();
apply();
arrive();
document.documentElement.dataset.ready = 'yes';
