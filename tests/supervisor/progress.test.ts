import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CacheGrowth, isCompiler } from '../../harness/supervisor/attempt/progress-watch.ts';
import { DEVICE_KINDS, MAKERS } from '../../harness/model/makers.ts';
import type { AttemptRequest } from '../../harness/supervisor/types.ts';
import { AFTER_DISK, IDLE, SOON, allAtOnce, attempt, watchdogOf, withBench } from './supervised.ts';

/** Slow is not hung, and hung is not slow. */
const test = suite('progress evidence');

/** Ten times a second there is a sign; work goes on beyond the deadline. */
const DEADLINE = AFTER_DISK;
const WORK_SECONDS = 3;

/** Probes that work, and whether their cache's folder is named for all attempts of the worker. */
const WORKING = {
  'searches: a deadline and a half of work with progress all the while is a pass': ['searches', false],
  'announces: a deadline and a half of work with progress all the while is a pass': ['announces', false],
  'fills_cache: a deadline and a half of work with progress all the while is a pass': ['fills_cache', false],
  'compiles: a compiler at work is progress': ['compiles', false],
  'compiles_often: compilers that live for a moment each are progress too': ['compiles_often', false],
  'fills_cache: a folder that the matrix names itself, for all attempts of a worker': ['fills_cache', true],
} as const;

const worked = allAtOnce(Object.values(WORKING), async ([probe, isNamedForAll]) => {
  await withBench(async (bench) => {
    const named = caches(bench.folder);
    const worker = await bench.start(probe, isNamedForAll ? { env: { ...bench.spec(probe).env, ...named } } : {});
    const request = await bench.request({
      watchdog: watchdogOf({ deadline: DEADLINE }),
      case: { seconds: WORK_SECONDS },
      env: isNamedForAll ? {} : named,
    });
    assert.equal((await attempt(worker, request)).outcome, { kind: 'pass' });
  });
});
for (const [name, working] of Object.entries(WORKING)) test(name, () => worked(working));

/** By the wall clock, signs have to keep coming until then: caches are looked at every two seconds. */
const HARD_LIMIT = 10;

const ENDLESS = [
  ['searches', /Runs left/],
  ['announces', /getting on/],
  ['fills_cache', /kernel cache grew/],
  ['compiles', /clang is compiling/],
] as const;

const limited = allAtOnce(ENDLESS, async ([probe, text]) => {
  await withBench(async (bench) => {
    const worker = await bench.start(probe);
    const watchdog = watchdogOf({ hard_limit: `${HARD_LIMIT}s` });
    const report = await attempt(
      worker,
      await bench.request({ watchdog, case: { seconds: 600 }, env: caches(bench.folder) }),
    );
    assert.is(report.outcome.kind, 'slow', JSON.stringify(report.outcome));
    assert.match(report.outcome.kind === 'slow' ? report.outcome.progress : '', text);
    assert.is((await bench.survivors()).length, IDLE);
  });
});
for (const endless of ENDLESS)
  test(`${endless[0]}: progress beyond the hard limit is slow, never a hang`, () => limited(endless));

for (const probe of ['silent', 'spins', 'chatty'] as const) {
  test(`${probe}: silence is a hang even where the hard limit comes first`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start(probe);
      const report = await attempt(
        worker,
        await bench.request({ watchdog: watchdogOf({ hard_limit: '400ms', deadline: '120s' }) }),
      );
      assert.is(report.outcome.kind, 'hang');
    });
  });
}

test('a compiler that only sleeps is a hang, and is named as compiling', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('stuck_compiler');
    const report = await attempt(worker, await bench.request({ watchdog: watchdogOf({ deadline: AFTER_DISK }) }));
    assert.is(report.outcome.kind === 'hang' && report.outcome.activity, 'compiling');
    assert.is((await bench.survivors()).length, IDLE);
  });
});

const BEATS = [1, 12_000] as const;
const beaten = allAtOnce(BEATS, async (first) => {
  await withBench(async (bench) => {
    const worker = await bench.start('heartbeats');
    const watchdog = watchdogOf({ deadline: AFTER_DISK, hard_limit: `${HARD_LIMIT}s` });
    const { outcome } = await attempt(worker, await bench.request({ watchdog, case: { first, every: 0.15 } }));
    assert.is(outcome.kind, 'slow', JSON.stringify(outcome));
    if (outcome.kind !== 'slow') return;
    assert.ok(outcome.seconds >= HARD_LIMIT);
    assert.is(outcome.because?.limitSeconds, HARD_LIMIT);
    assert.is(outcome.because?.lastSign?.kind, 'line');
    assert.ok((outcome.because?.signs ?? 0) > Math.min(first, 10_000));
  });
});
for (const first of BEATS)
  test(`heartbeats: ${first} lines and then one after the other for ever is slow, not a hang`, () => beaten(first));

