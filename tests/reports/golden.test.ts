/** The golden files: valid by the schema, equal to what the builders make, and rendered to the Markdown that stands beside them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Results } from '../../harness/model/results/results.ts';
import { foundingNotes, foundingNotesSmall, hostile, interrupted, openmpFork, tinyCpu } from './sample-results.ts';
import { renderSummary } from './of-results.ts';

const GOLDEN = {
  'results-founding-notes': foundingNotesSmall,
  'results-tiny-cpu': tinyCpu,
  'results-interrupted': interrupted,
  'results-openmp-fork': openmpFork,
  'results-hostile': hostile,
} as const;
const ROOT = join(import.meta.dirname, '..', 'golden');
/** UPDATE_GOLDEN=1 writes the files anew; look at the difference before you commit it. */
const update = process.env['UPDATE_GOLDEN'] === '1';

const test = suite('golden results');

for (const [name, build] of Object.entries(GOLDEN)) {
  const file = (one: string): string => join(ROOT, name, one);
  test(name, () => {
    const results = build();
    if (update) {
      mkdirSync(join(ROOT, name), { recursive: true });
      writeFileSync(file('results.json'), `${JSON.stringify(results)}\n`);
      writeFileSync(file('summary.md'), renderSummary(results));
    }
    const golden = Results.parse(JSON.parse(readFileSync(file('results.json'), 'utf8')));
    assert.equal(golden, results);
    assert.is(renderSummary(golden), readFileSync(file('summary.md'), 'utf8'));
    assert.ok(readFileSync(file('README.md'), 'utf8').trim().length > 20, 'each golden folder says what it is for');
  });
}

test('the full-size sample is valid by the schema', () => {
  const results = foundingNotes();
  assert.equal(Results.parse(structuredClone(results)), results);
  assert.is(results.cells.length, 3430);
});

test.run();
