/**
 * The page's only script. It unpacks the data blocks, fills the panel for one cell, walks the maps by arrow keys, filters, sorts and pages.
 * Everything works on text nodes and on copies of elements that the page already holds; nothing is ever parsed as HTML.
 * Kept as text so that its bytes, and with them the hash in the page's policy, do not depend on how this project is compiled.
 */
import { PANEL_SCRIPT } from './panel-script.ts';
import { VIEW_SCRIPT } from './view-script.ts';

export const PAGE_SCRIPT = `
(async () => {
'use strict';
const byId = (id) => document.getElementById(id);
const index = JSON.parse(byId('page-index').textContent);
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
if (matchMedia('(max-width: 40rem)').matches) for (const rest of document.querySelectorAll('details.rest')) rest.open = false;

const unpacked = new Map();
const unpack = (id) => {
  if (!unpacked.has(id)) {
    const raw = atob(byId(id).textContent);
    const bytes = new Uint8Array(raw.length);
    for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
    unpacked.set(id, new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).json());
  }
  return unpacked.get(id);
};
let cells;
try {
  cells = await unpack('block-cells');
} catch {
  byId('cells-note').textContent = 'This browser cannot unpack the data of this page, so filters and details of single cells are missing. All cells are in cells.csv.';
  return;
}
const size = cells.map.length;
const keyOf = (i) => typeof cells.key === 'string' ? cells.key.slice(i * 8, i * 8 + 8) : cells.key[i];
const placeOf = new Map();
for (let i = 0; i < size; i++) placeOf.set(keyOf(i), i);

const rowName = (i) => index.rows[cells.row[i]][0];
const verdictOf = (i) => index.verdicts[cells.verdict[i]];
const BASIS = ['not observed', 'observed', 'inferred'];
const verdictWords = (i) => verdictOf(i) + ', ' + BASIS[cells.basis[i]];
const valueOf = (i) => index.columns[cells.map[i]][cells.column[i]];
const label = (i) => [rowName(i), index.maps[cells.map[i]], index.axis === null ? '' : index.axis + ' ' + valueOf(i)].filter(Boolean).join(' \\u00b7 ');
const seconds = (value) => {
  const three = (one) => String(Number(one.toPrecision(3)));
  if (value === null) return '';
  if (value === 0) return '0 s';
  if (value < 0.0009995) return three(value * 1e6) + ' \\u00b5s';
  return value < 0.9995 ? three(value * 1e3) + ' ms' : three(value) + ' s';
};
${PANEL_SCRIPT}
${VIEW_SCRIPT}
arrive();
document.documentElement.dataset.ready = 'yes';
})();
`;
