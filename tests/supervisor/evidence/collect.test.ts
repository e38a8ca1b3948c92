import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readTail } from '../../../harness/supervisor/output-files.ts';
import { ask, look } from '../../../harness/supervisor/evidence/collect.ts';
import { found } from '../../../harness/model/attempt/collected.ts';
import type { Collector } from '../../../harness/supervisor/evidence/collector.ts';
import { ALL_COLLECTORS } from '../../../harness/supervisor/evidence/gatherer.ts';
import { SOON, attempt, watchdogOf, withBench } from '../supervised.ts';
import { sceneOf } from './scene.ts';

/** Collectors that misbehave: the attempt ends in bounded time with all the other evidence. */
const test = suite('collecting evidence');

const never: Collector = { name: 'never', limit: 0.4, manner: 'looks', collect: () => new Promise(() => undefined) };
const throws: Collector = {
  name: 'throws',
  limit: 1,
  manner: 'signals',
  collect: () => {
    throw new Error('broken <b>by</b> design');
  },
};
const rejectsLate: Collector = {
  name: 'rejects late',
  limit: 0.1,
  manner: 'stops',
  collect: (_scene, _soFar, signal) =>
    new Promise((_, reject) =>
      signal.addEventListener('abort', () => setTimeout(() => reject(new Error('too late')), 50)),
    ),
};

for (const isolation of ['fork', 'spawn'] as const) {
  test(`one that never returns, one that throws, one that rejects after its time: ${isolation}`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start('silent');
      const request = await bench.request({
        isolation,
        watchdog: watchdogOf({ deadline: SOON }),
        evidence: { collectors: [never, throws, rejectsLate, ...ALL_COLLECTORS] },
      });
      const { outcome, evidence, seconds } = await attempt(worker, request);
      assert.is(outcome.kind, 'hang');
      assert.ok(seconds < 60, `took ${seconds} s`);
      const status = new Map(evidence?.collectors?.map((one) => [one.name, one]));
      assert.is(status.get('never')?.status, 'timed-out');
      assert.match(status.get('never')?.note ?? '', /no answer within 0\.4 s/);
      assert.is(status.get('throws')?.status, 'failed');
      assert.is(status.get('throws')?.note, 'broken <b>by</b> design');
      assert.is(status.get('rejects late')?.status, 'timed-out');
      assert.match(evidence?.pythonStacks ?? '', /^Process \d+(?:, waiting in \w+)?:\n[^]*silent\.py/);
      assert.match(evidence?.threads?.[0]?.waitChannel ?? '', /nanosleep/);
      // The kernel counts in hundredths.
      assert.ok((evidence?.cpuUse?.cpuSeconds ?? 1) <= 0.01);
      assert.is(status.get('Native stacks')?.status, 'skipped', 'no torch in this process');
      assert.ok(status.has('Kernel log'));
      assert.ok(worker.alive);
    });
  });
}

test('each kind waits for the one before, and is told what was found', async () => {
  const order: string[] = [];
  const one = (name: string, manner: Collector['manner']): Collector => ({
    name,
    limit: 60,
    manner,
    collect: async (_, soFar) => {
      order.push(`${name} after ${soFar.libraries?.length ?? 0}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return found(name === 'a' ? { libraries: ['/x'] } : {});
    },
  });
  const collectors = [one('c', 'stops'), one('b', 'signals'), one('a', 'looks'), one('d', 'looks')];
  const looked = await look(sceneOf(), collectors, () => false);
  assert.equal(order, ['a after 0', 'd after 0'], 'nothing but looks before the verdict');
  const seen = await ask(sceneOf(), looked, collectors, () => false);
  assert.equal(order.slice(2), ['b after 1', 'c after 1']);
  assert.equal(
    seen.collectors?.map(({ name }) => name),
    ['a', 'd', 'c', 'b'],
    'in the order in which they are listed, before the verdict and after it',
  );
  assert.equal(seen.libraries, ['/x']);
});

test('an attempt that is decided meanwhile is not kept waiting', async () => {
  let isOver = false;
  setTimeout(() => (isOver = true), 50);
  let wasAborted = false;
  const slow: Collector = {
    name: 'slow',
    limit: 60,
    manner: 'looks',
    collect: (_scene, _soFar, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          wasAborted = true;
          resolve(found({}));
        }),
      ),
  };
  const collectors: readonly Collector[] = [slow, { ...never, name: 'later', manner: 'stops' }];
  const looked = await look(sceneOf(), collectors, () => isOver);
  const seen = await ask(sceneOf(), looked, collectors, () => isOver);
  assert.equal(
    seen.collectors?.map(({ status }) => status),
    ['skipped', 'skipped'],
  );
  assert.ok(wasAborted);
});

test('the end of a long output begins with no half path, which could not be hidden', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tail-'));
  try {
    const file = join(folder, 'stderr');
    await writeFile(file, '/home/jane/secret/a.py\nsecond\nthird line\n');
    assert.is(await readTail(file, 30), 'second\nthird line\n');
    assert.is(await readTail(file, 1000), '/home/jane/secret/a.py\nsecond\nthird line\n', 'nothing was cut');
    await writeFile(file, `x ${'/home/jane/secret/a.py, '.repeat(9)}\n`);
    assert.is(await readTail(file, 45), ', /home/jane/secret/a.py, \n');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.run();
