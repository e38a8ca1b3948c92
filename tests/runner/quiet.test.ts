import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runnableThreads } from '../../harness/machine/host.ts';
import { Quiet } from '../../harness/runner/quiet.ts';

/** Waiting for a core to spare: until there is one, and not for ever. */
const test = suite('quiet');

/** Threads that want a core at each look; the last one goes on. Seconds that were waited. */
async function waited(
  crowd: readonly (number | null)[],
  times = 1,
  signal = new AbortController().signal,
): Promise<number> {
  let [at, look] = [0, 0];
  const quiet = new Quiet({
    cores: 2,
    now: () => at,
    runnable: () => crowd[Math.min(look++, crowd.length - 1)] ?? null,
    sleep: async (seconds) => {
      at += seconds;
    },
  });
  for (let time = 0; time < times; time += 1) await quiet.wait(signal);
  return at;
}

test('a quiet machine is used at once, one that gets quiet as soon as it stays so', async () => {
  assert.is(await waited([1]), 2);
  assert.is(await waited([null]), 2, 'where the kernel does not tell nobody waits for long');
  assert.is(await waited([9, 9, 1, 9, 1]), 3);
});

test('a crowd that is there to stay is waited for half a minute, a few times', async () => {
  assert.is(await waited([9]), 30);
  assert.is(await waited([9], 20), 150);
});

test('an interrupted run waits no longer', async () => {
  assert.is(await waited([9], 1, AbortSignal.abort()), 0);
});

test('the kernel tells how many threads want a core: one at least, which asks', () => {
  assert.ok((runnableThreads() ?? 1) >= 1);
  assert.is(runnableThreads('/nonexistent'), null);
});

test.run();
