import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Isolation } from '../../harness/journal/attempt.ts';
import { Watchdog } from '../../harness/matrix/schema.ts';
import { waitUntil } from '../../harness/supervisor/time.ts';
import { PHASES } from '../../harness/verdicts/phase.ts';
import type { Phase } from '../../harness/verdicts/phase.ts';
import { mayFreeze, whileFrozen } from './freezer.ts';
import { attempt, withBench } from './supervised.ts';

/** A process in state D, in every phase, forked and spawned: named as unkillable in that phase, in bounded time, and nothing else is left. */
const test = suite('frozen in each phase');

const DEADLINE = 1.5;
/** The deadline, what is looked at before the kill, the grace, the wait after SIGKILL, and a busy machine. */
const BOUND_SECONDS = 12;
const WATCHDOG = Watchdog.parse({
  deadlines: Object.fromEntries(PHASES.map((phase) => [phase, `${DEADLINE}s`])),
  term_grace: '300ms',
  kill_wait: '1s',
});

const CASES: readonly (readonly [Phase, Isolation])[] = PHASES.flatMap((phase): readonly (readonly [Phase, Isolation])[] =>
  phase === 'import' ? [[phase, 'spawn']] : [[phase, 'fork'], [phase, 'spawn']],
);

const NAME = 'unkillable in that phase, in bounded time';
if (!mayFreeze) {
  console.log(`SKIP tests/supervisor/frozen.test.ts: ${NAME}: needs root and the cgroup-v1 freezer`);
  test.skip(NAME, () => undefined);
} else {
  test(NAME, async () => {
    const inTurn = pLimit(3);
    await Promise.all(CASES.map(([phase, isolation]) => inTurn(() => freeze(phase, isolation))));
  });
}

async function freeze(phase: Phase, isolation: Isolation): Promise<void> {
  const name = `${phase}, ${isolation}`;
  await withBench(async (bench) => {
    const env = { ...bench.spec('pauses_at').env, PAUSE_FOLDER: bench.folder };
    const worker = await bench.start('pauses_at', { env });
    await writeFile(join(bench.folder, 'armed'), phase);
    const running = attempt(worker, await bench.request({ isolation, device: 'cuda', watchdog: WATCHDOG }));
    const pidFile = join(bench.folder, 'pid');
    assert.ok(await waitUntil(() => existsSync(pidFile), 10), `${name}: the probe is there`);
    const pid = Number(await readFile(pidFile, 'utf8'));
    await whileFrozen(pid, async () => {
      const report = await running;
      assert.equal(report.outcome, { kind: 'unkillable', phase, state: 'D' }, name);
      assert.ok(report.seconds < BOUND_SECONDS, `${name} took ${report.seconds} s`);
      assert.equal(report.cleanup.left, [pid], name);
      assert.not(worker.alive, name);
      await worker.stop();
      assert.equal(await bench.survivors(), [pid], `${name}: everything else is gone`);
    });
  });
}

test.run();
