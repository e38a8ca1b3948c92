import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { giveUpOn } from '../../../harness/machine/processes/give-up.ts';

/** A helper that is given up on, and one that the machine only does not let run. */
const test = suite('supervisor/give-up');

const CORE = /^Cpus_allowed_list:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
const SPINS = 'while :; do :; done';
/** Of one core it gets what nobody else wants. */
const LAST_IN_LINE = `exec chrt --idle 0 taskset --cpu-list ${CORE} sh -c '${SPINS}'`;

/** Whether a program is given up on: at last, or within `seconds`. */
async function isGivenUp(script: string, limitMs: number, seconds: number | null): Promise<boolean> {
  const helper = spawn('sh', ['-c', script], { stdio: 'ignore' });
  const exit = once(helper, 'exit');
  const told = new EventEmitter();
  const given = once(told, 'given').then(() => true);
  const callOff = giveUpOn(helper.pid, limitMs, () => void told.emit('given'));
  const result = await (seconds === null ? given : Promise.race([given, sleep(seconds * 1000, false)]));
  callOff();
  helper.kill('SIGKILL');
  await exit;
  return result;
}

test('one that sleeps in the kernel is given up on', async () => {
  assert.is(await isGivenUp('exec sleep 600', 100, null), true);
});

test('one that is ready to run and is not let run is not, though the limit has long passed', async () => {
  const rival = spawn('taskset', ['--cpu-list', CORE, 'sh', '-c', SPINS], { stdio: 'ignore' });
  assert.is(await isGivenUp(LAST_IN_LINE, 1000, 3), false);
  rival.kill('SIGKILL');
});

test('nobody waits for ever: one that has worked for all of its time is given up on', async () => {
  assert.is(await isGivenUp(SPINS, 200, null), true);
});

test('nobody waits for ever: nor for one that is never let run', async () => {
  const rival = spawn('taskset', ['--cpu-list', CORE, 'sh', '-c', SPINS], { stdio: 'ignore' });
  assert.is(await isGivenUp(LAST_IN_LINE, 50, null), true);
  rival.kill('SIGKILL');
});

test('nothing comes after it was called off', async () => {
  let isTold = false;
  giveUpOn(process.pid, 10, () => {
    isTold = true;
  })();
  await sleep(500);
  assert.is(isTold, false);
});

test.run();
