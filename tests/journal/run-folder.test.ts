import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { opened } from './samples.ts';
import { BenchError } from '../../harness/model/errors.ts';
import { bootId, hostInfo } from '../../harness/machine/host.ts';
import { createRun, openResults, openRun, resumeRun, type LockedRun } from '../../harness/journal/run-folder.ts';
import { openJournal } from '../../harness/journal/writer.ts';
import { refusalOf } from '../refusal.ts';

const test = suite('run folder');
let root = '';
const open: LockedRun[] = [];
test.before.each(() => {
  root = mkdtempSync(join(tmpdir(), 'bench-run-'));
});
test.after.each(() => {
  for (const run of open.splice(0)) run.release();
  rmSync(root, { recursive: true, force: true });
});

async function create(more: { out?: string } = {}): Promise<LockedRun> {
  const run = await createRun({
    matrix: 'conv2d',
    matrixText: '# as given\nschema: 1\n',
    resolved: '{"schema":1}\n',
    root: join(root, 'runs'),
    now: new Date('2026-01-02T03:04:05.678Z'),
    ...more,
  });
  open.push(run);
  return run;
}

async function measured(more: { out?: string } = {}): Promise<LockedRun> {
  const run = await create(more);
  const journal = await openJournal(run.journal);
  await journal.append(opened);
  await journal.close();
  return run;
}

async function* failing(): AsyncGenerator<string> {
  yield 'half';
  throw new Error('the source broke');
}

async function* parts(): AsyncGenerator<string | Uint8Array> {
  for (let number = 0; number < 1000; number += 1) yield number % 2 === 0 ? `${number}\n` : Buffer.from(`${number}\n`);
}

test('a new run is named for its matrix and the time, and holds the matrix as given', async () => {
  const run = await create();
  assert.is(run.path, join(root, 'runs', 'conv2d-20260102-030405'));
  assert.is(run.name, 'conv2d-20260102-030405');
  assert.is(await run.read('matrix.yml'), '# as given\nschema: 1\n');
  assert.is(await run.read('matrix.resolved.json'), '{"schema":1}\n');
  assert.is(await run.read('results.json'), null);
});

test('two runs of one second get two folders', async () => {
  const [a, b] = await Promise.all([create(), create()]);
  assert.equal([a.name, b.name].toSorted(), ['conv2d-20260102-030405', 'conv2d-20260102-030405-2']);
});

test('--out: a new or an empty folder is taken', async () => {
  mkdirSync(join(root, 'empty'));
  assert.is((await create({ out: join(root, 'empty') })).name, 'empty');
  assert.is((await create({ out: join(root, 'a', 'b') })).name, 'b');
});

test('--out: a folder with other things is refused and left alone', async () => {
  writeFileSync(join(root, 'thesis.txt'), 'x');
  const error = await refusalOf(create({ out: root }));
  assert.is(error.code, 'out-not-empty');
  assert.is(error.exitCode, 2);
  assert.equal(readdirSync(root), ['thesis.txt']);
});

test('--out: a file is refused', async () => {
  writeFileSync(join(root, 'file'), 'x');
  assert.is((await refusalOf(create({ out: join(root, 'file') }))).code, 'out-not-folder');
  assert.is((await refusalOf(create({ out: join(root, 'file', 'deeper') }))).code, 'out-not-folder');
});

test('--out: where no folder can be made is told', async () => {
  const error = await refusalOf(create({ out: '/proc/none/deeper' }));
  assert.is(error.code, 'run-folder-unwritable');
  assert.is(error.exitCode, 3);
});

test('--out: a run is refused with the way to resume it', async () => {
  const run = await measured();
  run.release();
  const error = await refusalOf(create({ out: run.path }));
  assert.is(error.code, 'run-exists');
  assert.ok(error.next.includes(`--resume ${run.path}`));
});

