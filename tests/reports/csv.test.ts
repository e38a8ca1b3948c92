/** The tables, read back by a strict reader of RFC 4180. */
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attemptsCsv } from '../../reports/csv/attempts.ts';
import { cellsCsv } from '../../reports/csv/cells.ts';
import { csvTable } from '../../reports/csv/table.ts';
import { foundingNotesSmall, hostile, interrupted, tinyCpu } from './sample-results.ts';
import { boundariesCsv } from './of-results.ts';

const test = suite('csv tables');

/** Records of a table; throws where the text is no CSV. */
function read(csv: string): string[][] {
  assert.ok(csv.endsWith('\n') && !csv.includes('\r'), 'LF ends every record');
  const records: string[][] = [];
  let record: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\n]*))([,\n])/gy;
  while (field.lastIndex < csv.length) {
    const at = field.lastIndex;
    const match = field.exec(csv);
    if (match === null) throw new Error(`no CSV at ${at}: ${csv.slice(at, at + 40)}`);
    record.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '\n') {
      records.push(record);
      record = [];
    }
  }
  return records;
}

async function rows(csv: Promise<string>): Promise<Record<string, string>[]> {
  const [head = [], ...records] = read(await csv);
  assert.is(new Set(head).size, head.length, 'every column has a name of its own');
  return records.map((record) => {
    assert.is(record.length, head.length);
    return Object.fromEntries(head.map((name, index) => [name, record[index] ?? '']));
  });
}

test('cells: one record a cell, one column a parameter, axes first', async () => {
  const results = foundingNotesSmall();
  const csv = await text(cellsCsv(results));
  assert.match(csv, /^cell,environment,torch,rocm,setting,in_channels,out_channels,size,batch,kernel,/);
  const found = await rows(Promise.resolve(csv));
  assert.is(found.length, results.cells.length);
  const hang = found.find((row) => row['environment'] === 'rocm5.3-torch2.0.1' && row['size'] === '33');
  assert.is(hang?.['verdict'], 'hang');
  assert.is(hang?.['bad'], 'true');
  assert.is(hang?.['confirmed'], 'true');
  assert.is(hang?.['simulated'], 'true');
  const inferred = found.find((row) => row['basis'] === 'inferred');
  assert.is(inferred?.['confirmed'], '', 'null is nothing');
  assert.is(inferred?.['first_run_seconds'], '');
});

test('attempts: numbers with a point, booleans as words', async () => {
  const found = await rows(text(attemptsCsv(interrupted())));
  const pass = found.find((row) => row['outcome'] === 'pass');
  assert.is(pass?.['seconds'], '0.61');
  assert.is(pass?.['check_matches'], 'true');
  assert.is(pass?.['simulated'], 'false');
  const hang = found.find((row) => row['outcome'] === 'hang');
  assert.is(hang?.['phase'], 'first-run');
  assert.is(hang?.['kill_signals'], 'SIGTERM SIGKILL');
});

test('boundaries: one record a line', async () => {
  const results = interrupted();
  const found = await rows(text(boundariesCsv(results)));
  assert.is(found.length, results.lines.length);
  const bracketed = found.find((row) => row['kind'] === 'bracketed');
  assert.is(bracketed?.['largest_good'], '32');
  assert.is(bracketed?.['smallest_bad'], '33');
  assert.not.ok('size' in (bracketed ?? {}), 'the axis itself is no column of a line');
  assert.is(found.find((row) => row['kind'] === 'untestable')?.['reason'], 'no wheel for CPython 3.10 in the index');
});

test('free text is one line and no formula; names and numbers stay as they are', async () => {
  const table = csvTable(
    [
      { name: 'free', free: true, value: (row: string) => row },
      { name: 'name', value: (row) => row },
      { name: 'number', free: true, value: () => -1.5 },
    ],
    ['=1+1', '+1', '-c', '@x', 'a\r\nb', 'a,"b"', '\u202eevil'],
  );
  const found = await rows(text(table));
  assert.equal(
    found.map((row) => row['free']),
    ["'=1+1", "'+1", "'-c", "'@x", 'a b', 'a,"b"', '⟨U+202E⟩evil'],
  );
  assert.is(found[2]?.['name'], '-c');
  assert.is(found[0]?.['number'], '-1.5');
});

test('hostile text makes neither more records nor more fields', async () => {
  const results = hostile();
  assert.is((await rows(text(cellsCsv(results)))).length, results.cells.length);
  assert.is((await rows(text(attemptsCsv(results)))).length, results.attempts.length);
  assert.is((await rows(text(boundariesCsv(results)))).length, results.lines.length);
});

test('a parameter named like a column gets a prefix', async () => {
  const results = tinyCpu();
  const renamed = {
    ...results,
    cells: results.cells.map((cell) => ({ ...cell, case: { ...cell.case, attempts: 7 } })),
  };
  const [first] = await rows(text(cellsCsv(renamed)));
  assert.is(first?.['case_attempts'], '7');
  assert.is(first?.['attempts'], '0');
});

test('a failure while making rows reaches the reader', async () => {
  const broken = csvTable(
    [
      {
        name: 'x',
        value: (): string => {
          throw new Error('no such row');
        },
      },
    ],
    [1],
  );
  try {
    await text(broken);
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /no such row/);
  }
});

test.run();
