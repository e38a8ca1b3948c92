import { spawn } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, COMMAND, environment, inFolder, journalOf, resultsOf } from './bench-process.ts';
import { smallMatrix, wheel } from './matrices.ts';
import { Results } from '../../harness/model/results/results.ts';

const test = suite('cli/simulated-run');

const FILES = [
  'attempts.csv',
  'boundaries.csv',
  'cells.csv',
  'heatmaps.vl.json',
  'journal.jsonl',
  'junit.xml',
  'matrix.resolved.json',
  'matrix.yml',
  'model.yml',
  'report.html',
  'results.json',
  'summary.md',
];

// eslint-disable-next-line no-control-regex -- these are what must not be there
const CONTROL = /[\u0000-\u0009\u000B-\u001F\u007F]/;

test('a simulated run ends with 0, the table, the way to the report, and every file', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder);
    const { code, stdout, stderr } = await bench(['run', matrix], { cwd: folder.path });
    assert.is(code, 0, stderr);
    const [name = '', ...others] = await readdir(folder.file('runs'));
    assert.match(name, /^small-\d{8}-\d{6}$/, 'without --out the folder is made where bench was started');
    assert.equal(others, []);
    const run = folder.file('runs', name);

    assert.match(stdout, /^SIMULATED: no real card was used; model one-boundary$/m);
    assert.match(stdout, /^Environment · channels +16→32 +3→16$/m);
    assert.match(stdout, /^rocm5\.2-torch1\.13\.1 +pass +pass$/m);
    assert.match(stdout, /^rocm5\.3-torch2\.0\.1 +hang ≥ 32 +pass$/m);
    assert.match(stdout, /^4 lines, 16 cells: /m);
    assert.match(stdout, new RegExp(`^report +${join(run, 'report.html')}$`, 'm'));
    assert.not.match(stdout, /go on/);
    assert.not.match(stdout + stderr, CONTROL, 'no control codes where there is no terminal');

    const names = await readdir(run);
    for (const file of FILES) {
      assert.ok(names.includes(file), `${file} is missing among ${names.join(', ')}`);
      assert.ok((await stat(join(run, file))).size > 0, `${file} is empty`);
    }
    assert.not.ok(
      names.some((file) => file.includes('lock')),
      'the lock is gone',
    );

    const progress = stderr.trimEnd().split('\n');
    assert.match(progress[0] ?? '', /^small on a SIMULATED card \(model one-boundary\), writing /);
    for (const line of progress.slice(1)) {
      assert.match(line, /^SIMULATED (rocm5\.3-torch2\.0\.1 16->32 size=\d+: hang in first-run|[\d.]+ s: lines )/);
    }
    assert.match(progress.at(-1) ?? '', /: lines 4 of 4 /, 'the last count is of the finished run');

    for (const file of ['cells.csv', 'attempts.csv', 'boundaries.csv']) {
      const [header = '', ...rows] = (await readFile(join(run, file), 'utf8')).trim().split(/\r?\n/);
      const column = header.split(',').indexOf('simulated');
      assert.ok(column >= 0 && rows.length > 0, `${file} says in each row whether it is simulated`);
      for (const row of rows) assert.is(row.replaceAll(/"[^"]*"/g, '').split(',')[column], 'true', `${file}: ${row}`);
    }

    const events = await journalOf(run);
    assert.is(events[0]?.event, 'run-opened');
    assert.is(events.at(-1)?.event, 'run-finished');
  });
});

test('--json prints one document, the results, and no colour whatever the environment says', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { environments: [wheel('5.2')] });
    const { code, stdout, stderr } = await bench(['run', matrix, '--json', '--out', folder.file('run')], {
      env: { FORCE_COLOR: '1' },
    });
    assert.is(code, 0, stderr);
    assert.equal(Results.parse(JSON.parse(stdout)), await resultsOf(folder.file('run')));
    assert.match(stderr, /SIMULATED/);
    assert.not.match(stderr, CONTROL);
  });
});

test('--quiet prints nothing but the result, in colours if forced', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { environments: [wheel('5.2')] });
    const { code, stdout, stderr } = await bench(['run', matrix, '--quiet', '--out', folder.file('run')], {
      env: { FORCE_COLOR: '1' },
    });
    assert.is(code, 0);
    assert.is(stderr, '');
    assert.ok(stdout.includes('\u001B[31mSIMULATED'));
  });
});

test('a reader that has seen enough is no failure', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder);
    const [program, ...words] = COMMAND;
    const child = spawn(program, [...words, 'plan', matrix], { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    // Closed before anything is written, as `| head` does at some time.
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const code = await new Promise((resolve) => {
      child.once('close', resolve);
    });
    assert.is(stderr, '');
    assert.is(code, 0);
  });
});

test.run();
