import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

/** Threads that wait for a disk which does not answer (here: for the reader of a pipe) keep nobody from ending. */
const test = suite('leaving');
const folder = mkdtempSync(join(tmpdir(), 'bench-leave-'));
const pipe = join(folder, 'pipe');
execFileSync('mkfifo', [pipe]);
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** It would never end by itself. */
const LIMIT = 120_000;

function stuck(how: string) {
  const program = join(import.meta.dirname, '../fixtures/machine/stuck.ts');
  return execa(process.execPath, ['--import', import.meta.resolve('tsx'), program, pipe, how], {
    reject: false,
    timeout: LIMIT,
    killSignal: 'SIGABRT',
  });
}

test('without any, the exit code is what it should be', async () => {
  assert.is((await stuck('free')).exitCode, 3);
});

test('where no thread comes back, it is gone all the same', async () => {
  const { stdout, signal } = await stuck('leave');
  assert.match(stdout, /stuck: \w+ \w+ \w+ \w+$/);
  assert.is(signal, 'SIGKILL');
});

test('one signal ends what waits for a disk', async () => {
  const program = stuck('signals');
  program.stdout.on('data', (text: Buffer) => {
    if (text.includes('stuck:')) program.kill('SIGTERM');
  });
  const { stdout, signal } = await program;
  assert.match(stdout, /A disk does not answer/);
  assert.is(signal, 'SIGKILL');
});

test('a second signal ends it at once', async () => {
  const program = stuck('signals');
  let sent = 0;
  const again = setInterval(() => {
    if (sent > 0) program.kill('SIGTERM');
  }, 1500);
  program.stdout.on('data', (text: Buffer) => {
    if (!text.includes('stuck:') || sent > 0) return;
    sent = 1;
    program.kill('SIGTERM');
  });
  const { stdout, signal } = await program;
  clearInterval(again);
  assert.not.match(stdout, /A disk does not answer/);
  assert.is(signal, 'SIGKILL');
});

test.run();
