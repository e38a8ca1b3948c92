/** docs/matrix.md names every field and fixed value of the schema, and its example is a matrix. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { enumerate } from '../../harness/matrix/space/enumerate.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';
import { MatrixFile } from '../../harness/matrix/file/schema.ts';

const test = suite('docs/matrix.md');
const text = readFileSync(join(import.meta.dirname, '../../docs/matrix.md'), 'utf8');
const blocks = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block);
/** Words of the tables and sentences: the example alone explains nothing. */
const documented = new Set(
  [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)].flatMap(
    ([, code = '']) => code.match(/[A-Za-z_][\w-]*/g) ?? [],
  ),
);

/** Every name of a property and every fixed text, however deep. */
function words(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(words);
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => {
    if (key === 'properties' && typeof value === 'object' && value !== null)
      return [...Object.keys(value), ...words(Object.values(value))];
    if (key === 'const') return typeof value === 'string' ? [value] : [];
    if (key === 'enum' && Array.isArray(value)) return value.filter((one) => typeof one === 'string');
    return key === 'default' ? [] : words(value);
  });
}

/** The text in a column of the first table row for `name` that stands after the words `from`. */
function cellOf(name: string, column: number, from = ''): string {
  const row = new RegExp(`^\\| \`${name}\` \\|(.*)$`, 'm').exec(text.slice(text.indexOf(from)))?.[1] ?? '';
  return row.split('|')[column]?.trim() ?? '';
}

function seconds(cell: string): number {
  const [, digits, unit] = /^`(\d+)(s|m)`$/.exec(cell) ?? [];
  return Number(digits) * (unit === 'm' ? 60 : 1);
}

test('every field and every fixed value is documented', () => {
  const wanted = [...new Set(words(z.toJSONSchema(MatrixFile, { io: 'input' })))];
  for (const name of [
    'kind',
    'cudnn_enabled',
    'factor',
    'power_of_two',
    'rtol',
    'first-run',
    'first_run_within',
    'host-lost',
  ])
    assert.ok(wanted.includes(name), name);
  assert.equal(
    wanted.filter((word) => !documented.has(word)),
    [],
  );
});

test('the example loads, and has the cells that the words promise', () => {
  assert.is(blocks.length, 1);
  const matrix = loadMatrix(blocks.join(''), 'docs/matrix.md');
  assert.equal(
    matrix.environments.map(({ name }) => name),
    ['rocm5.2-torch1.13.1', 'newest', 'python-venv-bin-python'],
  );
  assert.is(matrix.search.axis, 'size');
  // 3 environments x 3 settings x 3 channel pairs x 2 types x 15 sizes, and 33 included, less what is excluded.
  const full = 3 * 3 * 3 * 2;
  const excludedLines = 3 * 1 * 3;
  const excludedSizes = 3 * (2 * 2 + 1) * ['52', '56', '60'].length;
  assert.is(enumerate(matrix).cellCount, full * (15 + 1) - excludedLines * 15 - excludedSizes);
});

test('the defaults of the tables are those of the schema', () => {
  const { watchdog, measure, attempts, bad } = loadMatrix(
    'schema: 1\nname: t\nprobe: conv2d\nenvironments: [{ kind: interpreter, python: python3 }]\naxes: { size: [1] }\n',
    't.yml',
  );
  for (const [phase, deadline] of Object.entries(watchdog.deadlines))
    assert.is(seconds(cellOf(phase, 0, '| phase in')), deadline, phase);
  for (const name of ['hard_limit', 'term_grace', 'kill_wait'] as const)
    assert.is(seconds(cellOf(name, 1)), watchdog[name], name);
  const { adaptive } = watchdog;
  assert.ok(adaptive !== false);
  assert.is(seconds(cellOf('at_least', 1)), adaptive.at_least);
  for (const name of ['multiple', 'after_passes'] as const) assert.is(Number(cellOf(name, 1)), adaptive[name], name);
  assert.is(seconds(cellOf('budget', 1)), measure.budget);
  for (const name of ['repeats', 'rtol', 'atol'] as const) assert.is(Number(cellOf(name, 1)), measure[name], name);
  assert.is(Number(cellOf('attempts', 1)), attempts);
  assert.is(cellOf('bad', 1), bad.map((kind) => `\`${kind}\``).join(', '));
});

test.run();
