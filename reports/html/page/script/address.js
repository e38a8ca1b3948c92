/** The state of the view, kept in the address: "#?env=…&verdict=hang&sort=cells:4:d". */
import { need } from './elements.js';

/** @typedef {'env' | 'setting' | 'verdict' | 'q' | 'page' | 'at' | 'cell'} Name */

/** @type {readonly Name[]} */
const NAMES = ['env', 'setting', 'verdict', 'q', 'page', 'at', 'cell'];
/** @type {Record<Name, string> & { sort: Record<string, string> }} */
export const state = { env: '', setting: '', verdict: '', q: '', page: '', at: '', cell: '', sort: {} };

export const filtering = () => Boolean(state.env || state.setting || state.verdict || state.q);

const viewHash = () => {
  const view = new URLSearchParams();
  for (const name of NAMES) if (state[name]) view.set(name, state[name]);
  for (const [table, how] of Object.entries(state.sort)) view.append('sort', table + ':' + how);
  const plain = [...view.keys()].every((name) => name === 'cell');
  return plain ? (state.cell ? '#cell-' + state.cell : '') : '#?' + view;
};

export const remember = () => {
  const hash = viewHash();
  try {
    history.replaceState(null, '', hash || location.pathname + location.search);
  } catch {}
  need('view-link', HTMLAnchorElement).href = hash || '#';
};

/** @param {URLSearchParams} view */
export const readView = (view) => {
  for (const name of NAMES) state[name] = view.get(name) || '';
  state.sort = {};
  for (const one of view.getAll('sort')) {
    const [table, column, way] = one.split(':');
    if (/^[a-z0-9-]+$/.test(table) && /^\d+$/.test(column || '') && (way === 'a' || way === 'd'))
      state.sort[table] = column + ':' + way;
  }
};
