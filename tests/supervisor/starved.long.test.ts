import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Sightings } from '../../harness/machine/processes/family.ts';
import { identityOf } from '../../harness/machine/processes/read.ts';
import { now, waitUntil } from '../../harness/machine/time.ts';
import { lookAtThreads } from '../../harness/supervisor/attempt/processes.ts';
import { startWorker } from '../../harness/supervisor/start-worker.ts';
import { StarvedTime } from '../../harness/supervisor/attempt/starved-time.ts';
import { becauseWords } from '../../reports/findings/words/deadline-words.ts';
import { skip } from '../skip.ts';
import { mayLimit, withBusyCore, withQuota, type Starved } from './starving.ts';
import { attempt, watchdogOf, withBench } from './supervised.ts';

/** Silence counts only time in which the probe could have run: on a crowded machine slow is not hung, and hung is. */
const test = suite('starved probes');

/** More than a step works, less than it takes where others have the core. */
const DEADLINE_SECONDS = 0.5;
const watchdog = watchdogOf({ deadline: `${DEADLINE_SECONDS}s` });
/** So many steps of so much work. */
const TOIL = { cpu: 0.1, steps: 2 } as const;

/** `by`: itself, or children or threads that come and go between two looks. */
async function passes(by: string, starved: Starved): Promise<void> {
  await withBench(async (bench) => {
    const worker = await bench.start('toils', { command: [...starved, '/usr/bin/python3'] });
    const report = await attempt(worker, await bench.request({ watchdog, case: { ...TOIL, by } }));
    assert.equal(report.outcome, { kind: 'pass' }, JSON.stringify(report.outcome));
    const inFirstRun = report.phases.find(({ phase }) => phase === 'first-run')?.seconds ?? 0;
    assert.ok(inFirstRun > TOIL.steps * DEADLINE_SECONDS, `it was not starved: ${inFirstRun} s`);
  });
}

async function hangs(probe: string, activity: string, starved: Starved, isPatient = false): Promise<void> {
  await withBench(async (bench) => {
    const worker = await bench.start(probe, { command: [...starved, '/usr/bin/python3'] });
    const patient = isPatient ? ({ patient: true } as const) : {};
    const { outcome } = await attempt(worker, await bench.request({ watchdog, case: { processes: 6 }, ...patient }));
    assert.ok(outcome.kind === 'hang' && outcome.activity === activity, JSON.stringify(outcome));
    const { silentSeconds = NaN, waitedSeconds = NaN, waitShare } = outcome.because ?? {};
    assert.ok(silentSeconds - waitedSeconds >= DEADLINE_SECONDS - 1e-6, JSON.stringify(outcome));
    assert.is(outcome.starved, activity === 'idle' || isPatient ? undefined : true, 'whether it is only suspected');
    if (activity === 'idle') return;
    assert.ok(waitedSeconds > DEADLINE_SECONDS && (waitShare ?? 0) > 0.5, JSON.stringify(outcome));
    assert.match(becauseWords(outcome) ?? '', /not counting .* given no core; .*of the time it stood in line for one/);
  });
}

/** Busy loops that have the rest of the core. */
const OTHERS = 11;

for (const by of ['itself', 'children', 'threads']) {
  test(`a twelfth of a core, work by ${by}: a pass, though each step takes longer than the deadline`, async () => {
    await withBusyCore(OTHERS, (starved) => passes(by, starved));
  });
}

test('one that hangs there hangs: spinning, in many processes at once, and idle, which waits for no core', async () => {
  await withBusyCore(OTHERS, async (starved) => {
    await Promise.all([
      hangs('spins', 'busy', starved),
      hangs('spins_often', 'busy', starved),
      hangs('silent', 'idle', starved),
    ]);
  });
});

test('an import that takes longer than its limit there comes to its end, and one that hangs is given up on', async () => {
  await withBusyCore(OTHERS, async (starved) => {
    const command = [...starved, '/usr/bin/python3'];
    await withBench(async (bench) => {
      const began = now();
      const worker = await bench.start('import_toils', { command, watchdog: watchdogOf({ import: '2s' }) });
      assert.ok(now() - began > 2, 'it was not starved');
      assert.equal((await attempt(worker, await bench.request())).outcome, { kind: 'pass' });
    });
    await withBench(async (bench) => {
      const spec = bench.spec('import_hangs', { command, watchdog: watchdogOf({ import: '4s' }) });
      const started = await startWorker(spec, new AbortController().signal);
      assert.match(started.kind === 'unavailable' ? started.reason : 'it started', /import.*within 4 s/);
    });
  });
});

test('in patience one that spins hangs for sure, and one that needs more than its limit passes', async () => {
  await withBusyCore(OTHERS, async (starved) => {
    await Promise.all([
      hangs('spins', 'busy', starved, true),
      withBench(async (bench) => {
        const worker = await bench.start('toils', { command: [...starved, '/usr/bin/python3'] });
        const request = await bench.request({ watchdog, case: { cpu: 0.7, steps: 1, by: 'itself' }, patient: true });
        assert.equal((await attempt(worker, request)).outcome, { kind: 'pass' });
      }),
    ]);
  });
});

test('before the attempt has a process, the worker that is to start it counts; what is gone counts for nothing', async () => {
  await withBusyCore(OTHERS, async ([file = '', ...args]) => {
    const stop = new AbortController();
    const spinning = execa(file, [...args, 'timeout', '60', 'python3', '-c', 'while True: pass'], {
      cancelSignal: stop.signal,
      reject: false,
    });
    const worker = identityOf(spinning.pid ?? 0);
    assert.ok(worker);
    const home = {
      worker,
      reaper: worker.pid,
      marker: '',
      residents: new Set<number>(),
      env: {},
      seen: new Sightings(),
    };
    const [starved, gone] = [new StarvedTime(), new StarvedTime()];
    const stranger = { ...home, worker: { ...worker, startTicks: 1 }, reaper: 0 };
    try {
      let waited = 0;
      const isStarved = await waitUntil(() => {
        waited += starved.see(lookAtThreads(home, null)).waited;
        assert.is(gone.see(lookAtThreads(stranger, null)).waited, 0);
        return waited > 1;
      }, 30);
      assert.ok(isStarved, `waited ${waited} s`);
    } finally {
      stop.abort();
      await spinning;
    }
  });
});

const QUOTA = 'the same under a quota of a twelfth of a core';
if (mayLimit) {
  test(QUOTA, async () => {
    await Promise.all([
      withQuota(8, (starved) => passes('itself', starved)),
      withQuota(8, (starved) => hangs('spins', 'busy', starved)),
    ]);
  });
} else skip(test, import.meta.url, QUOTA, 'it needs root and a cpu controller');

test.run();
