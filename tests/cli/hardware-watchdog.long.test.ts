/** A run that the matrix has guarded by a hardware watchdog, here a plain file that keeps what is written: a NUL is a ping, a V disarms. */
import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bench,
  eventsOf,
  eventually,
  inFolder,
  journalOf,
  resultsOf,
  startBench,
  type Folder,
} from './bench-process.ts';
import { smallMatrix } from './matrices.ts';

const test = suite('cli/hardware watchdog');

async function guarded(
  folder: Folder,
  seconds: string,
): Promise<{ readonly matrix: string; readonly device: string; written(): Promise<string> }> {
  const device = await folder.write('watchdog', '');
  const model = `schema: 1\nname: slow\ndescription: a test's own\ndevice: { name: test card, target: gfx1010 }\ntime_scale: 1\ndefault: { kind: pass, seconds: ${seconds} }\n`;
  const matrix = await smallMatrix(folder, { sizes: [8], model, more: `watchdog: { hardware_watchdog: '${device}' }` });
  return { matrix, device, written: () => readFile(device, 'latin1') };
}

test('it is pinged while the run measures and disarmed at its end, and everyone is told', async () => {
  await inFolder(async (folder) => {
    const { matrix, device, written } = await guarded(folder, '0.05');
    const run = folder.file('run');
    const ended = await bench(['run', matrix, '--device', 'simulated', '--out', run]);
    assert.is(ended.code, 0, ended.stderr);
    assert.match(await written(), /^\0+V$/);
    const words = `${device} is no watchdog device`;
    assert.ok(ended.stderr.includes(`warning: ${words}`), ended.stderr);
    // What is published does not name the folder.
    assert.ok(ended.stdout.includes('WARNING: <matrix>/watchdog is no watchdog device'), ended.stdout);
    const results = await resultsOf(run);
    assert.is(results.warnings?.length, 1);
    assert.ok(results.warnings?.[0]?.includes('is no watchdog device'));
    assert.is(eventsOf(await journalOf(run), 'warning').length, 1);
    for (const report of ['report.html', 'summary.md'])
      assert.match(await readFile(folder.file('run', report), 'utf8'), /WARNING: .*is no watchdog device/, report);
  });
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} disarms it`, async () => {
    await inFolder(async (folder) => {
      const { matrix, written } = await guarded(folder, '600');
      const living = startBench(['run', matrix, '--device', 'simulated', '--out', folder.file('run')]);
      await eventually('a ping', async () => ((await written()) === '' ? null : true));
      await eventually('an attempt', async () =>
        (await journalOf(folder.file('run')).catch(() => [])).some(({ event }) => event === 'attempt-started')
          ? true
          : null,
      );
      living.kill(signal);
      const ended = await living.ended;
      assert.is(ended.code, signal === 'SIGINT' ? 130 : 143, ended.stderr);
      assert.match(await written(), /^\0+V$/);
    });
  });
}

test('SIGKILL leaves it armed: the machine would restart', async () => {
  await inFolder(async (folder) => {
    const { matrix, written } = await guarded(folder, '600');
    const living = startBench(['run', matrix, '--device', 'simulated', '--out', folder.file('run')]);
    await eventually('two pings', async () => ((await written()).length >= 2 ? true : null));
    living.kill('SIGKILL');
    assert.is((await living.ended).signal, 'SIGKILL');
    assert.match(await written(), /^\0+$/);
  });
});

test('a watchdog that cannot be had stops the run before it measures', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, {
      sizes: [8],
      more: `watchdog: { hardware_watchdog: '${folder.file('absent')}' }`,
    });
    const ended = await bench(['run', matrix, '--device', 'simulated', '--out', folder.file('run')]);
    assert.is(ended.code, 3);
    assert.match(
      ended.stderr,
      /the matrix asks for a hardware watchdog: .*is absent[\s\S]*next: .*hardware_watchdog out of the matrix[\s\S]*\(hardware-watchdog\)/,
    );
    assert.equal(await journalOf(folder.file('run')).catch(() => []), []);
  });
});

test.run();
