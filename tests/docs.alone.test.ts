/** What README, CONTRIBUTING and docs/ name exists: links, paths, commands with their options, scripts, folders, dependencies. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { benchHere } from './cli/in-process.ts';
import { packageRoot } from '../harness/machine/installation.ts';

const test = suite('docs');
const root = packageRoot();
const docs = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)].map((name) => ({
  name,
  text: readFileSync(join(root, name), 'utf8'),
}));
const architecture = pages.find(({ name }) => name === 'docs/architecture.md')?.text ?? '';
const manifest: {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: object;
  readonly devDependencies: object;
  readonly optionalDependencies: object;
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Of all pages, as "page: what". */
function found(wanted: RegExp, isWrong: (match: readonly string[], page: string) => boolean): readonly string[] {
  return pages.flatMap(({ name, text }) =>
    [...text.matchAll(wanted)].flatMap((match) => (isWrong([...match], name) ? [`${name}: ${match[0]}`] : [])),
  );
}

test('every link leads to a file', () => {
  const wrong = found(
    /\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)/g,
    ([, path = ''], page) => !existsSync(join(root, dirname(page), path)),
  );
  assert.equal(wrong, []);
});

test('every path of the program that is named exists', () => {
  const wrong = found(
    /`((?:harness|reports|ci|tests|python-probes|matrices)\/[\w./-]+)`/g,
    ([, path = '']) => !existsSync(join(root, path)),
  );
  assert.equal(wrong, []);
});

test('every script that is named exists', () => {
  const wrong = found(/npm run (?:--silent )?([\w:]+)/g, ([, name = '']) => !Object.hasOwn(manifest.scripts, name));
  assert.equal(wrong, []);
});

/** Words after `bench`, up to the end of the line or of the code. */
const CALL =
  /(?:^|[`\s(])(?<!-u )(?:npx (?:--prefix \S+ )?)?bench ((?:run|plan|doctor|judge|report|compare|history|attach|issue|bisect|probe|catalogue|env|completion)\b[^`\n|]*)/gm;
/** `bench catalogue` alone lists. */
const TWO_WORDS: Readonly<Record<string, string>> = { catalogue: 'list', env: '' };

test('every command that is shown exists, and so do its options', async () => {
  const wrong: string[] = [];
  const known = new Map<string, string>();
  for (const { name, text } of pages) {
    const code = [...text.matchAll(/```(?:sh|)\n([\s\S]*?)```|`([^`\n]+)`/g)].map(
      ([, block, span]) => block ?? span ?? '',
    );
    for (const [, call = ''] of code.join('\n').matchAll(CALL)) {
      // What follows "--" belongs to another program, what follows "#" or ";" to nobody.
      const [said = ''] = call.split(/ -- | #|;|&&/);
      const [first = '', second = ''] = said.split(/\s+/);
      const inner = /^[a-z]+$/.test(second) ? second : TWO_WORDS[first];
      const path = TWO_WORDS[first] === undefined || inner === '' || inner === undefined ? [first] : [first, inner];
      const key = path.join(' ');
      const help = known.get(key) ?? (await benchHere([...path, '--help'])).stdout;
      known.set(key, help);
      if (!help.startsWith(`Usage: bench ${path.join(' ')}`)) wrong.push(`${name}: bench ${key}`);
      for (const [option] of said.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)) {
        if (option !== '--help' && !help.includes(option)) wrong.push(`${name}: bench ${key} ${option}`);
      }
    }
  }
  assert.ok(known.size > 12, 'the commands are found');
  assert.equal(wrong, []);
});

test('nothing is marked as planned', () =>
  assert.equal(
    found(/\(planned\)/g, () => true),
    [],
  ));

test('architecture.md has a row for each folder and each dependency', () => {
  const folders = readdirSync(join(root, 'harness'), { withFileTypes: true }).filter((one) => one.isDirectory());
  assert.equal(
    folders.map(({ name }) => `| \`harness/${name}\` |`).filter((row) => !architecture.includes(row)),
    [],
  );
  const packages = [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap(
    Object.keys,
  );
  assert.equal(
    packages.filter((name) => !architecture.includes(`\`${name}\``)),
    [],
  );
});

test.run();
