/** .ci/run, with set-up and npm replaced by programs that end in every way: what its closing line and its exit code make of it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const repository = join(import.meta.dirname, '..', '..');

/** What is printed last, with which code it ends, and everything that was printed. `setUp`, `cit` and `long` are shell scripts. */
async function check({ setUp = 'true', cit = 'true', long = 'true', seconds = 100 }) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-ci-'));
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  };
  try {
    for (const name of ['.ci', 'ci', 'bin']) mkdirSync(join(folder, name));
    copyFileSync(join(repository, '.ci', 'run'), join(folder, '.ci', 'run'));
    write('ci/setup-debian.sh', setUp);
    write('bin/npm', `#!/bin/sh\ncase "$*" in cit) ${cit} ;; "run test:long") ${long} ;; *) exit 99 ;; esac\n`);
    const env = {
      ...process.env,
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      BENCH_CI_SECONDS: `${seconds}`,
    };
    const child = spawn(join(folder, '.ci', 'run'), { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    await once(child, 'close');
    const lines = stdout.trimEnd().split('\n');
    return {
      status: child.exitCode,
      last: lines.at(-1),
      closing: lines.filter((line) => /^\d+ passed/.test(line)).length,
      stdout,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const GOOD = 'echo "5 passed, 0 failed, 1 skipped"; echo "npm says goodbye"';
const BAD = 'echo "3 passed, 2 failed"; exit 1';

/** Enough to come to the first tier, however slow the machine; it goes by during the other tests. */
const STUCK_SECONDS = 30;
const stuck = check({
  cit: `trap 'echo "2 passed, 1 failed"; exit 1' TERM; sleep 1000 & wait`,
  long: GOOD,
  seconds: STUCK_SECONDS,
});

const test = suite('.ci/run');

test('the sums of both tiers are the one closing line', async () => {
  const { status, last, closing } = await check({ cit: GOOD, long: 'echo "7 passed, 0 failed"' });
  assert.is(last, '12 passed, 0 failed, 1 skipped');
  assert.is(status, 0);
  assert.is(closing, 1);
});

test('what fails in either tier fails the check, and the other tier still counts', async () => {
  for (const [cit, long] of [
    [BAD, GOOD],
    [GOOD, BAD],
  ] as const) {
    const { status, last } = await check({ cit, long });
    assert.is(last, '8 passed, 2 failed, 1 skipped');
    assert.is(status, 1);
  }
});

for (const [what, script, sums] of [
  ['dies without a word', 'exit 1', '5 passed, 1 failed, 1 skipped'],
  ['ends well without a closing line', 'true', '5 passed, 1 failed, 1 skipped'],
  [
    'dies after a closing line that knows of no failure',
    'echo "4 passed, 0 failed"; kill -9 $$',
    '9 passed, 1 failed, 1 skipped',
  ],
] as const) {
  test(`a tier that ${what} is one failure`, async () => {
    for (const { status, last } of await Promise.all([
      check({ cit: script, long: GOOD }),
      check({ cit: GOOD, long: script }),
    ])) {
      assert.is(last, sums);
      assert.is(status, 1);
    }
  });
}

test('a set-up that fails is a failure, and so is one that is stuck', async () => {
  for (const setUp of ['exit 7', 'sleep 1000']) {
    const { status, last } = await check({ setUp, cit: GOOD, long: GOOD, seconds: 2 });
    assert.is(last, '0 passed, 1 failed');
    assert.is(status, 1);
  }
});

test('a tier that is stuck is stopped at the limit of the whole, with what it has counted', async () => {
  const { status, last, stdout } = await stuck;
  // The long tier has no time left: it has not run, and that is a failure.
  assert.is(last, '2 passed, 2 failed');
  assert.is(status, 1);
  assert.match(stdout, `ci: long tier: ended with exit code 124, not over after ${STUCK_SECONDS} s in all`);
});

test.run();
