/** The import walls, on small trees: every rule has a breach that it finds and a neighbour that it lets through. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkWalls } from '../../ci/walls/check.ts';
import { readSource } from '../../ci/walls/source-file.ts';

type Tree = Readonly<Record<string, string>>;

/** `path:line message` of every breach. */
function breaches(tree: Tree): string[] {
  const files = Object.entries(tree).map(([path, source]) => readSource(path, source));
  return checkWalls(files).map(({ path, line, message }) => `${path}:${line} ${message}`);
}

/** Exactly one breach, whose words hold `words`. */
function refuses(tree: Tree, words: string): void {
  const found = breaches(tree);
  assert.is(found.length, 1, found.join('\n') || 'no breach was found');
  assert.match(found[0] ?? '', words);
}

function allows(tree: Tree): void {
  assert.equal(breaches(tree), []);
}

const test = suite('import walls');

for (const line of [
  "import { readFileSync } from 'node:fs';",
  "import fs from 'fs';",
  "import * as files from 'node:fs/promises';",
  "export * from 'node:net';",
  "export { get } from 'node:https';",
  "import 'node:perf_hooks';",
  "const { get } = await import('node:http');",
  "import {\n  // a comment\n  readFileSync,\n} from 'node:fs';",
  "import { type Stats, readFileSync } from 'node:fs';",
  "import { createRequire } from 'node:module';",
  "import color from 'picocolors';",
  'const now = Date.now();',
  'const now = new Date();',
  'const text = `at ${new Date().toISOString()}`;',
  'const started = performance.now();',
  "const home = process.env['HOME'];",
  'setTimeout(() => undefined, 1);',
  "const page = await fetch('x');",
  'const luck = Math.random();',
  "console.log('x');",
  'const name = "x"; await import(name);',
]) {
  test(`a pure file may not: ${JSON.stringify(line)}`, () => {
    // The network is kept from pure files and from most others: two rules, one place.
    const found = breaches({ 'harness/search/a.ts': `const before = /["'\`]/;\n${line}\n` });
    assert.ok(found.length > 0, 'no breach was found');
    for (const breach of found) assert.match(breach, 'harness/search/a.ts:2 ');
  });
}

for (const line of [
  "import { createHash } from 'node:crypto';",
  "import { Readable } from 'node:stream';",
  "import type { Stats } from 'node:fs';",
  "let stats: typeof import('node:fs');",
  "// import fs from 'node:fs';",
  '/* Date.now() */ const a = 1;',
  'const text = "import fs from \'node:fs\'";',
  'const text = `Date.now() and console.log(1)`;',
  'const pattern = /Date.now[/"]/;',
  "const day = new Date('2020-01-01');",
  'const half = a / 2; const third = b / 3;',
  'for (const process of processes) show(process.pid, process.state);',
  'const { fetch } = shape; shape.fetch(1); own.console.log(1);',
]) {
  test(`a pure file may: ${line}`, () => allows({ 'harness/search/a.ts': line }));
}

test('other folders may do all that', () => {
  allows({ 'harness/runner/a.ts': "import fs from 'node:fs';\nconst now = Date.now();" });
});

test('a pure file may not reach an impure one through others', () => {
  const tree = {
    'harness/journal/read.ts': "import { open } from '../journal/file.ts';",
    'harness/journal/file.ts': "import fs from 'node:fs';",
    'harness/model/events.ts': "import { z } from 'zod';",
  };
  refuses(
    { ...tree, 'harness/verdicts/a.ts': "import { read } from '../journal/read.ts';" },
    'harness/journal/file.ts:1 imports node:fs',
  );
  allows({ ...tree, 'harness/verdicts/a.ts': "import type { read } from '../journal/read.ts';" });
  allows({ ...tree, 'harness/verdicts/a.ts': "import { Event } from '../journal/events.ts';" });
});

test('files that import each other end the search', () => {
  allows({
    'harness/verdicts/a.ts': "import { b } from '../journal/b.ts';",
    'harness/journal/b.ts': "import { c } from './c.ts';",
    'harness/journal/c.ts': "import { b } from './b.ts';",
  });
});

test('only machine/processes starts programs', () => {
  for (const module of ['node:child_process', 'child_process', 'execa']) {
    refuses({ 'harness/supervisor/a.ts': `import { x } from '${module}';` }, 'only machine/processes starts programs');
    allows({ 'harness/machine/processes/a.ts': `import { x } from '${module}';` });
  }
});

test('only journal names the event file', () => {
  refuses(
    { 'harness/runner/a.ts': "const file = join(folder, 'journal.jsonl');" },
    'only journal opens the event file',
  );
  allows({ 'harness/journal/a.ts': "const file = 'journal.jsonl';", 'harness/runner/a.ts': "// 'journal.jsonl'" });
});

test('a report imports of the harness its words alone', () => {
  const verdicts = { 'harness/verdicts/judge.ts': 'export const judge = 1;' };
  for (const kind of ['import', 'import type'])
    refuses(
      { ...verdicts, 'reports/csv/a.ts': `${kind} { judge } from '../../harness/verdicts/judge.ts';` },
      'its words alone',
    );
  allows({
    'harness/model/results/results.ts': 'export const Results = 1;',
    'reports/csv/a.ts': "import { Results } from '../../harness/model/results/results.ts';",
  });
});

test('the program imports neither tests nor ci', () => {
  refuses({ 'harness/cli/a.ts': "import { x } from '../../tests/x.ts';" }, 'tests/ is not part of the program');
});

test('source that cannot be read as text and code is an error that names the file', () => {
  assert.throws(() => readSource('harness/a.ts', "const a = 'no end\n"), /cannot read harness\/a\.ts/);
});

function check(tree: Tree): { readonly code: number | null; readonly output: string } {
  const root = mkdtempSync(join(tmpdir(), 'bench-walls-'));
  try {
    for (const [path, source] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), source);
    }
    const script = join(import.meta.dirname, '..', '..', 'ci', 'check-walls.ts');
    const { status, stdout } = spawnSync(process.execPath, ['--import', 'tsx', script, root], {
      encoding: 'utf8',
      timeout: 180_000,
    });
    return { code: status, output: stdout };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

test('the script prints file and line of each breach and exits 1; an empty tree is no success', () => {
  const broken = check({ 'reports/a.ts': "\nimport 'node:fs';\n", 'harness/search/b.ts': 'Date.now();\n' });
  assert.is(broken.code, 1);
  assert.match(broken.output, /^reports\/a\.ts:2 /m);
  assert.match(broken.output, /^harness\/search\/b\.ts:1 /m);
  assert.is(check({ 'harness/search/b.ts': 'export const a = 1;\n' }).code, 0);
  assert.is(check({}).code, 1);
});

test.run();
