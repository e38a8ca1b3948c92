import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readBounded } from '../../harness/machine/files/bounded-read.ts';
import { runHelper } from '../../harness/machine/processes/helper.ts';
import { after, waitUntil, within } from '../../harness/machine/time.ts';

/** Limits count what others took, not the time in which this process itself stood still. */
const test = suite('time');

/** Nothing of this process runs meanwhile, as on a machine that is busy with others. */
function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

test('within: what came while this process stood still is not late', async () => {
  const child = execa('echo', ['here'], { reject: false });
  const waiting = within(
    0.3,
    child.then(({ stdout }) => stdout),
    'late',
  );
  standStill(1500);
  assert.is(await waiting, 'here');
});

test('within: what never comes is late all the same', async () => {
  const waiting = within(0.3, new Promise<string>(() => undefined), 'late');
  standStill(700);
  assert.is(await waiting, 'late');
});

test('waitUntil: events that came during a stall are heard before it gives up', async () => {
  const child = execa('true', { reject: false });
  let isOver = false;
  void child.finally(() => {
    isOver = true;
  });
  const waiting = waitUntil(() => isOver, 0.3);
  standStill(1500);
  assert.ok(await waiting);
  assert.not(await waitUntil(() => false, 0.05));
});

test('after: called off it never comes, and never before its time', async () => {
  let calls = 0;
  after(0.02, () => (calls += 1))();
  const began = performance.now();
  await new Promise<void>((resolve) => {
    after(0.25, resolve);
  });
  assert.ok(performance.now() - began >= 249);
  assert.is(calls, 0);
});

test('a helper whose answer came during a stall has answered; one that sleeps or works for ever is given up on', async () => {
  const helper = runHelper('echo', ['text'], { limitMs: 300 });
  const reading = readBounded('/proc/self/comm', 300);
  standStill(1500);
  assert.equal([(await helper).kind, (await helper).text], ['done', 'text\n']);
  assert.is((await reading).kind, 'text');
  assert.is((await runHelper('sleep', ['3600'], { limitMs: 200 })).kind, 'too-slow');
  assert.is((await runHelper('sh', ['-c', 'while :; do :; done'], { limitMs: 200 })).kind, 'too-slow');
});

test.run();
