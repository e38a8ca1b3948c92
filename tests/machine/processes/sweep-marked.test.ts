import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readStat } from '../../../harness/machine/processes/read.ts';
import { isDead } from '../../../harness/machine/processes/stat.ts';
import { sweepMarked } from '../../../harness/machine/processes/sweep-marked.ts';

const test = suite('sweeping what carries a mark');

const isGone = (pid: number | undefined): boolean => {
  const stat = pid === undefined ? null : readStat(pid);
  return stat === null || isDead(stat);
};

const start = (name: string) => execa('sleep', ['3600'], { env: { BENCH_RUN: name }, reject: false, detached: true });

test('ends what carries the run, stopped ones too, and nothing else', async () => {
  const run = randomUUID();
  const leftovers = [start(run), start(run)];
  const others = [start(`${run}-other`), start('')];
  try {
    leftovers[1]?.kill('SIGSTOP');
    assert.is((await sweepMarked(`BENCH_RUN=${run}`)).signalled, 2);
    assert.ok(leftovers.every(({ pid }) => isGone(pid)));
    assert.ok(others.every(({ pid }) => !isGone(pid)));
    assert.is((await sweepMarked(`BENCH_RUN=${run}`)).signalled, 0);
  } finally {
    for (const child of [...leftovers, ...others]) child.kill('SIGKILL');
    await Promise.all([...leftovers, ...others]);
  }
});

test('an empty name or one with odd characters sweeps nothing', async () => {
  assert.is((await sweepMarked(`BENCH_RUN=${randomUUID()}`)).signalled, 0);
  assert.is((await sweepMarked('BENCH_RUN=-e .*')).signalled, 0);
});

test.run();
