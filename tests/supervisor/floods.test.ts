import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LOOKED_AT, attempt, watchdogOf, withBench } from './supervised.ts';

/** Output without end: the disk is safe while the probe runs, both ends are kept, and the outcome is what it would have been. */
const test = suite('floods');

const MIB = 2 ** 20;
/** Lines of floods.py have 64 bytes and say their number. */
const LINE = 64;

test('a passing probe that floods both streams passes; head and tail are kept, and the cut says how much is missing', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods');
    const request = await bench.request({ case: { mib: 8, both: true }, watchdog: watchdogOf({ output_limit: '512KiB' }) });
    assert.equal((await attempt(worker, request)).outcome, { kind: 'pass' });
    for (const name of ['stdout', 'stderr']) checkEnds(await readFile(join(request.directory, name), 'utf8'), 8 * MIB, MIB / 2);
  });
});

test('a gigabyte never lies on the disk', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods');
    const request = await bench.request({ case: { mib: 1024 }, watchdog: watchdogOf({ deadline: '300s', output_limit: '1MiB' }) });
    let peak = 0;
    const watching = setInterval(() => {
      void stat(join(request.directory, 'stdout')).then(
        ({ blocks }) => (peak = Math.max(peak, blocks * 512)),
        () => undefined,
      );
    }, 2);
    try {
      assert.equal((await attempt(worker, request)).outcome, { kind: 'pass' });
    } finally {
      clearInterval(watching);
    }
    console.log(`peak of the file: ${(peak / MIB).toFixed(1)} MiB of 1024 MiB`);
    assert.ok(peak > MIB / 2 && peak < 512 * MIB, `${peak} bytes`);
    checkEnds(await readFile(join(request.directory, 'stdout'), 'utf8'), 1024 * MIB, MIB);
  });
});

test('a hang behind a flood is a hang, and its evidence is there', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods');
    const request = await bench.request({ case: { mib: 4, both: true, afterwards: 'hang' }, watchdog: watchdogOf({ deadline: LOOKED_AT, output_limit: '64KiB' }) });
    const { outcome, evidence } = await attempt(worker, request);
    assert.is(outcome.kind, 'hang');
    assert.match(evidence?.pythonStacks ?? '', /floods\.py/);
    assert.match(evidence?.stderrTail ?? '', /0{40}\d+/);
  });
});

test('ten thousand lines on standard error stay as they are', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods');
    const request = await bench.request({ case: { mib: 1, both: true }, watchdog: watchdogOf() });
    assert.equal((await attempt(worker, request)).outcome, { kind: 'pass' });
    assert.is((await readFile(join(request.directory, 'stderr'), 'utf8')).split('\n').length, MIB / LINE + 1);
  });
});

function checkEnds(text: string, written: number, limit: number): void {
  const lines = text.split('\n');
  const cut = lines.findIndex((line) => line.endsWith(' bytes or more left out here]'));
  const left = Number(/bench: (\d+) bytes/.exec(lines[cut] ?? '')?.[1]);
  assert.ok(text.length >= limit && text.length < limit + 100, `${text.length} bytes are kept`);
  assert.is(lines[0], '0'.repeat(63), 'the first line');
  assert.is(Number(lines.at(-2)), written / LINE - 1, 'the last line');
  const missing = written - limit;
  assert.ok(left <= missing && left > missing * 0.75, `says ${left} of ${missing}`);
}

test.run();
