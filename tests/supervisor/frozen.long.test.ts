import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Isolation } from '../../harness/model/attempt/attempt.ts';
import { Watchdog } from '../../harness/matrix/file/schema.ts';
import { PHASES, type Phase } from '../../harness/model/attempt/phase.ts';
import { mayFreeze, withFreezer } from './freezer.ts';
import { AFTER_DISK, attempt, withBench } from './supervised.ts';

/** A process in state D, in every phase, forked and spawned: named as unkillable in that phase, in bounded time, and nothing else is left. */
const test = suite('frozen in each phase');

/** The deadline, what is looked at before the kill, the grace and the wait after SIGKILL take some 5 s; the rest is for a busy machine. */
const BOUND_SECONDS = 60;

/** The phase in which it freezes ends soon, but not before it can have come to that; the others have all the time that they need. */
function watchdogFor(stuck: Phase): Watchdog {
  return Watchdog.parse({
    deadlines: Object.fromEntries(PHASES.map((phase) => [phase, phase === stuck ? AFTER_DISK : '120s'])),
    term_grace: '300ms',
    kill_wait: '1s',
  });
}

const CASES: readonly (readonly [Phase, Isolation])[] = PHASES.flatMap(
  (phase): readonly (readonly [Phase, Isolation])[] =>
    phase === 'import'
      ? [[phase, 'spawn']]
      : [
          [phase, 'fork'],
          [phase, 'spawn'],
        ],
);

const NAME = 'unkillable in that phase, in bounded time';
if (!mayFreeze) {
  console.log(`SKIP tests/supervisor/frozen.long.test.ts: ${NAME}: needs root and the cgroup-v1 freezer`);
  test.skip(NAME, () => undefined);
} else {
  test(NAME, async () => {
    const inTurn = pLimit(7);
    await Promise.all(CASES.map(([phase, isolation]) => inTurn(() => freeze(phase, isolation))));
  });
}

async function freeze(phase: Phase, isolation: Isolation): Promise<void> {
  const name = `${phase}, ${isolation}`;
  await withBench(async (bench) => {
    await withFreezer(async (freezer) => {
      const env = { ...bench.spec('pauses_at').env, PAUSE_FOLDER: bench.folder, FREEZER: freezer };
      const worker = await bench.start('pauses_at', { env });
      await writeFile(join(bench.folder, 'armed'), phase);
      const report = await attempt(
        worker,
        await bench.request({ isolation, device: 'cuda', watchdog: watchdogFor(phase) }),
      );
      const pid = Number(await readFile(join(bench.folder, 'pid'), 'utf8'));
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
