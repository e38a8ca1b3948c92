/** A helper that is given up on, and one that the machine only does not let run. */
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onSilence } from '../../harness/supervisor/silence.ts';

const test = suite('supervisor/silence');

/** Whether a program is given up on: at last, or within `seconds`. */
async function isGivenUp(script: string, limitMs: number, seconds: number | null): Promise<boolean> {
  const helper = spawn('sh', ['-c', script], { stdio: 'ignore' });
  const exit = once(helper, 'exit');
  const told = new EventEmitter();
  const given = once(told, 'given').then(() => true);
  const callOff = onSilence(helper.pid, limitMs, () => void told.emit('given'));
  const result = await (seconds === null ? given : Promise.race([given, sleep(seconds * 1000, false)]));
  callOff();
  helper.kill('SIGKILL');
  await exit;
  return result;
}

test('one that sleeps in the kernel is given up on', async () => {
  assert.is(await isGivenUp('exec sleep 600', 100, null), true);
});

test('one that is ready to run is not, though the limit has long passed', async () => {
  assert.is(await isGivenUp('while :; do :; done', 1000, 2.5), false);
});

test('nobody waits for ever, whatever it does', async () => {
  assert.is(await isGivenUp('while :; do :; done', 10, null), true);
});

test('nothing comes after it was called off', async () => {
  let isTold = false;
  onSilence(process.pid, 10, () => {
    isTold = true;
  })();
  await sleep(500);
  assert.is(isTold, false);
});

test.run();
