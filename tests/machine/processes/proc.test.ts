import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCommandLine } from '../../../harness/machine/files/bounded-read.ts';
import { pidsWithVariable } from '../../../harness/machine/processes/blocking-files.ts';
import { look, readStat } from '../../../harness/machine/processes/read.ts';
import { signalGroup, signalProcess } from '../../../harness/machine/processes/signal.ts';
import { catches, hasPending, holdsBack, isDead, parseStat } from '../../../harness/machine/processes/stat.ts';

const test = suite('/proc');

const line = (name: string, state = 'S'): string =>
  `4711 (${name}) ${state} 12 4711 4710 0 -1 4194304 120 0 0 0 150 50 0 0 20 0 9 0 987654 1000000 500 18446744073709551615`;

test('a stat line is read whatever the program is called', () => {
  for (const name of ['python3', 'a b', ') R 1 2 (', '(((', '']) {
    assert.equal(parseStat(line(name)), {
      pid: 4711,
      startTicks: 987654,
      name,
      state: 'S',
      parent: 12,
      group: 4711,
      session: 4710,
      cpuTicks: 200,
      threads: 9,
      isKernelThread: false,
      thread: 4711,
    });
  }
  for (const bad of ['', 'x', '1 (a', '1 (a)']) assert.is(parseStat(bad), null, bad);
});

test('which signals a process catches', () => {
  const status = 'SigIgn:\t0000000000000200\nSigCgt:\t0000000100000200\n';
  assert.ok(catches(status, 10));
  assert.ok(catches(status, 33));
  assert.not(catches(status, 12));
  assert.not(catches('SigIgn:\t0000000000000200\n', 10));
});

test('which signals wait for a process, and which its main thread holds back', () => {
  const status = 'SigPnd:\t0000000000000000\nShdPnd:\t0000000000000200\nSigBlk:\t0000000000004000\n';
  assert.equal(
    [hasPending(status, 10), hasPending(status, 15), holdsBack(status, 15), holdsBack(status, 10)],
    [true, false, true, false],
  );
  assert.ok(hasPending('SigPnd:\t0000000000000200\nShdPnd:\t0000000000000000\n', 10));
});

test('a process is never signalled under another start time', async () => {
  const child = execa('sleep', ['3600'], { reject: false, detached: true });
  try {
    const stat = readStat(child.pid ?? 0);
    assert.ok(stat);
    const impostor = { pid: stat.pid, startTicks: stat.startTicks - 1 };
    assert.is(look(impostor), null);
    assert.not(signalProcess(impostor, 'SIGKILL'));
    assert.not(signalGroup(impostor, 'SIGKILL'));
    const after = look(stat);
    assert.ok(after !== null && !isDead(after));
    assert.ok(signalGroup(stat, 'SIGKILL'));
    assert.is((await child).signal, 'SIGKILL');
    assert.not(signalProcess(stat, 'SIGKILL'), 'it is gone');
  } finally {
    child.kill('SIGKILL');
  }
});

const start = (env: Record<string, string>, argument: string) =>
  execa('/usr/bin/python3', ['-c', 'import time; time.sleep(3600)', argument], { env, reject: false });

test('a marker is matched whole, in the environment only', async () => {
  const children = [
    start({ MARK: 'abc' }, ''),
    start({ MARK: 'abcd' }, ''),
    start({ XMARK: 'abc' }, ''),
    start({}, 'MARK=abc'),
  ];
  try {
    const pids = children.map(({ pid }) => pid ?? 0);
    assert.equal(
      await pidsWithVariable(
        [...pids, 999_999_999].map((pid) => ({ pid, thread: pid })),
        'MARK=abc',
        30_000,
      ),
      pids.slice(0, 1),
    );
    assert.match(
      (await readCommandLine(pids[3] ?? 0, 30_000)) ?? '',
      /^\/usr\/bin\/python3 -c import time; time\.sleep\(3600\) MARK=abc$/,
    );
    assert.is(await readCommandLine(999_999_999, 30_000), null);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children);
  }
});

test.run();