test('a run is open to one harness and to any reader', async () => {
  const run = await measured();
  const error = await refusalOf(resumeRun(run.path));
  assert.is(error.code, 'run-locked');
  assert.match(error.message, new RegExp(`process ${process.pid}`));
  assert.is((await openRun(run.path)).journal, run.journal);
  run.release();
  const again = await resumeRun(run.path);
  again.release();
  assert.not(existsSync(join(run.path, 'run.lock')));
});

test('what is no run is told', async () => {
  const error = await refusalOf(openRun(root));
  assert.is(error.code, 'no-run');
  assert.is((await refusalOf(resumeRun(join(root, 'none')))).code, 'no-run');
});

test('results alone are enough for reports', async () => {
  assert.is((await refusalOf(openResults(root))).code, 'no-run');
  writeFileSync(join(root, 'results.json'), '{}');
  assert.is((await openResults(root)).path, root);
});

test('folders of attempts and workers are made on request', async () => {
  const run = await create();
  const evidence = await run.evidenceFolder('cell-1234abcd.1');
  assert.is(evidence, join(run.path, 'evidence', 'cell-1234abcd.1'));
  assert.ok(existsSync(evidence));
  assert.is(basename(await run.workerFolder('rocm5.2', 'default')), 'rocm5.2@default');
  assert.is((await refusalOf(run.evidenceFolder('../../escape'))).code, 'unsafe-name');
});

test('an empty evidence folder goes, one that holds a file stays', async () => {
  const run = await create();
  const [empty, full] = [await run.evidenceFolder('cell-1234abcd.1'), await run.evidenceFolder('cell-1234abcd.2')];
  writeFileSync(join(full, 'stdout'), 'a word');
  for (const attempt of ['cell-1234abcd.1', 'cell-1234abcd.2', 'cell-1234abcd.3', '../../escape'])
    await run.dropEmptyEvidence(attempt);
  assert.not.ok(existsSync(empty));
  assert.ok(existsSync(join(full, 'stdout')));
});

test('files are replaced whole, and a failed write leaves the old one and no rest', async () => {
  const run = await create();
  await run.write('summary.md', 'one');
  await run.write('summary.md', 'two');
  assert.is(await run.read('summary.md'), 'two');
  const error = await refusalOf(run.write('summary.md', failing()));
  assert.match(error.message, /the source broke/);
  assert.is(await run.read('summary.md'), 'two');
  assert.equal(readdirSync(run.path).toSorted(), ['matrix.resolved.json', 'matrix.yml', 'run.lock', 'summary.md']);
});

test('streams are written in order', async () => {
  const run = await create();
  await run.write('cells.csv', parts());
  assert.is(
    readFileSync(run.file('cells.csv'), 'utf8'),
    Array.from({ length: 1000 }, (_, number) => `${number}\n`).join(''),
  );
});

test('the boot id is read from where it is told, and its absence is told', () => {
  const file = join(root, 'boot_id');
  writeFileSync(file, 'abc\n');
  assert.is(bootId(file), 'abc');
  assert.match(bootId(), /^[0-9a-f-]{36}$/);
  assert.throws(
    () => bootId(join(root, 'none')),
    (error: unknown) => error instanceof BenchError && error.code === 'boot-id-unreadable',
  );
});

test('host info names what could change a result, and no secrets', () => {
  const host = hostInfo({
    MIOPEN_FIND_MODE: '2',
    HSA_OVERRIDE_GFX_VERSION: '10.3.0',
    PATH: '/bin',
    AMD_API_KEY: 'hunter2',
    MY_HIP_X: '1',
  });
  assert.equal(host.ambient, {
    AMD_API_KEY: '(not recorded)',
    HSA_OVERRIDE_GFX_VERSION: '10.3.0',
    MIOPEN_FIND_MODE: '2',
  });
  assert.is(host.node, process.version);
  assert.ok(host.memoryMib > 100 && host.kernel !== '' && host.cpu !== '');
});

test.run();
