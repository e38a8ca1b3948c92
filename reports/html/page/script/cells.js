/** What the page holds of all cells, unpacked from its data blocks, and how a cell is named. */
import { element, need } from './elements.js';

/** @import { Blocks, CellColumns, PageIndex } from '../contents.ts' */

/** @type {PageIndex} */
export const index = JSON.parse(need('page-index', HTMLElement).textContent);

const unpacked = new Map();

/**
 * The value in a block of gzip in base64.
 * @template {keyof Blocks} Id
 * @param {Id} id
 * @returns {Promise<Blocks[Id]>}
 */
export const unpack = (id) => {
  const known = unpacked.get(id);
  if (known) return known;
  const raw = atob(need(id, HTMLElement).textContent);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const value = new Response(stream).json();
  unpacked.set(id, value);
  return value;
};

/** @returns {Promise<CellColumns>} */
const readCells = async () => {
  try {
    return await unpack('block-cells');
  } catch {
    need('cells-note', HTMLElement).textContent =
      'This browser cannot unpack the data of this page, so filters and details of single cells are missing. All cells are in cells.csv.';
    // Nothing below can work then: the rest of the script waits for ever.
    return new Promise(() => {});
  }
};
export const cells = await readCells();
export const size = cells.map.length;

/** @param {number} i */
export const keyOf = (i) => (typeof cells.key === 'string' ? cells.key.slice(i * 8, i * 8 + 8) : cells.key[i]);
/** @type {Map<string, number>} */
const placeOf = new Map();
for (let i = 0; i < size; i++) placeOf.set(keyOf(i), i);

/**
 * The cell of a link to "#cell-…"; undefined for any other.
 * @param {Element} link
 */
export const cellOf = (link) => placeOf.get((link.getAttribute('href') || '').slice(6));

/**
 * The cell with this key, or with an older address that ends with it.
 * @param {string} name
 */
export const find = (name) => placeOf.get(name) ?? placeOf.get(name.slice(name.lastIndexOf('-') + 1));

const BASIS = ['not observed', 'observed', 'inferred', 'inferred, doubtful'];

/** @param {number} i */
export const rowName = (i) => index.rows[cells.row[i]][0];
/** @param {number} i */
export const mapName = (i) => index.maps[cells.map[i]];
/** @param {number} i */
export const valueOf = (i) => index.columns[cells.map[i]][cells.column[i]];
/** @param {number} i */
export const verdictOf = (i) => index.verdicts[cells.verdict[i]];
/** @param {number} i */
export const basisOf = (i) => BASIS[cells.basis[i]];
/** @param {number} i */
export const verdictWords = (i) => verdictOf(i) + ', ' + basisOf(i);
/** @param {number} i */
export const label = (i) =>
  [rowName(i), mapName(i), index.axis === null ? '' : index.axis + ' ' + valueOf(i)].filter(Boolean).join(' \u00b7 ');

/** @param {number} value */
const threeDigits = (value) => String(Number(value.toPrecision(3)));
/** @param {number | null} value */
export const seconds = (value) => {
  if (value === null) return '';
  if (value === 0) return '0 s';
  if (value < 0.0009995) return threeDigits(value * 1e6) + ' \u00b5s';
  return value < 0.9995 ? threeDigits(value * 1e3) + ' ms' : threeDigits(value) + ' s';
};

/** @param {number} i */
export const cellLink = (i, text = label(i)) => {
  const link = element('a', text);
  link.href = '#cell-' + keyOf(i);
  return link;
};
