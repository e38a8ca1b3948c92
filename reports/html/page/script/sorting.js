/** Headings of tables that sort their rows. */
import { remember, state } from './address.js';
import { all, element } from './elements.js';
import { apply, compare } from './filters.js';

const tables = all(document, 'table[data-sort]', HTMLTableElement).map((table) => ({
  table,
  name: table.dataset.sort ?? '',
  heads: [...(table.tHead?.rows[0].cells ?? [])],
}));

/**
 * @param {HTMLTableElement} table
 * @param {number} column
 * @param {boolean} down
 */
const sortRows = (table, column, down) => {
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row, place) => {
    const cell = row.cells[column];
    row.dataset.place ||= String(place);
    const text = cell ? (cell.dataset.k ?? cell.textContent.trim()) : '';
    const number = text === '' ? Number.NaN : Number(text.replaceAll(',', ''));
    return { row, key: Number.isNaN(number) ? (text === '\u2013' ? '' : text) : number };
  });
  const numbers = keyed.every(({ key }) => key === '' || typeof key === 'number');
  /** @param {string | number} key */
  const asShown = (key) => (numbers ? key : String(key));
  keyed.sort(
    (a, b) =>
      compare(asShown(a.key), asShown(b.key), down) || Number(a.row.dataset.place) - Number(b.row.dataset.place),
  );
  body.append(...keyed.map(({ row }) => row));
};

export const sortTables = () => {
  for (const { table, name, heads } of tables) {
    const [column, way] = (state.sort[name] || '').split(':');
    const known = column !== '' && heads[Number(column)] !== undefined;
    const words = way === 'd' ? 'descending' : 'ascending';
    for (const [place, head] of heads.entries())
      head.setAttribute('aria-sort', known && place === Number(column) ? words : 'none');
    if (known && name !== 'cells') sortRows(table, Number(column), way === 'd');
  }
};

for (const { name, heads } of tables) {
  for (const [column, head] of heads.entries()) {
    const button = element('button', head.textContent, 'sort');
    button.type = 'button';
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      state.sort[name] = state.sort[name] === column + ':a' ? column + ':d' : column + ':a';
      if (name === 'cells') state.page = '';
      sortTables();
      if (name === 'cells') apply();
      remember();
    });
  }
}
