/** The test runner itself, over programs that end in every way a test file can. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

function run(args: readonly string[], ci = false): Run {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(repository, 'tests', 'run.ts'), '--root', root, ...args],
    { cwd: repository, encoding: 'utf8', timeout: 200_000, env: { ...process.env, CI: ci ? 'true' : '' } },
  );
  const lines = stdout.trimEnd().split('\n');
  return { code: status, lines, last: lines.at(-1) ?? '', output: stdout + stderr };
}

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

test('a file that hangs is stopped with everything it started', () => {
  const { code, last, output } = run(['tests/hangs', '--limit', '8']);
  assert.is(last, '0 passed, 1 failed');
  assert.is(code, 1);
  assert.match(output, 'stopped after 8 s');
  const [, pid] = /GRANDCHILD (\d+)/.exec(output) ?? [];
  assert.ok(pid !== undefined, 'the file never got as far as hanging');
  assert.not.ok(isAlive(pid), `process ${pid} is still there`);
});

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

/** A zombie counts as gone: whoever adopted it reaps it in its own time. */
function isAlive(pid: string): boolean {
  const status = `/proc/${pid}/status`;
  return existsSync(status) && !/^State:\s+[ZX]/m.test(readFileSync(status, 'utf8'));
}

test.run();
