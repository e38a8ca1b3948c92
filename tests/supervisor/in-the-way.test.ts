import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SOON, attempt, watchdogOf, withBench } from './supervised.ts';

/** A probe may put anything in the place of our files: the verdict is what it did, nothing of anybody else's is touched, and the evidence is kept. */
const test = suite('in the way of our files');

const FILES = ['evidence.json', 'stdout', 'stderr', 'stacks', 'native-stacks'] as const;
const THINGS = ['pipe', 'link', 'second-name', 'endless', 'folder'] as const;
/** Beyond what the guard of long output leaves alone. */
const VICTIM_BYTES = 40 * 1024 * 1024;

for (const what of THINGS) {
  test(`a ${what}`, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start('in_the_way');
      const victim = join(bench.folder, 'victim');
      writeFileSync(victim, 'mine');
      truncateSync(victim, VICTIM_BYTES);
      for (const file of FILES) {
        const request = await bench.request({ case: { file, what, victim, after: 'raise' } });
        const { outcome, cleanup } = await attempt(worker, request);
        assert.equal(outcome.kind === 'error' && outcome.errorClass, 'other', file);
        assert.equal(cleanup.left, []);
        const kept = join(request.directory, 'evidence.json');
        assert.ok(lstatSync(kept).isFile(), file);
        assert.match(readFileSync(kept, 'utf8'), /in the way/);
      }
      const hang = { case: { file: 'stderr', what, victim, after: 'hang' }, watchdog: watchdogOf({ deadline: SOON }) };
      assert.is((await attempt(worker, await bench.request(hang))).outcome.kind, 'hang');
      assert.is(statSync(victim).size, VICTIM_BYTES);
      assert.is(readFileSync(victim).subarray(0, 4).toString(), 'mine');
      assert.ok(worker.alive);
    });
  });
}

test('a link in the place of the folder itself', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('in_the_way');
    const elsewhere = join(bench.folder, 'elsewhere');
    mkdirSync(elsewhere);
    const request = await bench.request({
      case: { file: '.', what: 'link', victim: join(elsewhere, 'victim'), after: 'raise' },
    });
    assert.is((await attempt(worker, request)).outcome.kind, 'error');
    assert.equal(readdirSync(elsewhere), []);
    assert.match(readFileSync(join(`${request.directory}.moved`, 'evidence.json'), 'utf8'), /in the way/);
  });
});

test('what an earlier probe has left in an attempt that is to come is an error of the harness, and no hang', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('passes');
    for (const isolation of ['fork', 'spawn'] as const) {
      const request = await bench.request({ isolation });
      execFileSync('mkfifo', [join(request.directory, 'stdout')]);
      const { outcome } = await attempt(worker, request);
      assert.equal(outcome.kind === 'error' && outcome.errorClass, 'harness', isolation);
    }
  });
});

test('a link in the place of a worker’s own output is moved aside', async () => {
  await withBench(async (bench) => {
    const victim = join(bench.folder, 'victim');
    writeFileSync(victim, 'mine');
    mkdirSync(join(bench.folder, 'worker'));
    symlinkSync(victim, join(bench.folder, 'worker', 'worker-stderr'));
    const started = await bench.startFrom('worker.py');
    assert.is(started.kind, 'ready');
    assert.ok(lstatSync(join(bench.folder, 'worker', 'worker-stderr')).isFile());
    assert.is(readFileSync(victim, 'utf8'), 'mine');
  });
});

test.run();
