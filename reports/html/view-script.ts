/**
 * The part of the page's script that filters, sorts and pages, with the state in the address: "#?env=…&verdict=hang&sort=cells:4:d".
 * It runs inside page-script.ts.
 */
export const VIEW_SCRIPT = `
const NAMES = ['env', 'setting', 'verdict', 'q', 'page', 'at', 'cell'];
const state = { env: '', setting: '', verdict: '', q: '', page: '', at: '', cell: '', sort: {} };
const PAGE = 100;
const count = (many) => many.toLocaleString('en');
const fields = { env: byId('filter-env'), setting: byId('filter-setting'), verdict: byId('filter-verdict'), q: byId('filter-text') };
const counts = byId('filter-count');
byId('filters').hidden = false;

const viewHash = () => {
  const view = new URLSearchParams();
  for (const name of NAMES) if (state[name]) view.set(name, state[name]);
  for (const [table, how] of Object.entries(state.sort)) view.append('sort', table + ':' + how);
  const plain = [...view.keys()].every((name) => name === 'cell');
  return plain ? (state.cell ? '#cell-' + state.cell : '') : '#?' + view;
};
const remember = () => {
  const hash = viewHash();
  try { history.replaceState(null, '', hash || location.pathname + location.search); } catch {}
  byId('view-link').href = hash || '#';
};

const filtering = () => Boolean(state.env || state.setting || state.verdict || state.q);
const matchesText = (text) => state.q === '' || text.toLowerCase().includes(state.q.toLowerCase());
const texts = new WeakMap();
const textOf = (one) => {
  if (!texts.has(one)) texts.set(one, one.textContent.toLowerCase());
  return texts.get(one);
};
const rowsShown = (one) => {
  const { e, s, v } = one.dataset;
  const wanted = (value, name, names) => !value || name === undefined || names[name] === value;
  return wanted(state.env, e, index.environments) && wanted(state.setting, s, index.settings) && (!state.verdict || v === undefined || v.split(' ').includes(state.verdict)) && (state.q === '' || textOf(one).includes(state.q.toLowerCase()));
};
const cellShown = (i) => {
  const [, e, s] = index.rows[cells.row[i]];
  if (state.env && index.environments[e] !== state.env) return false;
  if (state.setting && index.settings[s] !== state.setting) return false;
  if (state.verdict && verdictOf(i) !== state.verdict) return false;
  return state.q === '' || matchesText(label(i) + ' ' + verdictWords(i) + ' ' + keyOf(i));
};

const SORT_KEYS = [(i) => cells.row[i], (i) => cells.map[i], (i) => cells.column[i], (i) => verdictOf(i), (i) => BASIS[cells.basis[i]], (i) => cells.attempts[i], (i) => cells.first[i], (i) => cells.median[i]];
let found = [];
// What has no value comes last both ways.
const compare = (a, b, down) => (a === b ? 0 : a === null || a === '' ? 1 : b === null || b === '' ? -1 : a < b === down ? 1 : -1);

const cellRows = () => {
  const body = byId('cell-rows');
  const pages = Math.max(1, Math.ceil(found.length / PAGE));
  const page = Math.min(pages, Math.max(1, Number(state.page) || 1));
  const made = found.slice((page - 1) * PAGE, page * PAGE).map((i) => {
    const row = element('tr');
    const head = element('th');
    head.scope = 'row';
    const link = cellLink(i);
    link.textContent = rowName(i);
    head.append(link);
    row.append(head, element('td', index.maps[cells.map[i]]), element('td', valueOf(i), 'number'), element('td', verdictOf(i)), element('td', BASIS[cells.basis[i]]), element('td', String(cells.attempts[i]), 'number'), element('td', seconds(cells.first[i]), 'number'), element('td', seconds(cells.median[i]), 'number'));
    return row;
  });
  body.replaceChildren(...made);
  byId('cell-page').textContent = 'Page ' + page + ' of ' + pages + ', ' + count(found.length) + ' of ' + count(size) + ' cells';
  byId('page-back').disabled = page <= 1;
  byId('page-on').disabled = page >= pages;
};
const turn = (by) => {
  state.page = String(Math.max(1, (Number(state.page) || 1) + by));
  if (state.page === '1') state.page = '';
  remember();
  cellRows();
};
byId('page-back').addEventListener('click', () => turn(-1));
byId('page-on').addEventListener('click', () => turn(1));

const apply = () => {
  const all = document.querySelectorAll('main [data-f]');
  const tally = new Map();
  for (const one of all) {
    const shown = rowsShown(one);
    one.hidden = !shown;
    const of = tally.get(one.dataset.f) || [0, 0];
    tally.set(one.dataset.f, [of[0] + (shown ? 1 : 0), of[1] + 1]);
  }
  found = [];
  const visible = new Uint8Array(size);
  for (let i = 0; i < size; i++) if (cellShown(i)) { found.push(i); visible[i] = 1; }
  for (const link of document.querySelectorAll('svg.heat a, svg.chart a')) {
    const i = placeOf.get((link.getAttribute('href') || '').slice(6));
    link.classList.toggle('off', i !== undefined && !visible[i]);
    const letter = letterOf.get(link);
    if (letter) letter.classList.toggle('off', !visible[i]);
  }
  const how = (state.sort.cells || '').split(':');
  const key = SORT_KEYS[Number(how[0])];
  if (how[0] && key) found.sort((a, b) => compare(key(a), key(b), how[1] === 'd') || a - b);
  cellRows();
  counts.textContent = filtering() ? 'Shown: ' + [count(found.length) + ' of ' + count(size) + ' cells', ...[...tally].map(([name, of]) => count(of[0]) + ' of ' + count(of[1]) + ' ' + name)].join(', ') : '';
};

const sortRows = (table, column, down) => {
  const body = table.tBodies[0];
  const keyed = [...body.rows].map((row, place) => {
    const cell = row.cells[column];
    if (!row.dataset.place) row.dataset.place = String(place);
    const text = cell ? cell.dataset.k ?? cell.textContent.trim() : '';
    const number = text === '' ? NaN : Number(text.replaceAll(',', ''));
    return [Number.isNaN(number) ? (text === '\\u2013' ? '' : text) : number, row];
  });
  const numbers = keyed.every(([one]) => one === '' || typeof one === 'number');
  keyed.sort((a, b) => compare(numbers ? a[0] : String(a[0]), numbers ? b[0] : String(b[0]), down) || Number(a[1].dataset.place) - Number(b[1].dataset.place));
  body.append(...keyed.map(([, row]) => row));
};
const sortTables = () => {
  for (const table of document.querySelectorAll('table[data-sort]')) {
    const [column, way] = (state.sort[table.dataset.sort] || '').split(':');
    const heads = [...table.tHead.rows[0].cells];
    const known = column !== '' && heads[Number(column)] !== undefined;
    for (const [place, head] of heads.entries()) head.setAttribute('aria-sort', known && place === Number(column) ? (way === 'd' ? 'descending' : 'ascending') : 'none');
    if (known && table.dataset.sort !== 'cells') sortRows(table, Number(column), way === 'd');
  }
};
for (const table of document.querySelectorAll('table[data-sort]')) {
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = element('button', head.textContent, 'sort');
    button.type = 'button';
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const name = table.dataset.sort;
      state.sort[name] = state.sort[name] === column + ':a' ? column + ':d' : column + ':a';
      if (name === 'cells') state.page = '';
      sortTables();
      if (name === 'cells') apply();
      remember();
    });
  }
}

let waiting = 0;
const changed = () => {
  for (const [name, field] of Object.entries(fields)) if (field) state[name] = field.value;
  state.page = '';
  apply();
  remember();
};
for (const field of Object.values(fields)) if (field) field.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(changed, field.type === 'search' ? 150 : 0);
});
byId('filter-clear').addEventListener('click', () => {
  for (const field of Object.values(fields)) if (field) field.value = '';
  changed();
  fields.q.focus();
});

const arrive = () => {
  let hash = location.hash;
  try { hash = decodeURIComponent(hash); } catch {}
  const view = location.hash.startsWith('#?') ? new URLSearchParams(location.hash.slice(2)) : null;
  const target = view ? null : hash.slice(1);
  if (target !== null && target !== '' && !target.startsWith('cell-')) {
    // A plain link to a section keeps the view.
    if (filtering() || Object.keys(state.sort).length > 0) { state.at = target; remember(); }
    return;
  }
  if (view) {
    for (const name of NAMES) state[name] = view.get(name) || '';
    state.sort = {};
    for (const one of view.getAll('sort')) {
      const [table, column, way] = one.split(':');
      if (/^[a-z0-9-]+$/.test(table) && /^\\d+$/.test(column || '') && (way === 'a' || way === 'd')) state.sort[table] = column + ':' + way;
    }
    for (const [name, field] of Object.entries(fields)) if (field) { field.value = state[name]; state[name] = field.value; }
    sortTables();
    apply();
    const at = state.at && byId(state.at);
    if (at) at.scrollIntoView();
  }
  const i = find(view ? state.cell : target ? target.slice(5) : '');
  if (i === undefined) return;
  state.cell = keyOf(i);
  show(i);
  const section = byId('cell-' + state.cell);
  if (section) section.open = true;
};
addEventListener('hashchange', arrive);
sortTables();
apply();
`;
