/** The test runner itself, over programs that end in every way a test file can. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isAlive } from '../processes.ts';

const repository = join(import.meta.dirname, '..', '..');
const root = join(repository, 'tests', 'fixtures', 'test-runs');
const sessions = mkdtempSync(join(tmpdir(), 'bench-sessions-'));
const SESSIONS_LIST = join(sessions, 'list');

interface Run {
  readonly code: number | null;
  readonly last: string;
  readonly output: string;
  /** What was printed of one file: its line and what is below it. */
  readonly of: (name: string) => string;
}

const WORDS = ['--import', 'tsx', join(repository, 'tests', 'run.ts'), '--root', root];
const TIMEOUT = 300_000;
/** What a machine on which everything stands still may need for something that is sure to come. */
const PATIENCE = 60_000;

function start(args: readonly string[], ci: boolean) {
  const child = spawn(process.execPath, [...WORDS, ...args], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIMEOUT,
    env: { ...process.env, CI: ci ? 'true' : '', SESSIONS_LIST },
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  const ended = once(child, 'close').then((): Run => {
    const blocks = text.stdout.split(/^(?=(?:ok {2}|FAIL) )/m);
    return {
      code: child.exitCode,
      last: text.stdout.trimEnd().split('\n').at(-1) ?? '',
      output: text.stdout + text.stderr,
      of: (name) => blocks.find((block) => block.split('\n')[0]?.includes(` ${name}  `)) ?? '',
    };
  });
  return { child, ended };
}

const run = (args: readonly string[], ci = false): Promise<Run> => start(args, ci).ended;

/** So long that the file hangs by then, however slowly it starts; it goes by during the other tests. */
const HANG_LIMIT_SECONDS = 45;
const hanging = run(['tests/hangs', '--limit', String(HANG_LIMIT_SECONDS)]);
/** Every way to end that takes no limit, each in a process of its own and in one that is shared. */
const ways = run(['--tier', 'first']);

const test = suite('tests/run.ts');
test.after(() => rmSync(sessions, { recursive: true, force: true }));

test('passing files are counted, each has its line with what it cost, the last line is the sum', async () => {
  const { code, last, of } = await run(['tests/passes', 'run_all', '--tier', 'first']);
  assert.is(last, '5 passed, 0 failed');
  assert.is(code, 0);
  assert.match(of('tests/passes.test.ts'), /^ok +[\d.]+ s +[\d.]+ s CPU {2}tests\/passes\.test\.ts {2}2 passed/);
  assert.match(of('python-probes/tests/run_all.py first'), /^ok .* 3 passed/);
});

test('a tier has the files of its name and no others', async () => {
  const { output, last } = await run(['passes', 'takes-minutes', '--tier', 'long']);
  assert.is(last, '1 passed, 0 failed');
  assert.match(output, 'takes-minutes.long.test.ts');
  assert.not.match((await ways).output, 'takes-minutes');
});

test('one failure fails the run, and its words are shown', async () => {
  const { code, last, of } = await ways;
  assert.match(last, /^\d+ passed, \d+ failed, \d+ skipped$/);
  assert.is(code, 1);
  assert.match(of('tests/fails.test.ts'), /1 passed, 1 failed\n[^]*the words of the failure/);
});

for (const [name, why] of [
  ['forgets-run', /no summary/],
  ['empty', /reports no test/],
  ['hook-throws', /1 failed/],
  ['waits-for-nothing', /no summary|exit code/],
  ['skips-silently', /1 skipped without a SKIP line/],
  ['matrix/changes-environment', /left the environment changed/],
  ['matrix/ends-process', /died by SIGKILL/],
  ['matrix/fails', /1 passed, 1 failed\n[^]*the words of the shared failure/],
  ['matrix/forgets-run', /no summary/],
  ['matrix/throws-at-import', /thrown before any test/],
] as const) {
  test(`${name} is a failure`, async () => {
    const block = (await ways).of(`tests/${name}.test.ts`);
    assert.match(block, /^FAIL .* \d passed, 1 failed(?:, 1 skipped)?\n/);
    assert.match(block, why);
  });
}

test('no file of a shared process hides another, whatever it does', async () => {
  const { of } = await ways;
  for (const name of ['passes', 'own-process.alone']) {
    assert.match(of(`tests/matrix/${name}.test.ts`), /^ok .* 1 passed, 0 failed/);
  }
});

test('a shared process that does not end is a failure', async () => {
  const { code, output } = await run(['search/keeps-process']);
  assert.is(code, 1);
  assert.match(output, /the process does not end: .*Server/);
});

test('a process left behind is killed and named', async () => {
  assert.match((await ways).of('tests/leaves-process.test.ts'), /^ok .*left processes behind/);
});

test('an explained skip is counted, and a test that returns after SKIP is not a pass', async () => {
  const { of } = await ways;
  for (const name of ['skips-aloud', 'returns-early']) {
    assert.match(of(`tests/${name}.test.ts`), /^ok .* 1 passed, 0 failed, 1 skipped/);
  }
});

test('on CI only the skips of the list are allowed', async () => {
  const { code, of } = await run(['tests/skips-aloud', 'tests/returns-early'], true);
  assert.match(of('tests/skips-aloud.test.ts'), /^ok .* 1 passed, 0 failed, 1 skipped/);
  assert.is(code, 1);
  assert.match(of('tests/returns-early.test.ts'), 'may not skip here: tests/returns-early.test.ts: needs a moon');
});

test('nothing that matches is a failure', async () => {
  const { code, last } = await run(['no-such-file']);
  assert.is(last, '0 passed, 0 failed');
  assert.is(code, 1);
});

test('an interrupted run leaves nothing alive, whatever session it is in, and has failed', async () => {
  const { child, ended } = start(['tests/starts-sessions', 'tests/passes'], false);
  const begun = await untilIs(() => [...readList().matchAll(/SESSION (\d+)/g)].map(([, pid = '']) => pid), 3);
  child.kill('SIGTERM');
  // Whoever is impatient, as `timeout` and a person are, sends it again.
  child.kill('SIGTERM');
  const { code, last, output } = await ended;
  assert.equal(begun.filter(isAlive), []);
  assert.is(code, 1);
  assert.match(last, /^\d passed, 1 failed$/);
  assert.match(output, 'interrupted by SIGTERM');
});

test('a file that hangs is stopped with everything it started', async () => {
  const { code, last, output } = await hanging;
  assert.is(last, '0 passed, 1 failed');
  assert.is(code, 1);
  assert.match(output, `stopped after ${HANG_LIMIT_SECONDS} s`);
  const [, pid] = /GRANDCHILD (\d+)/.exec(output) ?? [];
  assert.ok(pid !== undefined, 'the file never got as far as hanging');
  // Killed, and gone as soon as it gets its turn; by itself it would go on for ten minutes.
  await untilIs(() => [pid].filter((one) => !isAlive(one)), 1);
});

function readList(): string {
  return existsSync(SESSIONS_LIST) ? readFileSync(SESSIONS_LIST, 'utf8') : '';
}

async function untilIs(list: () => readonly string[], length: number): Promise<readonly string[]> {
  for (const until = performance.now() + PATIENCE; ; await sleep(20)) {
    const found = list();
    if (found.length === length) return found;
    if (performance.now() > until) throw new Error(`waited in vain: ${found.length} of ${length}`);
  }
}

test.run();
