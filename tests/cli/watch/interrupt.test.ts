import { cp, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  bench,
  eventsOf,
  eventually,
  findingsOf,
  inFolder,
  journalOf,
  resultsOf,
  startBench,
  survivors,
  underWay,
} from '../bench-process.ts';
import { SEARCHING_SECONDS, smallMatrix, wheel, slowModel } from '../matrices.ts';
import { catchSignals } from '../../../harness/cli/watch/interrupt.ts';
import { packageRoot } from '../../../harness/machine/installation.ts';

const test = suite('cli/interrupt');

/** Every attempt takes more than a second, so that an interruption comes in the middle of one, however late this test is. */
const SLOW = slowModel(160);

test('Ctrl-C: 130 at once, reports of what was measured, and a way on that completes the run', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const matrix = await smallMatrix(folder, {
      environments: [wheel('5.2')],
      strategy: 'grid',
      model: SLOW,
      hangSeconds: SEARCHING_SECONDS,
    });
    const living = startBench(['run', matrix, '--out', run]);
    const runId = await underWay(run, 2);
    // It stands still while the second one starts, which may take longer than all its attempts.
    living.kill('SIGSTOP');

    const second = await bench(['run', '--resume', run]);
    assert.is(second.code, 3);
    assert.match(second.stderr, new RegExp(`process ${living.pid} works on this run[\\s\\S]*run-locked`));

    living.kill('SIGINT');
    living.kill('SIGCONT');
    const stopped = performance.now();
    const { code, signal, stdout, stderr } = await living.ended;
    assert.equal([code, signal], [130, null], stderr);
    assert.ok(performance.now() - stopped < 60_000, 'it ends within seconds');
    assert.match(stderr, /SIGINT: stopping; what was measured is kept/);
    assert.match(stdout, /INTERRUPTED: the run was stopped before it was done/);
    assert.match(stdout, new RegExp(`^go on +bench run --resume ${run}$`, 'm'));
    assert.equal(await survivors(runId), []);

    const journal = await journalOf(run);
    assert.equal(journal.at(-1)?.event, 'run-interrupted');
    const outcomes = eventsOf(journal, 'attempt-finished').map(({ report }) => report.outcome.kind);
    assert.is(outcomes.length, eventsOf(journal, 'attempt-started').length, 'no attempt is left open');
    assert.ok(outcomes.includes('pass'));
    assert.is((await resultsOf(run)).run.status, 'interrupted');

    const resumed = await bench(['run', '--resume', run]);
    assert.is(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, /^small on a SIMULATED card \(model slow\), going on after \d+ attempts, writing /);
    const finished = eventsOf(await journalOf(run), 'attempt-finished').filter(
      ({ report }) => report.outcome.kind === 'pass',
    );
    assert.is(finished.length, 8, 'eight cells, each measured once');
    const results = await resultsOf(run);
    assert.equal([results.run.status, results.run.resumed], ['complete', 1]);

    const again = await bench(['run', '--resume', run, '-q']);
    assert.is(again.code, 0);
    assert.equal(findingsOf(await resultsOf(run)), findingsOf(results));
    assert.is(
      eventsOf(await journalOf(run), 'attempt-started').length,
      results.attempts.length,
      'a complete run makes no new attempt',
    );
  });
});

test('SIGTERM and SIGHUP at once: they are one, and 143', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, {
      environments: [wheel('5.2')],
      strategy: 'grid',
      model: SLOW,
      hangSeconds: SEARCHING_SECONDS,
    });
    const living = startBench(['run', matrix, '--out', folder.file('run')]);
    await underWay(folder.file('run'), 1);
    // Both wait until it goes on: no pause of this test can come between them.
    living.kill('SIGSTOP');
    living.kill('SIGTERM');
    living.kill('SIGHUP');
    living.kill('SIGCONT');
    const { code, stdout, stderr } = await living.ended;
    assert.is(code, 143);
    assert.is(stderr.split('stopping').length, 2, stderr);
    assert.match(stdout, /bench run --resume /);
    assert.equal((await journalOf(folder.file('run'))).at(-1)?.event, 'run-interrupted');
  });
});

test('npm passes one Ctrl-C on a second time: what waited while the program stood still is one signal, a later one ends it', async () => {
  const said: string[] = [];
  const codes: unknown[] = [];
  const interruption = catchSignals(
    (text) => {
      said.push(text);
      // As on a machine that lets it stand still just then.
      const until = performance.now() + 1200;
      while (performance.now() < until);
    },
    (code) => codes.push(code),
  );
  try {
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
    assert.is(interruption.signal.aborted, true);
    assert.equal([said.length, codes], [1, []]);
    await sleep(50);
    process.emit('SIGTERM', 'SIGTERM');
    assert.equal([said.length, codes], [1, [143]]);
    assert.is(interruption.exitCode(), 130, 'the first one counts');
  } finally {
    interruption.release();
  }
});

const STUBBORN = `schema: 1
name: stubborn
probe: ./ignores_signals.py
device: cpu
environments: [{ kind: interpreter, name: here, python: python3 }]
axes: { size: [1] }
watchdog: { term_grace: 150s }
`;

/** Until the probe says that it ignores signals: the attempt is in the journal before that. */
async function ignoring(run: string): Promise<void> {
  await eventually('a probe that ignores signals', async () => {
    const [attempt] = await readdir(join(run, 'evidence')).catch(() => []);
    const said =
      attempt === undefined ? '' : await readFile(join(run, 'evidence', attempt, 'stdout'), 'utf8').catch(() => '');
    return said.includes('signals are ignored') ? true : null;
  });
}

test('a second signal, more than a second later, ends at once, and nothing is left running', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    await cp(
      join(packageRoot(), 'tests', 'fixtures', 'probes', 'ignores_signals.py'),
      folder.file('ignores_signals.py'),
    );
    const living = startBench(['run', await folder.write('stubborn.yml', STUBBORN), '--out', run]);
    const runId = await underWay(run, 1);
    await ignoring(run);
    living.kill('SIGINT');
    // The second that counts begins when it has heard the first signal.
    await eventually('its word on the first signal', async () => (living.stderr().includes('stopping') ? true : null));
    await sleep(1200);
    living.kill('SIGINT');
    const again = performance.now();
    assert.is((await living.ended).code, 130);
    assert.ok(performance.now() - again < 75_000, 'it does not wait for a probe that ignores SIGTERM');
    assert.equal(await survivors(runId), []);
  });
});

test.run();
