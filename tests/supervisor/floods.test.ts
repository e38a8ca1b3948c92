import { statSync } from 'node:fs';
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FloodGuard } from '../../harness/supervisor/attempt/flood-guard.ts';
import { outputFiles } from '../../harness/supervisor/output-files.ts';
import { waitUntil } from '../../harness/machine/time.ts';
import { AFTER_DISK, attempt, watchdogOf, withBench } from './supervised.ts';

/** Output without end: the disk is safe while the probe runs, both ends are kept, and the outcome is what it would have been. */
const test = suite('floods');

const MIB = 2 ** 20;
/** Lines of floods.py have 64 bytes and say their number. */
const LINE = 64;

test('a passing probe that floods both streams passes; head and tail are kept, and the cut says how much is missing', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods');
    const request = await bench.request({
      case: { mib: 8, both: true },
      watchdog: watchdogOf({ output_limit: '512KiB' }),
    });
    assert.equal((await attempt(worker, request)).outcome, { kind: 'pass' });
    for (const name of ['stdout', 'stderr'])
      checkEnds(await readFile(join(request.directory, name), 'utf8'), 8 * MIB, MIB / 2, 0);
  });
});

test('a gigabyte never lies on the disk', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods');
    const request = await bench.request({
      case: { mib: 1024 },
      watchdog: watchdogOf({ deadline: '300s', output_limit: '1MiB' }),
    });
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
    assert.ok(peak > MIB / 2 && peak < 900 * MIB, `${peak} bytes`);
    checkEnds(await readFile(join(request.directory, 'stdout'), 'utf8'), 1024 * MIB, MIB, 8 * MIB);
  });
});

test('a hang behind a flood is a hang, and its evidence is there', async () => {
  await withBench(async (bench) => {
    const worker = await bench.start('floods');
    const request = await bench.request({
      case: { mib: 4, both: true, afterwards: 'hang' },
      watchdog: watchdogOf({ deadline: AFTER_DISK, output_limit: '64KiB' }),
    });
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

test('the guard alone: the disk gets back what a flood wrote, and a shorter one loses nothing', async () => {
  await Promise.all(
    [64 * MIB, 0].map(async (slack) => {
      const folder = await mkdtemp(join(tmpdir(), 'bench-flood-'));
      const { stdout, stderr } = outputFiles(folder);
      await Promise.all([stdout, stderr].map((path) => writeFile(path, '')));
      const guard = new FloodGuard({ stdout, stderr }, MIB, slack);
      const [mib, end] = [24, 'the end\n'];
      for (let number = 0; number < mib; number += 1) {
        await appendFile(stdout, 'x'.repeat(MIB));
        if (slack === 0) assert.ok(await waitUntil(() => statSync(stdout).size <= MIB, 60), 'the disk gets it back');
      }
      await appendFile(stdout, end);
      await guard.finish();
      const text = await readFile(stdout, 'utf8');
      const [note = '', left, more] = /\n\[bench: (\d+) bytes (or more )?left out here\]\n/.exec(text) ?? [];
      assert.ok(text.endsWith(`x${end}`));
      assert.is(text.length - note.length, MIB);
      // Nothing was written while it was cut.
      assert.is(Number(left), mib * MIB + end.length - MIB);
      assert.is(more === undefined, slack > 0);
      await rm(folder, { recursive: true });
    }),
  );
});

/** `lost`: bytes of the end that may be missing, where the file was cut while it was written. */
function checkEnds(text: string, written: number, limit: number, lost: number): void {
  const lines = text.split('\n');
  const cut = lines.findIndex((line) => /^\[bench: \d+ bytes (?:or more )?left out here\]$/.test(line));
  const left = Number(/bench: (\d+) bytes/.exec(lines[cut] ?? '')?.[1]);
  assert.ok(text.length >= limit && text.length < limit + 100, `${text.length} bytes are kept`);
  assert.is(lines[0], '0'.repeat(63), 'the first line');
  const last = written / LINE - 1 - Number(lines.at(-2));
  assert.ok(last >= 0 && last <= lost / LINE, `the last line, ${last} before the end`);
  const missing = written - limit;
  if (lost === 0) assert.is(left, missing);
  else assert.ok(left <= missing && left > missing * 0.5, `says ${left} of ${missing}`);
}

test.run();
