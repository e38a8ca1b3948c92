/** docs/csv-columns.md names every column, and no column that does not exist. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attemptsCsv } from '../../reports/csv/attempts.ts';
import { cellsCsv } from '../../reports/csv/cells.ts';
import { tinyCpu } from './sample-results.ts';
import { boundariesCsv } from './of-results.ts';

const test = suite('csv documentation');
const sections = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'csv-columns.md'), 'utf8').split(/^## /m);

for (const [name, table] of Object.entries({
  'cells.csv': cellsCsv,
  'attempts.csv': attemptsCsv,
  'boundaries.csv': boundariesCsv,
})) {
  test(name, async () => {
    const results = tinyCpu();
    const parameters = new Set(Object.keys(results.cells[0]?.case ?? {}));
    const [head = ''] = (await text(table(results))).split('\n');
    const section = sections.find((one) => one.startsWith(`${name}:`)) ?? '';
    const documented = [...section.matchAll(/^\| (`[^|]*) \|/gm)].flatMap((row) =>
      [...(row[1] ?? '').matchAll(/`([^`]+)`/g)].map((column) => column[1]),
    );
    assert.equal(
      documented.filter((column) => column !== '<parameter>'),
      head.split(',').filter((column) => !parameters.has(column)),
    );
  });
}

test.run();
