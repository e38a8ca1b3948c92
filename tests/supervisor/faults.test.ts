import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AttemptReport, Isolation } from '../../harness/model/attempt/attempt.ts';
import { mayFreeze, withFreezer } from './freezer.ts';
import { AFTER_DISK, IDLE, SOON, allAtOnce, attempt, watchdogOf, withBench } from './supervised.ts';

/** The eight faults of real probes, each by fork and by spawn: the right outcome, in bounded time, and nothing left alive. */
const test = suite('eight faults');

/** Deadline, evidence, grace and kill take some 3 s; the rest is for a busy machine. */
const BOUND_SECONDS = 60;

interface Fault {
  readonly probe: string;
  readonly outcome: 'hang' | 'pass';
  readonly signals: readonly string[];
  readonly swept: number;
  /** It starts a program first. */
  readonly starts?: true;
}

const BOTH = ['fork', 'spawn'] as const;

/** What a hanging process may be seen doing, other than sleeping: one that prints five times a second may be caught at it. */
const STATES: Readonly<Record<string, readonly string[]>> = { stopped: ['T'], chatty: ['S', 'R', 'D'] };

const FAULTS: readonly Fault[] = [
  { probe: 'silent', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'ignores_signals', outcome: 'hang', signals: ['SIGTERM', 'SIGKILL'], swept: 0 },
  { probe: 'grandchild', outcome: 'hang', signals: ['SIGTERM'], swept: 0, starts: true },
  { probe: 'orphan_ok', outcome: 'pass', signals: [], swept: 1 },
  { probe: 'orphan_hang', outcome: 'hang', signals: ['SIGTERM'], swept: 1, starts: true },
  { probe: 'chatty', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'stopped', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
];

const tried = allAtOnce(FAULTS, async (fault) => {
  await Promise.all(BOTH.map((isolation) => tryFault(fault, isolation)));
});
for (const fault of FAULTS)
  test(`${fault.probe}: ${fault.outcome}, cleaned up, and the worker goes on`, () => tried(fault));

async function tryFault(fault: Fault, isolation: Isolation): Promise<void> {
  await withBench(async (bench) => {
    const worker = await bench.start(fault.probe);
    const limits = fault.outcome === 'pass' ? {} : { deadline: fault.starts === true ? AFTER_DISK : SOON };
    // Only what ignores SIGTERM waits for the end of its grace.
    const watchdog = watchdogOf({ ...limits, ...(fault.signals.includes('SIGKILL') ? { term_grace: '300ms' } : {}) });
    const report = await attempt(worker, await bench.request({ isolation, watchdog }));
    check(fault, report, isolation);
    assert.ok(worker.alive, isolation);
    assert.is((await bench.survivors()).length, IDLE, `${isolation}: the worker alone is left`);
  });
}

function check(fault: Fault, report: AttemptReport, isolation: Isolation): void {
  assert.is(report.outcome.kind, fault.outcome, isolation);
  assert.ok(report.seconds < BOUND_SECONDS, `${isolation} took ${report.seconds} s`);
  assert.equal(report.cleanup.signals, fault.signals, isolation);
  assert.is(report.cleanup.swept, fault.swept, isolation);
  assert.equal(report.cleanup.left, [], isolation);
  if (report.outcome.kind !== 'hang') return;
  assert.is(report.outcome.phase, 'first-run');
  assert.is(report.outcome.activity, 'idle');
  assert.ok(report.outcome.silentSeconds >= 0.5);
  assert.type(report.cleanup.reapSeconds, 'number');
  const [main] = report.evidence?.processes ?? [];
  assert.ok(STATES[fault.probe]?.includes(main?.state ?? '?') ?? main?.state === 'S', `${isolation}: ${main?.state}`);
  assert.ok((report.evidence?.processes.length ?? 0) >= (fault.starts === true ? 2 : 1));
}

test('the evidence names the line that hangs, and is kept in the folder too', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('silent');
    const request = await bench.request({ watchdog: watchdogOf({ deadline: SOON }) });
    const { evidence } = await attempt(worker, request);
    assert.match(evidence?.pythonStacks ?? '', /silent\.py", line \d+ in main/);
    assert.match(evidence?.processes[0]?.waitChannel ?? '', /nanosleep/);
    assert.match(evidence?.processes[0]?.command ?? '', /python.*silent\.py/);
    const kept: unknown = JSON.parse(await readFile(join(request.directory, 'evidence.json'), 'utf8'));
    assert.ok(typeof kept === 'object' && kept !== null && 'outcome' in kept && 'processes' in kept);
  });
});

test('a busy hang is told from an idle one', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('spins');
    const report = await attempt(worker, await bench.request({ watchdog: watchdogOf({ deadline: SOON }) }));
    assert.equal(report.outcome.kind === 'hang' && report.outcome.activity, 'busy');
    assert.match(report.evidence?.pythonStacks ?? '', /spins\.py/);
  });
});

const FROZEN = 'frozen: unkillable with its state, in bounded time';
if (!mayFreeze) {
  console.log(`SKIP tests/supervisor/faults.test.ts: ${FROZEN}: needs root and the cgroup-v1 freezer`);
  test.skip(FROZEN, () => undefined);
} else {
  test(FROZEN, async () => {
    await Promise.all(BOTH.map(freeze));
  });
}

async function freeze(isolation: Isolation): Promise<void> {
  await withBench(async (bench) => {
    const worker = await bench.start('freezable');
    const pidFile = join(bench.folder, 'pid');
    const watchdog = watchdogOf({ deadline: AFTER_DISK, term_grace: '300ms', kill_wait: '1s' });
    await withFreezer(async (freezer) => {
      const report = await attempt(
        worker,
        await bench.request({ isolation, watchdog, case: { pid_file: pidFile, freezer } }),
      );
      const pid = Number(await readFile(pidFile, 'utf8'));
      assert.equal(report.outcome, { kind: 'unkillable', phase: 'first-run', state: 'D' });
      assert.ok(report.seconds < BOUND_SECONDS, `took ${report.seconds} s`);
      assert.equal(report.cleanup.left, [pid]);
      assert.is(report.cleanup.reapSeconds, null);
      assert.equal(report.cleanup.signals, ['SIGTERM', 'SIGKILL']);
      assert.is(report.evidence?.processes[0]?.state, 'D');
      assert.not(worker.alive, 'a worker whose attempt never ends makes no more attempts');
      await worker.stop();
      assert.equal(await bench.survivors(), [pid], 'everything else is gone');
    });
  });
}

test.run();
