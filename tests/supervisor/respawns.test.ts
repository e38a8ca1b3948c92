import { readFileSync, readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { GUARD } from '../../harness/machine/processes/brood.ts';
import { isAlive } from '../../harness/machine/processes/signal.ts';
import { readStat } from '../../harness/machine/processes/read.ts';
import { waitUntil } from '../../harness/machine/time.ts';
import { IDLE, SOON, attempt, guardsOf, watchdogOf, withBench, workerPid } from './supervised.ts';

/** Families that no look through /proc can catch: they are gone all the same, or it is said that nobody knows. */
const test = suite('families that respawn');

const watchdog = watchdogOf({ deadline: SOON, term_grace: '300ms' });

for (const chains of [1, 12]) {
  for (const end of ['hang', 'pass', 'raise'] as const) {
    test(`${chains}, left by a probe that ends in: ${end}`, async () => {
      await withBench(async (bench) => {
        const worker = await bench.start('respawns');
        const { outcome, cleanup } = await attempt(worker, await bench.request({ case: { chains, end }, watchdog }));
        assert.is(outcome.kind, end === 'raise' ? 'error' : end);
        assert.equal([cleanup.left, cleanup.notKnown], [[], undefined]);
        assert.equal(await strangers(bench.runId), [], 'beside the worker');
        assert.ok(worker.alive);
      });
    });
  }
}

test('without a marker, and nothing above them but the guard: they end with the worker that was killed', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('respawns');
    const [guard] = guardsOf([await workerPid(bench)]);
    assert.ok(guard);
    const request = await bench.request({ case: { chains: 6, bare: true, end: 'kill-worker' } });
    const { outcome, cleanup } = await attempt(worker, request);
    assert.is(outcome.kind === 'error' && outcome.errorClass, 'harness');
    assert.equal([cleanup.left, cleanup.notKnown], [[], undefined]);
    assert.not(isAlive(guard));
    assert.equal(bareOnes(), []);
  });
});

test('the guard is killed, too: what hangs below nobody is said not to be known', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('silent');
    const inner = await workerPid(bench);
    const [guard] = guardsOf([inner]);
    assert.ok(guard);
    const running = attempt(worker, await bench.request());
    // The worker is stopped first: it would notice that it has no parent, and end in order.
    assert.ok(await waitUntil(() => readdirSync(`/proc/${inner}/task`).length > 0, 60));
    process.kill(inner, 'SIGSTOP');
    process.kill(guard.pid, 'SIGKILL');
    process.kill(inner, 'SIGKILL');
    const { cleanup } = await running;
    assert.match(cleanup.notKnown ?? '', /nothing above them/);
    assert.equal(cleanup.left, []);
  });
});

test('a process whose first thread has ended is alive: it hangs, and is killed', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('ends_its_first_thread');
    const { outcome, cleanup, evidence } = await attempt(worker, await bench.request({ watchdog }));
    assert.is(outcome.kind, 'hang', JSON.stringify(outcome));
    assert.equal(cleanup.left, []);
    const [main] = evidence?.processes ?? [];
    assert.is(main?.state, 'S');
    assert.ok(main !== undefined && !isAlive({ pid: main.pid, startTicks: readStat(main.pid)?.startTicks ?? 0 }));
    assert.is((await bench.survivors()).length, IDLE);
    assert.ok(worker.alive);
  });
});

/** What carries the run beside guard and worker, at any of many looks. */
async function strangers(runId: string): Promise<string[]> {
  const found = new Set<string>();
  for (let look = 0; look < 20; look += 1) {
    for (const [pid, environ] of filesOf('environ')) {
      const stat = readStat(pid);
      if (environ.includes(`BENCH_RUN=${runId}`) && stat !== null && !isInner(stat.parent))
        found.add(`${pid} ${stat.name}`);
    }
    await new Promise(setImmediate);
  }
  return [...found];
}

function isInner(parent: number): boolean {
  return readStat(parent)?.name === GUARD;
}

function bareOnes(): string[] {
  return filesOf('cmdline').flatMap(([pid, line]) =>
    line.includes('os.setsid(); time.sleep(0.001)') ? [`${pid}`] : [],
  );
}

function filesOf(name: string): [number, string][] {
  return readdirSync('/proc').flatMap((pid): [number, string][] => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      return [[Number(pid), readFileSync(`/proc/${pid}/${name}`, 'latin1')]];
    } catch {
      return [];
    }
  });
}

test.run();
