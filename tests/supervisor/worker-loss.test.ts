import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AttemptReport } from '../../harness/model/attempt/attempt.ts';
import { readAllStats, readStat } from '../../harness/machine/processes/read.ts';
import { isDead } from '../../harness/machine/processes/stat.ts';
import { waitUntil } from '../../harness/machine/time.ts';
import type { Worker } from '../../harness/supervisor/types.ts';
import { IDLE, attempt, watchdogOf, withBench, workerPid, type Bench } from './supervised.ts';

/** A worker that is lost is an error of the harness, never a verdict on the cell; cancelling and stopping end everything. */
const test = suite('losing the worker');

function assertHarness(report: AttemptReport, worker: Worker): void {
  assert.is(report.outcome.kind === 'error' && report.outcome.errorClass, 'harness', JSON.stringify(report.outcome));
  assert.not(worker.alive);
}

/** Starts an attempt on a silent probe, with deadlines far away, and waits until it runs; `begins` is called in the moment in which that is heard. */
async function running(
  bench: Bench,
  deadline?: string,
  begins: (worker: number) => void = () => undefined,
): Promise<{ worker: Worker; pid: number; report: Promise<AttemptReport>; cancel: AbortController }> {
  const worker = await bench.start('silent');
  const pid = await workerPid(bench);
  const cancel = new AbortController();
  let begun = false;
  const report = worker.attempt(
    await bench.request({ watchdog: watchdogOf(deadline === undefined ? {} : { deadline }) }),
    {
      signal: cancel.signal,
      onPhase: (phase) => {
        begun = phase === 'first-run';
        if (begun) begins(pid);
      },
    },
  );
  assert.ok(await waitUntil(() => begun, 120));
  return { worker, pid, report, cancel };
}

for (const signal of ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGSEGV'] as const) {
  test(`${signal} of the worker`, async () => {
    await withBench(async (bench) => {
      const { worker, pid, report } = await running(bench);
      process.kill(pid, signal);
      assertHarness(await report, worker);
      assert.equal(await bench.survivors(), []);
      assertHarness(await attempt(worker, await bench.request()), worker);
    });
  });
}

for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
  test(`${signal} of the attempt and of its worker, as a killer of whole groups sends it, is no crash of the probe`, async () => {
    await withBench(async (bench) => {
      const { worker, pid, report } = await running(bench);
      const child = readAllStats().find((stat) => stat.parent === pid);
      assert.ok(child);
      process.kill(child.pid, signal);
      process.kill(pid, signal);
      assertHarness(await report, worker);
      assert.equal(await bench.survivors(), []);
    });
  });
}

test('a worker that is stopped for a while: that while is no silence of the probe', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('woken');
    const pid = await workerPid(bench);
    // Longer than the limit by itself, shorter without the time in which nobody could hear it.
    const request = await bench.request({
      watchdog: watchdogOf({ deadline: '5s' }),
      case: { how: 'wakes', seconds: 6 },
    });
    const { outcome } = await worker.attempt(request, {
      signal: new AbortController().signal,
      onPhase: (phase) => {
        if (phase !== 'first-run') return;
        process.kill(pid, 'SIGSTOP');
        setTimeout(() => process.kill(pid, 'SIGCONT'), 3000);
      },
    });
    assert.equal(outcome, { kind: 'pass' });
  });
});

test("SIGSTOP of the worker: its silence is not the probe's", async () => {
  await withBench(async (bench) => {
    // At once, so that no deadline can pass before.
    const { worker, report } = await running(bench, '600ms', (pid) => process.kill(pid, 'SIGSTOP'));
    assertHarness(await report, worker);
    assert.equal(await bench.survivors(), []);
  });
});

test('nobody can open the channels of an attempt and of its worker to read what is said there', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('steals');
    for (const isolation of ['fork', 'spawn'] as const) {
      const { outcome } = await attempt(worker, await bench.request({ isolation }));
      assert.equal(outcome, { kind: 'pass' }, isolation);
    }
  });
});

