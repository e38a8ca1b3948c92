import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AttemptReport, Isolation } from '../../harness/journal/attempt.ts';
import { waitUntil } from '../../harness/supervisor/time.ts';
import { mayFreeze, whileFrozen } from './freezer.ts';
import { attempt, shortWatchdog, withBench } from './supervised.ts';

/** The eight faults of real probes, each by fork and by spawn: the right outcome, in bounded time, and nothing left alive. */
const test = suite('eight faults');

/** Deadline, evidence, grace, kill and a busy machine. */
const BOUND_SECONDS = 6;

interface Fault {
  readonly probe: string;
  readonly outcome: 'hang' | 'pass';
  readonly signals: readonly string[];
  readonly swept: number;
}

const BOTH = ['fork', 'spawn'] as const;

/** What a hanging process may be seen doing, other than sleeping: one that prints five times a second may be caught at it. */
const STATES: Readonly<Record<string, readonly string[]>> = { stopped: ['T'], chatty: ['S', 'R'] };

const FAULTS: readonly Fault[] = [
  { probe: 'silent', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'ignores_signals', outcome: 'hang', signals: ['SIGTERM', 'SIGKILL'], swept: 0 },
  { probe: 'grandchild', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'orphan_ok', outcome: 'pass', signals: [], swept: 1 },
  { probe: 'orphan_hang', outcome: 'hang', signals: ['SIGTERM'], swept: 1 },
  { probe: 'chatty', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
  { probe: 'stopped', outcome: 'hang', signals: ['SIGTERM'], swept: 0 },
];

for (const fault of FAULTS) {
  test(`${fault.probe}: ${fault.outcome}, cleaned up, and the worker goes on`, async () => {
    await Promise.all(BOTH.map((isolation) => tryFault(fault, isolation)));
  });
}

async function tryFault(fault: Fault, isolation: Isolation): Promise<void> {
  await withBench(async (bench) => {
    const worker = await bench.start(fault.probe);
    const report = await attempt(worker, await bench.request({ isolation }));
    check(fault, report, isolation);
    assert.ok(worker.alive, isolation);
    assert.is((await bench.survivors()).length, 1, `${isolation}: the worker alone is left`);
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
  assert.ok((report.evidence?.processes.length ?? 0) >= (fault.probe === 'grandchild' || fault.probe === 'orphan_hang' ? 2 : 1));
}

test('the evidence names the line that hangs, and is kept in the folder too', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('silent');
    const request = await bench.request();
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
    const report = await attempt(worker, await bench.request());
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
    const watchdog = shortWatchdog({ deadline: '1s' });
    const running = attempt(worker, await bench.request({ isolation, watchdog, case: { pid_file: pidFile } }));
    assert.ok(await waitUntil(() => existsSync(pidFile), 5), 'the probe runs');
    const pid = Number(await readFile(pidFile, 'utf8'));
    await whileFrozen(pid, async () => {
      const report = await running;
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
