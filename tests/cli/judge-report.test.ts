import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder } from './bench-process.ts';
import { smallMatrix } from './matrices.ts';
import { UsageError } from '../../harness/model/errors.ts';
import { describeFailure } from '../../harness/cli/text/failure.ts';
import { benchHere } from './in-process.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';
import { resolvedJson } from '../../harness/matrix/file/resolved.ts';

const test = suite('cli/judge-report');

const RAW = ['journal.jsonl', 'matrix.yml', 'matrix.resolved.json', 'model.yml'];

/** Names of the files directly in a folder, each with the hash of its content. */
async function hashes(folder: string): Promise<Record<string, string>> {
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  const pairs = entries.toSorted().map(
    async (name) =>
      [
        name,
        createHash('sha256')
          .update(await readFile(`${folder}/${name}`))
          .digest('hex'),
      ] as const,
  );
  return Object.fromEntries(await Promise.all(pairs));
}

test('judging and reporting again give the same bytes, here, in a copy, and from results.json alone', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const matrix = await smallMatrix(folder);
    const measured = await bench(['run', matrix, '-q', '--out', run]);
    assert.is(measured.code, 0, measured.stderr);
    const original = await hashes(run);

    const reported = await bench(['report', 'run'], { cwd: folder.path });
    assert.is(reported.code, 0, reported.stderr);
    assert.equal(await hashes(run), original);
    const made = reported.stdout.trim().split('\n');
    assert.ok(
      made.every((path) => path.startsWith(`${run}/`)),
      reported.stdout,
    );
    assert.equal(
      made.map((path) => basename(path)).toSorted(),
      Object.keys(original).filter((name) => name !== 'results.json' && !RAW.includes(name)),
    );

    // Only what was measured: everything else is made from it.
    const copy = folder.file('copy');
    await mkdir(copy);
    for (const name of RAW.slice(0, 3)) await cp(`${run}/${name}`, `${copy}/${name}`);
    await rm(matrix);
    const judged = await benchHere(['judge', copy]);
    assert.is(judged.code, 0, judged.stderr);
    assert.equal(judged.stdout.replaceAll(copy, run), measured.stdout, 'judging prints what the run printed');
    const { 'model.yml': _model, ...judgedFiles } = original;
    assert.equal(await hashes(copy), judgedFiles);

    const alone = folder.file('alone');
    await mkdir(alone);
    await cp(`${run}/results.json`, `${alone}/results.json`);
    assert.is((await benchHere(['report', alone])).code, 0);
    assert.equal(
      await hashes(alone),
      Object.fromEntries(Object.entries(original).filter(([name]) => !RAW.includes(name))),
    );

    assert.match(
      (await benchHere(['judge', alone])).stderr,
      /alone is not the folder of a run: it has no journal\.jsonl/,
    );
  });
});

test('what is missing is named, with the way to get it', async () => {
  await inFolder(async (folder) => {
    await folder.write('journal.jsonl', '');
    assert.match((await benchHere(['report', folder.path])).stderr, /has no results\.json[\s\S]*bench judge/);
    assert.match((await benchHere(['judge', folder.path])).stderr, /has no matrix\.resolved\.json/);
    assert.match((await benchHere(['report', folder.file('absent')])).stderr, /absent is not the folder of a run/);
  });
});

const RESOLVED = resolvedJson(
  loadMatrix(
    'schema: 1\nname: n\nprobe: conv2d\nenvironments: [{ kind: interpreter, python: python3 }]\naxes: { size: [1] }\n',
    'm.yml',
  ),
);

/** exit: 2 for a folder that is wrong, 3 for a run that cannot be judged any more. */
const RUBBISH: readonly {
  readonly what: string;
  readonly command: 'judge' | 'report';
  readonly file: string;
  readonly text: string;
  readonly exit: 2 | 3;
  readonly says: RegExp;
}[] = [
  {
    what: 'results.json is no JSON',
    command: 'report',
    file: 'results.json',
    text: 'rubbish',
    exit: 2,
    says: /results\.json cannot be read as results[\s\S]*bench judge/,
  },
  {
    what: 'results.json is other JSON',
    command: 'report',
    file: 'results.json',
    text: '{"schema":1}',
    exit: 2,
    says: /results\.json cannot be read as results: tool: [\s\S]*bench judge/,
  },
  {
    what: 'results.json is of a later version',
    command: 'report',
    file: 'results.json',
    text: '{"schema":2}',
    exit: 3,
    says: /results\.json has schema 2[\s\S]*next: use the version of bench/,
  },
  {
    what: 'the resolved matrix is rubbish',
    command: 'judge',
    file: 'matrix.resolved.json',
    text: '[]',
    exit: 2,
    says: /matrix\.resolved\.json/,
  },
  {
    what: 'the journal is rubbish',
    command: 'judge',
    file: 'journal.jsonl',
    text: 'rubbish\nrubbish\n',
    exit: 3,
    says: /journal\.jsonl:1: [\s\S]*next: /,
  },
  {
    what: 'the journal is of a later version',
    command: 'judge',
    file: 'journal.jsonl',
    text: '{"event":"run-opened","schema":2}\n{}\n',
    exit: 3,
    says: /schema 2[\s\S]*next: /,
  },
  {
    what: 'the journal is empty',
    command: 'judge',
    file: 'journal.jsonl',
    text: '',
    exit: 3,
    says: /the journal does not begin with a run-opened event/,
  },
];

for (const { what, command, file, text, exit, says } of RUBBISH) {
  test(`bench ${command} where ${what}: exit ${exit} and a clear word`, async () => {
    await inFolder(async (folder) => {
      await folder.write('journal.jsonl', '');
      await folder.write('matrix.resolved.json', RESOLVED);
      await folder.write(file, text);
      const { code, stderr } = await benchHere([command, folder.path]);
      assert.is(code, exit, stderr);
      assert.match(stderr, says);
      assert.not.match(stderr, /^ +at /m, 'no stack');
    });
  });
}

test('nothing in a failure steers the terminal', () => {
  for (const error of [
    new UsageError('github-rejected', 'GitHub says \u001b[31mno\u0007\u202e', 'ask \u009b31m'),
    new Error('\u001b]0;title\u0007'),
  ]) {
    const { text } = describeFailure(error, {});
    assert.not.match(text, /(?!\n)[\p{Control}\p{Format}]/u);
    assert.match(text, /␛/);
  }
});

test('a journal is not judged by another matrix', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    await bench(['run', await smallMatrix(folder), '-q', '--out', run]);
    const path = `${run}/matrix.resolved.json`;
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"hang"', '"crash"'));
    const judged = await benchHere(['judge', run]);
    assert.is(judged.code, 2);
    assert.match(judged.stderr, /\(matrix-changed\)/);
    await writeFile(path, text);
    assert.is((await benchHere(['judge', run])).code, 0);
  });
});

test.run();
