import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { join } from 'node:path';
import { isCompiler } from '../../harness/supervisor/attempt/progress-watch.ts';
import { attempt, shortWatchdog, withBench } from './supervised.ts';

/** Slow is not hung, and hung is not slow. */
const test = suite('progress evidence');

for (const probe of ['searches', 'announces', 'fills_cache'] as const) {
  test(`${probe}: more than two deadlines of work with progress all the while is a pass`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start(probe);
      const report = await attempt(worker, await bench.request({ case: { seconds: 1.2 }, env: caches(bench.folder) }));
      assert.equal(report.outcome, { kind: 'pass' });
    });
  });
}

test('compiles: a compiler at work is progress', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('compiles');
    const report = await attempt(worker, await bench.request({ case: { seconds: 2 } }));
    assert.equal(report.outcome, { kind: 'pass' });
  });
});

for (const [probe, text] of [
  ['searches', /Runs left/],
  ['announces', /getting on/],
  ['fills_cache', /kernel cache grew/],
  ['compiles', /clang is compiling/],
] as const) {
  test(`${probe}: progress beyond the hard limit is slow, never a hang`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start(probe);
      const watchdog = shortWatchdog({ hard_limit: '1s' });
      const report = await attempt(worker, await bench.request({ watchdog, case: { seconds: 60 }, env: caches(bench.folder) }));
      assert.is(report.outcome.kind, 'slow');
      assert.match(report.outcome.kind === 'slow' ? report.outcome.progress : '', text);
      assert.is((await bench.survivors()).length, 1);
    });
  });
}

for (const probe of ['silent', 'spins', 'chatty'] as const) {
  test(`${probe}: silence is a hang even where the hard limit comes first`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start(probe);
      const report = await attempt(worker, await bench.request({ watchdog: shortWatchdog({ hard_limit: '400ms', deadline: '2s' }) }));
      assert.is(report.outcome.kind, 'hang');
    });
  });
}

test('a compiler that only sleeps is a hang, and is named as compiling', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('stuck_compiler');
    const report = await attempt(worker, await bench.request());
    assert.is(report.outcome.kind === 'hang' && report.outcome.activity, 'compiling');
    assert.is((await bench.survivors()).length, 1);
  });
});

test('names of compilers', () => {
  for (const name of ['clang', 'clang-17', 'clang++', 'lld', 'ld.lld', 'amdgpu-arch', 'hipcc', 'hipcc.bin']) assert.ok(isCompiler(name), name);
  for (const name of ['python3', 'clangd', 'sh', 'my-clang', 'slld']) assert.not(isCompiler(name), name);
});

function caches(folder: string): Record<string, string> {
  return { MIOPEN_USER_DB_PATH: join(folder, 'cache'), MIOPEN_CUSTOM_CACHE_DIR: join(folder, 'cache') };
}

test.run();