test('SIGKILL of the attempt is a crash, and the worker goes on', async () => {
  await withBench(async (bench) => {
    const { worker, pid, report } = await running(bench);
    const child = readAllStats().find((stat) => stat.parent === pid);
    assert.ok(child);
    process.kill(child.pid, 'SIGKILL');
    assert.equal((await report).outcome, { kind: 'crash', phase: 'first-run', signal: 'SIGKILL', signature: null });
    assert.ok(worker.alive);
  });
});

test('cancelling kills the attempt and keeps the worker', async () => {
  await withBench(async (bench) => {
    const { worker, report, cancel } = await running(bench);
    cancel.abort(new Error('interrupted by SIGINT'));
    const { outcome, evidence } = await report;
    assert.equal(outcome, { kind: 'cancelled', reason: 'interrupted by SIGINT' });
    assert.is(evidence, null);
    assert.ok(worker.alive);
    assert.is((await bench.survivors()).length, IDLE);
  });
});

test('an attempt that is cancelled beforehand never starts', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('passes');
    const { outcome, seconds } = await attempt(worker, await bench.request(), AbortSignal.abort(new Error('too late')));
    assert.equal(outcome, { kind: 'cancelled', reason: 'too late' });
    assert.is(seconds, 0);
  });
});

test('a second attempt at the same time is an error and does not disturb the first', async () => {
  await withBench(async (bench) => {
    const { worker, report, cancel } = await running(bench);
    const second = await attempt(worker, await bench.request());
    assert.is(second.outcome.kind === 'error' && second.outcome.errorClass, 'harness');
    assert.ok(worker.alive);
    cancel.abort(new Error('enough'));
    assert.is((await report).outcome.kind, 'cancelled');
  });
});

test('stopping the worker ends a running attempt too', async () => {
  await withBench(async (bench) => {
    const { worker, report } = await running(bench);
    await worker.stop();
    assert.equal(await bench.survivors(), []);
    assert.is((await report).outcome.kind, 'cancelled');
    assert.not(worker.alive);
    await worker.stop();
  });
});

test('stopping an idle worker lets it leave by itself', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('passes');
    const pid = await workerPid(bench);
    await worker.stop();
    const stat = readStat(pid);
    assert.ok(stat === null || isDead(stat));
  });
});

for (const fault of ['garbage', 'huge', 'closes', 'exits', 'stops', 'refuses', 'deaf', 'forgets']) {
  test(`a worker that ${fault}: error of the harness, nothing left`, async () => {
    await withBench(async (bench) => {
      const started = await bench.startFrom('workers/faulty.py', { env: { FAULT: fault } });
      if (started.kind === 'unavailable') throw new Error(started.reason);
      // Those that fall silent are found by a deadline; the others show what they do without one.
      const watchdog = watchdogOf(['deaf', 'forgets', 'stops', 'closes'].includes(fault) ? { start: '600ms' } : {});
      const report = await attempt(started.worker, await bench.request({ watchdog }));
      if (fault === 'deaf') assert.equal(report.outcome.kind, 'error', JSON.stringify(report.outcome));
      assertHarness(report, started.worker);
      assert.equal(await bench.survivors(), []);
    });
  });
}

test('a worker that names a stranger as its attempt does not make us kill the stranger', async () => {
  const stranger = execa('sleep', ['3600'], { reject: false });
  try {
    await withBench(async (bench) => {
      const started = await bench.startFrom('workers/faulty.py', {
        env: { FAULT: 'stranger', BYSTANDER: String(stranger.pid) },
      });
      if (started.kind === 'unavailable') throw new Error(started.reason);
      await attempt(started.worker, await bench.request({ watchdog: watchdogOf({ start: '400ms' }) }));
      await started.worker.stop();
      const stat = readStat(stranger.pid ?? 0);
      assert.ok(stat !== null && !isDead(stat) && stat.state !== 'T', `the stranger: ${stat?.state}`);
    });
  } finally {
    stranger.kill('SIGKILL');
    await stranger;
  }
});

test.run();
