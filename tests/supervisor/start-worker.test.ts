import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/machine/installation.ts';
import { startWorker } from '../../harness/supervisor/start-worker.ts';
import { watchdogOf, withBench } from './supervised.ts';

/** Starting fails with one line of reason and the worker's own words, never with a rejection, and leaves nothing behind. */
const test = suite('starting a worker');
const never = new AbortController().signal;
/** It has to have come up by then: a disk is waited for by the wall clock. */
const COMES_UP = '5s';

test('an import that raises', async () => {
  await withBench(async (bench) => {
    const started = await startWorker(bench.spec('import_raises'), never);
    assert.is(started.kind, 'unavailable');
    assert.match(started.kind === 'unavailable' ? started.reason : '', /ImportError: libamdhip64\.so\.5/);
    assert.match(started.kind === 'unavailable' ? started.log : '', /import_raises\.py", line \d+/);
    assert.equal(await bench.survivors(), []);
  });
});

test('an import that hangs', async () => {
  await withBench(async (bench) => {
    const started = await startWorker(
      bench.spec('import_hangs', { watchdog: watchdogOf({ import: COMES_UP }) }),
      never,
    );
    assert.is(started.kind, 'unavailable');
    if (started.kind !== 'unavailable') return;
    assert.match(started.reason, /import.*within 5 s.*state S/);
    assert.not.match(started.reason, /\n/);
    assert.match(started.log, /importing for ever/);
    assert.equal(await bench.survivors(), []);
  });
});

test('an import that is cancelled', async () => {
  await withBench(async (bench) => {
    const cancel = new AbortController();
    const starting = startWorker(bench.spec('import_hangs'), cancel.signal);
    setTimeout(() => cancel.abort(), 300);
    assert.is((await starting).kind, 'unavailable');
    assert.equal(await bench.survivors(), []);
  });
});

test('a command that is not there, one that is no program, and none', async () => {
  await withBench(async (bench) => {
    for (const command of [['/nowhere/python3'], ['/etc/hostname'], []]) {
      const started = await startWorker(bench.spec('passes', { command }), never);
      assert.is(started.kind, 'unavailable', command.join(' '));
      assert.ok(started.kind === 'unavailable' && started.reason.length > 0);
    }
  });
});

test('a command that is no worker', async () => {
  await withBench(async (bench) => {
    const started = await startWorker(
      bench.spec('passes', { command: ['/bin/sh', '-c', 'echo no torch here >&2; exit 3'] }),
      never,
    );
    assert.match(started.kind === 'unavailable' ? started.reason : '', /exited with code 3: no torch here$/);
    assert.match(started.kind === 'unavailable' ? started.log : '', /no torch here/);
  });
});

for (const [fault, reason] of [
  ['mute', /did not start within 0\.6 s/],
  ['version', /protocol 2/],
  ['early', /before it was ready/],
] as const) {
  test(`a worker that is ${fault}`, async () => {
    await withBench(async (bench) => {
      const started = await bench.startFrom('workers/faulty.py', {
        env: { FAULT: fault },
        watchdog: watchdogOf(fault === 'mute' ? { start: '600ms' } : {}),
      });
      assert.match(started.kind === 'unavailable' ? started.reason : 'it started', reason);
      assert.equal(await bench.survivors(), []);
    });
  });
}

for (const [how, word] of [
  ['SIGKILL', /killed by SIGKILL \(at each of 3 starts\)/],
  ['SIGTERM', /killed by SIGTERM \(at each of 3 starts\)/],
  ['SIGSTOP', /did not start within 5 s \(state T[^)]*\) \(at each of 3 starts\)/],
] as const) {
  test(`${how} from outside while it starts says nothing of the environment: it is started again, but not for ever`, async () => {
    await withBench(async (bench) => {
      const env = {
        HOW: how,
        MARK: join(bench.folder, 'mark'),
        WORKER: join(packageRoot(), 'python-probes', 'worker.py'),
      };
      // One that is stopped is found by the deadline, which has to leave it the time to come to its stop, and the next one to come up.
      const watchdog = watchdogOf(how === 'SIGSTOP' ? { start: COMES_UP } : {});
      const [once, every] = await Promise.all([
        bench.startFrom('workers/killed_once.py', { env, watchdog }),
        bench.startFrom('workers/killed_once.py', {
          env: { ...env, MARK: join(bench.folder, 'other'), EVERY: '1' },
          watchdog,
          directory: join(bench.folder, 'every'),
        }),
      ]);
      assert.is(once.kind, 'ready', once.kind === 'unavailable' ? once.reason : '');
      assert.match(every.kind === 'unavailable' ? every.reason : 'it started', word);
    });
  });
}

test('a wrapper between the harness and the interpreter is no leftover of an attempt', async () => {
  await withBench(async (bench) => {
    const wrapped = bench.spec('orphan_ok', {
      command: ['/bin/sh', '-c', '"$@"; exit $?', 'wrapper', '/usr/bin/python3'],
    });
    const started = await startWorker(wrapped, never);
    if (started.kind === 'unavailable') throw new Error(started.reason);
    for (const isolation of ['fork', 'spawn'] as const) {
      const report = await started.worker.attempt(await bench.request({ isolation }), {
        signal: never,
        onPhase: () => undefined,
      });
      assert.equal(report.outcome, { kind: 'pass' });
      assert.is(report.cleanup.swept, 1);
      assert.ok(started.worker.alive);
    }
    await started.worker.stop();
  });
});

test('the worker inherits nothing of our environment', async () => {
  process.env['BENCH_TEST_AMBIENT'] = 'leaks';
  try {
    await withBench(async (bench) => {
      const script = 'cat /proc/self/environ >&2; exit 1';
      const started = await startWorker(
        bench.spec('passes', { command: ['/bin/sh', '-c', script], env: { ONLY: 'this' } }),
        never,
      );
      const log = started.kind === 'unavailable' ? started.log : '';
      assert.match(log, /ONLY=this/);
      assert.match(log, /BENCH_WORKER=/);
      assert.not.match(log, /BENCH_TEST_AMBIENT/);
    });
  } finally {
    delete process.env['BENCH_TEST_AMBIENT'];
  }
});

test.run();
