/** docs/run-folder.md names every field that the schemas of the run folder have. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { JournalEvent } from '../../harness/model/events.ts';
import { Results } from '../../harness/model/results/results.ts';

const test = suite('docs/run-folder.md');
const text = readFileSync(join(import.meta.dirname, '../../docs/run-folder.md'), 'utf8');
const documented = new Set([...text.matchAll(/`([^`\s]+)`/g)].map(([, word]) => word));

/** Every name of a property and every fixed value, however deep. */
function words(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(words);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      return [...Object.keys(value), ...words(Object.values(value))];
    if (key === 'const') return typeof value === 'string' ? [value] : [];
    if (key === 'enum' && Array.isArray(value)) return value.filter((one) => typeof one === 'string');
    return words(value);
  });
}

for (const [name, schema] of [
  ['journal.jsonl', JournalEvent],
  ['results.json', Results],
] as const) {
  test(`every field and every fixed value of ${name} is documented`, () => {
    const wanted = [...new Set(words(z.toJSONSchema(schema)))];
    assert.ok(wanted.length > 40);
    assert.equal(
      wanted.filter((word) => !documented.has(word)),
      [],
    );
  });
}

test.run();
