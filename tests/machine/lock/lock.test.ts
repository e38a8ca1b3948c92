import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bootId } from '../../../harness/machine/host.ts';
import type { LockHolder } from '../../../harness/machine/lock/holder.ts';
import { takeLock } from '../../../harness/machine/lock/lock.ts';

const test = suite('lock');
const folder = mkdtempSync(join(tmpdir(), 'bench-lock-'));
const path = join(folder, 'run.lock');
const program = join(import.meta.dirname, '../../fixtures/journal/lock-holder.ts');
test.before.each(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

const holder = (more: Partial<LockHolder>): void =>
  writeFileSync(
    path,
    JSON.stringify({
      pid: process.pid,
      startTicks: 1,
      bootId: bootId(),
      host: hostname(),
      run: 'old',
      token: 't',
      ...more,
    }),
  );

interface Contender {
  readonly child: ChildProcess;
  /** Asks for the lock; resolves to what came of it. */
  ask(): Promise<string>;
  end(): Promise<void>;
}

async function contender(): Promise<Contender> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, path], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  assert.is((await lines.next()).value, 'ready');
  return {
    child,
    ask: async () => {
      child.stdin.write('go\n');
      return String((await lines.next()).value);
    },
    end: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

test('is taken once, released, and taken again', () => {
  const first = takeLock(path, 'a');
  assert.is(first.kind, 'taken');
  const second = takeLock(path, 'b');
  assert.ok(second.kind === 'held' && second.by.run === 'a' && second.by.pid === process.pid && !second.otherHost);
  if (first.kind === 'taken') {
    first.lock.release();
    first.lock.release();
  }
  assert.is(takeLock(path, 'c').kind, 'taken');
  assert.equal(readdirSync(folder), ['run.lock'], 'no temporary file is left');
});

test('release leaves the lock of another alone', () => {
  const first = takeLock(path, 'a');
  holder({ token: 'another' });
  if (first.kind === 'taken') first.lock.release();
  assert.match(readFileSync(path, 'utf8'), /another/);
});

test('release never throws: what it cannot remove is stale once the process has ended', () => {
  const taken = takeLock(path, 'run');
  rmSync(path);
  // Neither readable nor removable as a file, whoever asks.
  mkdirSync(path);
  try {
    if (taken.kind === 'taken') taken.lock.release();
    assert.is(taken.kind, 'taken');
    assert.ok(existsSync(path));
  } finally {
    rmdirSync(path);
  }
});

test('a living process keeps it, a killed one does not', async () => {
  const other = await contender();
  assert.is(await other.ask(), 'taken');
  const held = takeLock(path, 'me');
  assert.ok(held.kind === 'held' && held.by.pid === other.child.pid);
  await other.end();
  assert.is(takeLock(path, 'me').kind, 'taken');
});

test('a pid that belongs to another process by now is stale', () => {
  holder({ startTicks: 1 });
  assert.is(takeLock(path, 'me').kind, 'taken');
});

test('the same pid and start of another boot is stale', () => {
  const mine = takeLock(path, 'me');
  assert.is(mine.kind, 'taken');
  const text = readFileSync(path, 'utf8').replace(bootId(), 'another-boot');
  writeFileSync(path, text);
  assert.is(takeLock(path, 'me').kind, 'taken');
});

test('a lock of another host is never stale', () => {
  holder({ host: 'elsewhere', pid: 4_000_000 });
  const result = takeLock(path, 'me');
  assert.ok(result.kind === 'held' && result.otherHost);
});

test('a file that names nobody is left alone and told', () => {
  writeFileSync(path, 'mine!');
  assert.is(takeLock(path, 'me').kind, 'unreadable');
  assert.is(readFileSync(path, 'utf8'), 'mine!');
});

test('of several that find a stale lock exactly one gets it', async () => {
  const all = await Promise.all([contender(), contender(), contender(), contender()]);
  try {
    for (let round = 0; round < 300; round += 1) {
      rmSync(path, { force: true });
      holder({ startTicks: 1, token: `t${round}` });
      const results = await Promise.all(all.map(({ ask }) => ask()));
      assert.equal(results.toSorted(), ['held', 'held', 'held', 'taken'], `round ${round}`);
    }
    assert.equal(readdirSync(folder), ['run.lock'], 'nothing else is left');
  } finally {
    await Promise.all(all.map(({ end }) => end()));
  }
});

test('whoever died while it removed a stale lock keeps nobody out', () => {
  holder({ startTicks: 1 });
  for (const left of ['run.lock.taking', 'run.lock.taking.taking']) {
    writeFileSync(join(folder, left), readFileSync(path, 'utf8').replace('"t"', `"${left}"`));
  }
  assert.is(takeLock(path, 'me').kind, 'taken');
  assert.equal(readdirSync(folder), ['run.lock']);
});

test.run();