test('floods_channel: garbage for ever is no progress, however much of it', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods_channel');
    const { outcome } = await attempt(worker, await bench.request({ watchdog: watchdogOf({ deadline: SOON }) }));
    assert.is(outcome.kind, 'hang', JSON.stringify(outcome));
  });
});

/** Of the first run. */
function limits(seconds: number, full: number): Pick<AttemptRequest, 'lowered' | 'watchdog'> {
  return {
    lowered: { multiple: 20, limits: [{ phase: 'first-run', seconds, full }] },
    watchdog: watchdogOf({ deadline: `${full}s` }),
  };
}

test('lowered limits: a silent one hangs under them and is only suspected, a searching one gets the full ones', async () => {
  await withBench(async (bench) => {
    // The full limit is out of reach for the one that is silent, and the lowered one for the one that has yet to start its compiler.
    const silent = await attempt(await bench.start('silent'), await bench.request(limits(0.4, 120)));
    assert.ok(
      silent.outcome.kind === 'hang' && silent.outcome.limit === 'adaptive' && silent.outcome.silentSeconds < 120,
      JSON.stringify(silent.outcome),
    );
    assert.is(silent.outcome.kind === 'hang' && silent.outcome.because?.limitSeconds, 0.4);
    const stuck = await attempt(await bench.start('stuck_compiler'), await bench.request(limits(2, 2.5)));
    assert.ok(
      stuck.outcome.kind === 'hang' && stuck.outcome.limit === undefined && stuck.outcome.silentSeconds >= 2.5,
      JSON.stringify(stuck.outcome),
    );
  });
});

test('an outcome that a deadline decided says what was seen', async () => {
  await withBench(async (bench) => {
    const busy = (
      await attempt(await bench.start('spins'), await bench.request({ watchdog: watchdogOf({ deadline: SOON }) }))
    ).outcome;
    // How much of a core it got is the machine's affair.
    assert.ok(busy.kind === 'hang' && (busy.because?.cpuShare ?? 0) > 0, JSON.stringify(busy));
    assert.is(busy.kind === 'hang' && busy.because?.lastSign, null);
    const watchdog = watchdogOf({ deadline: AFTER_DISK });
    const stuck = (await attempt(await bench.start('stuck_compiler'), await bench.request({ watchdog }))).outcome;
    assert.ok(
      stuck.kind === 'hang' && stuck.because?.compiler?.name === 'clang' && stuck.because.compiler.cpuSeconds === 0,
      JSON.stringify(stuck),
    );
    assert.is(stuck.kind === 'hang' && stuck.because?.lastSign?.kind, 'compile', 'that it began was progress');
  });
});

test('names of compilers', () => {
  for (const name of [
    'clang',
    'clang-17',
    'clang++',
    'lld',
    'ld.lld',
    'amdgpu-arch',
    'hipcc',
    'hipcc.bin',
    'cc1plus',
    'ptxas',
    'cudafe++',
    'icpx',
    'ocloc-24.1',
  ])
    assert.ok(isCompiler(name), name);
  for (const name of ['python3', 'clangd', 'sh', 'my-clang', 'slld', 'ldxlld']) assert.not(isCompiler(name), name);
});

for (const kind of DEVICE_KINDS)
  test(`${kind}: what compiles for it is progress, below the probe and in its caches`, async () => {
    const { compilers, nature, variables } = MAKERS[kind];
    assert.ok(compilers.length > 0, 'its compilers are named');
    for (const name of compilers) assert.ok(isCompiler(name), name);
    if (nature === 'card') assert.ok(Object.keys(variables.folders).length > 0, 'its caches are named');
    const folder = await mkdtemp(join(tmpdir(), 'bench-caches-'));
    try {
      for (const variable of Object.keys(variables.folders)) {
        const cache = join(folder, variable);
        await mkdir(cache);
        const growth = new CacheGrowth({ [variable]: cache });
        assert.is(await growth.look(), null, 'the first look only measures');
        assert.is(await growth.look(), null, 'nothing was added');
        await writeFile(join(cache, 'kernel'), 'code');
        assert.match((await growth.look())?.text ?? '', /^the kernel cache grew to 1 files, 4 bytes/, variable);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

function caches(folder: string): Record<string, string> {
  return { MIOPEN_USER_DB_PATH: join(folder, 'cache'), MIOPEN_CUSTOM_CACHE_DIR: join(folder, 'cache') };
}

test.run();
