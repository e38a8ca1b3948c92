/**
 * From the deadline to the process being gone, where SIGTERM is honoured, seen from outside: the probe notes when its first run begins,
 * and this campaign looks every few milliseconds whether the process is still there. What the harness says of itself is not used.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Isolation } from '../../harness/model/attempt/attempt.ts';
import { Problems, type Campaign, type Findings } from './campaign.ts';
import { probeMatrix } from './probe-matrix.ts';
import { attemptsIn } from './run-facts.ts';
import { isGone } from './processes.ts';
import type { Stage } from './stage.ts';
import { latencies, LATENCY_LIMIT_SECONDS } from './statistics.ts';

const DEADLINE_SECONDS = 0.6;
const LOOK_MILLISECONDS = 4;

export const latency: Campaign = {
  name: 'latency',
  about: 'deadline to reaped, SIGTERM honoured, fork and spawn',
  counts: { full: 100, short: 2 },
  trials: ({ count }) =>
    (['fork', 'spawn'] as const).map((isolation) => ({
      name: `${count} hangs by ${isolation}`,
      missing: null,
      run: (stage) => measureLatency(stage, count, isolation),
    })),
};

async function measureLatency(stage: Stage, count: number, isolation: Isolation): Promise<Findings> {
  const problems = new Problems();
  const run = stage.runFolder();
  const marks = stage.file('marks');
  await mkdir(marks);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const constants = { folder: marks };
  const deadline = `${DEADLINE_SECONDS * 1000}ms`;
  const matrix = await probeMatrix(stage, 'latency', {
    probe: 'campaign/hangs_marked',
    numbers,
    constants,
    isolation,
    deadline,
  });
  const running = stage.start(['run', matrix, '--out', run, '-q'], { limitSeconds: 240 + 10 * count });
  const watching = new AbortController();
  const samples = watch(marks, watching.signal);
  const { code, stderr } = await running.ended;
  watching.abort();
  const seconds = await samples;
  const attempts = await attemptsIn(run);
  problems.equal(code, 0, `exit code (${stderr.trim()})`);
  problems.equal(
    attempts.map(({ finished }) => finished?.outcome.kind),
    attempts.map(() => 'hang'),
    'outcomes',
  );
  // A fork's first hang is tried again in a fresh process.
  problems.check(attempts.length >= count, `only ${attempts.length} attempts`);
  problems.equal(seconds.length, attempts.length, 'samples');
  problems.equal(
    attempts.filter(({ finished }) => finished?.cleanup.signals.includes('SIGKILL')).length,
    0,
    'attempts that needed SIGKILL',
  );
  const reaped = attempts.flatMap(({ finished }) => finished?.cleanup.reapSeconds ?? []);
  return {
    problems: problems.found,
    counts: { runs: 1, attempts: attempts.length },
    latencies: seconds,
    note: `deadline to gone ${latencies(seconds).text}; limit p99 < ${LATENCY_LIMIT_SECONDS} s; of that, SIGTERM to gone by the harness's own record ${latencies(reaped).text}`,
  };
}

/** Seconds from each marked process's deadline until it was gone, until `signal` aborts. */
async function watch(folder: string, signal: AbortSignal): Promise<number[]> {
  /** Whether they are still to be waited for. */
  const marked = new Map<number, boolean>();
  const samples: number[] = [];
  for (let isLast = false; ;) {
    // Once more after the end, for those that have gone since the last look.
    isLast = signal.aborted;
    for (const name of await readdir(folder)) {
      if (!/^\d+$/.test(name) || marked.has(Number(name))) continue;
      marked.set(Number(name), true);
    }
    for (const [pid, isAwaited] of marked) {
      if (!isAwaited || !isGone(pid)) continue;
      const gone = Number(process.hrtime.bigint()) / 1e9;
      // Now, when nobody writes there any more.
      samples.push(gone - Number(await readFile(join(folder, String(pid)), 'utf8')) / 1e9 - DEADLINE_SECONDS);
      marked.set(pid, false);
    }
    if (isLast) return samples;
    await sleep(LOOK_MILLISECONDS);
  }
}
