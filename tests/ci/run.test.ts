/** The test runner itself, over programs that end in every way a test file can. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const repository = join(import.meta.dirname, '..', '..');
const root = join(repository, 'tests', 'fixtures', 'test-runs');

interface Run {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly last: string;
  readonly output: string;
}

const WORDS = ['--import', 'tsx', join(repository, 'tests', 'run.ts'), '--root', root];
const TIMEOUT = 300_000;

function run(args: readonly string[], ci = false): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...WORDS, ...args], {
    cwd: repository,
    encoding: 'utf8',
    timeout: TIMEOUT,
    env: { ...process.env, CI: ci ? 'true' : '' },
  });
  return told(status, stdout, stderr);
}

/** The same, beside other tests. */
async function runBeside(args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [...WORDS, ...args], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT,
    env: { ...process.env, CI: '' },
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  await once(child, 'close');
  return told(child.exitCode, text.stdout, text.stderr);
}

function told(code: number | null, stdout: string, stderr: string): Run {
  const lines = stdout.trimEnd().split('\n');
  return { code, lines, last: lines.at(-1) ?? '', output: stdout + stderr };
}

/** So long that the file hangs by then, however slowly it starts; it goes by during the other tests. */
const HANG_LIMIT_SECONDS = 45;
const hanging = runBeside(['tests/hangs', '--limit', String(HANG_LIMIT_SECONDS)]);

const test = suite('tests/run.ts');

test('passing files are counted, each has its line, the last line is the sum', () => {
  const { code, last, lines } = run(['tests/passes', 'run_all']);
  assert.is(last, '5 passed, 0 failed');
  assert.is(code, 0);
  assert.is(lines.filter((line) => /^ok +[\d.]+ s {2}(tests\/passes\.test\.ts|python-probes)/.test(line)).length, 2);
});

test('a failing test fails the run and its words are shown', () => {
  const { code, last, output } = run(['tests/fails', 'tests/passes']);
  assert.is(last, '3 passed, 1 failed');
  assert.is(code, 1);
  assert.match(output, 'the words of the failure');
});

for (const [name, why] of [
  ['forgets-run', /no summary/],
  ['empty', /reports no test/],
  ['hook-throws', /1 failed/],
  ['waits-for-nothing', /no summary|exit code/],
  ['skips-silently', /1 skipped without a SKIP line/],
] as const) {
  test(`${name} is a failure`, () => {
    const { code, last, output } = run([`tests/${name}`]);
    assert.match(last, /^\d passed, 1 failed/);
    assert.is(code, 1);
    assert.match(output, why);
  });
}

test('a process left behind is killed and named', () => {
  const { code, output } = run(['tests/leaves-process']);
  assert.is(code, 0);
  assert.match(output, 'left processes behind');
});

test('an explained skip is counted, and a test that returns after SKIP is not a pass', () => {
  assert.is(run(['tests/skips-aloud']).last, '1 passed, 0 failed, 1 skipped');
  assert.is(run(['tests/returns-early']).last, '1 passed, 0 failed, 1 skipped');
});

test('on CI only the skips of the list are allowed', () => {
  const allowed = run(['tests/skips-aloud'], true);
  assert.is(allowed.last, '1 passed, 0 failed, 1 skipped');
  assert.is(allowed.code, 0);
  const unexplained = run(['tests/returns-early'], true);
  assert.is(unexplained.code, 1);
  assert.match(unexplained.output, 'may not skip here: tests/returns-early.test.ts: needs a moon');
});

test('nothing that matches is a failure', () => {
  const { code, last } = run(['no-such-file']);
  assert.is(last, '0 passed, 0 failed');
  assert.is(code, 1);
});

test('a file that hangs is stopped with everything it started', async () => {
  const { code, last, output } = await hanging;
  assert.is(last, '0 passed, 1 failed');
  assert.is(code, 1);
  assert.match(output, `stopped after ${HANG_LIMIT_SECONDS} s`);
  const [, pid] = /GRANDCHILD (\d+)/.exec(output) ?? [];
  assert.ok(pid !== undefined, 'the file never got as far as hanging');
  // Killed, and gone as soon as it gets its turn; by itself it would go on for ten minutes.
  const until = performance.now() + 60_000;
  while (isAlive(pid) && performance.now() < until) await sleep(20);
  assert.not.ok(isAlive(pid), `process ${pid} is still there`);
});

/** A zombie counts as gone: whoever adopted it reaps it in its own time. */
function isAlive(pid: string): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+[ZX]/m.test(readFileSync(status, 'utf8'));
}

test.run();
