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

test('words stand on nothing, tools on words', () => {
  const files = {
    'harness/model/cell.ts': 'export const a = 1;',
    'harness/search/b.ts': 'export const b = 1;',
    'harness/machine/time.ts': "import { a } from '../model/cell.ts';",
  };
  allows(files);
  refuses({ ...files, 'harness/model/x.ts': "import { b } from '../search/b.ts';" }, 'words stand on nothing');
  refuses({ ...files, 'harness/model/x.ts': "import type { b } from '../insight/b.ts';" }, 'words stand on nothing');
  refuses({ ...files, 'harness/machine/x.ts': "import type { b } from '../search/b.ts';" }, 'know no matrix');
});

test('a pure room stands on pure rooms alone, by value and by type', () => {
  const files = {
    'harness/journal/read.ts': 'export const read = 1;',
    'harness/catalogue/update/client.ts': 'export const client = 1;',
    'harness/matrix/schema.ts': "import { a } from '../catalogue/a.ts';",
    'harness/catalogue/a.ts': 'export const a = 1;',
  };
  allows(files);
  for (const target of ['../journal/read.ts', '../catalogue/update/client.ts']) {
    refuses(
      { ...files, 'harness/verdicts/a.ts': `import { x } from '${target}';` },
      'a pure room stands on pure rooms',
    );
    refuses({ ...files, 'harness/verdicts/a.ts': `import type { x } from '${target}';` }, 'a pure room stands on');
  }
  refuses({ ...files, 'harness/catalogue/b.ts': "import { x } from './update/client.ts';" }, 'a pure room stands on');
  refuses({ ...files, 'harness/runner/state/a.ts': "import { x } from '../loop.ts';" }, 'a pure room stands on');
  allows({ ...files, 'harness/runner/a.ts': "import { read } from '../journal/read.ts';" });
});

test('who reaches the network and who starts programs is told by name', () => {
  for (const [tool, by, never] of [
    ['http/client.ts', ['github', 'catalogue/update', 'environments'], ['runner', 'supervisor', 'cli', 'doctor']],
    ['processes/start.ts', ['supervisor', 'environments', 'doctor', 'cli'], ['runner', 'github', 'devices', 'journal']],
  ] as const) {
    const target = { [`harness/machine/${tool}`]: 'export const a = 1;' };
    for (const room of by)
      allows({ ...target, [`harness/${room}/a.ts`]: `import { a } from '${up(room)}machine/${tool}';` });
    for (const room of never)
      refuses(
        { ...target, [`harness/${room}/a.ts`]: `import type { a } from '${up(room)}machine/${tool}';` },
        'machine/',
      );
  }
});

function up(room: string): string {
  return '../'.repeat(room.split('/').length);
}

test('sockets and global fetch are for machine/http', () => {
  for (const line of ["import net from 'node:net';", "import { Agent } from 'undici';", "await fetch('x');"]) {
    refuses({ 'harness/environments/a.ts': line }, 'only machine/http reaches the network');
    allows({ 'harness/machine/http/a.ts': line });
  }
  allows({ 'harness/machine/lock/a.ts': "import net from 'node:net';" });
});

const file = (target: string): string => `import type { x } from '${target}';`;

test('files and rooms that import each other in a circle, by type as well', () => {
  refuses(
    {
      'harness/runner/a.ts': file('./b.ts'),
      'harness/runner/b.ts': file('./c.ts'),
      'harness/runner/c.ts': file('./b.ts'),
    },
    'files import each other in a circle: harness/runner/b.ts → harness/runner/c.ts → harness/runner/b.ts',
  );
  refuses(
    { 'harness/runner/a.ts': file('../devices/a.ts'), 'harness/devices/b.ts': file('../runner/b.ts') },
    'folders import each other in a ring: harness/devices → harness/runner → harness/devices',
  );
  const below = { 'harness/cli/run/a.ts': file('../text/a.ts'), 'harness/cli/text/a.ts': 'x;' };
  refuses(
    { ...below, 'harness/cli/text/b.ts': file('../run/b.ts') },
    'folders import each other in a ring: harness/cli/run → harness/cli/text → harness/cli/run',
  );
  allows({ ...below, 'harness/cli/text/b.ts': file('../b.ts'), 'harness/cli/b.ts': file('./run/b.ts') });
  allows({ 'harness/runner/a.ts': file('./b.ts'), 'harness/runner/b.ts': file('./c.ts'), 'harness/runner/c.ts': 'x;' });
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

test('a report imports of the harness its words and what is known of probes, which stands on words alone', () => {
  const verdicts = { 'harness/verdicts/judge.ts': 'export const judge = 1;' };
  for (const kind of ['import', 'import type'])
    refuses(
      { ...verdicts, 'reports/csv/a.ts': `${kind} { judge } from '../../harness/verdicts/judge.ts';` },
      'its words and what is known of probes',
    );
  const words = {
    'harness/model/results/results.ts': 'export const Results = 1;',
    'harness/knowledge/probes.ts': "import { Results } from '../model/results/results.ts';",
  };
  for (const room of ['csv', 'findings'])
    allows({
      ...words,
      [`reports/${room}/a.ts`]: "import { Results } from '../../harness/model/results/results.ts';",
      [`reports/${room}/b.ts`]: "import { knowledgeOf } from '../../harness/knowledge/probes.ts';",
    });
  refuses(
    { ...verdicts, 'harness/knowledge/a.ts': "import type { judge } from '../verdicts/judge.ts';" },
    'what is known of a probe stands on words alone',
  );
});

test('the program imports neither tests nor ci', () => {
  refuses({ 'harness/cli/a.ts': "import { x } from '../../tests/x.ts';" }, 'it is not part of the program');
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
