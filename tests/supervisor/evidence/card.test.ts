import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cpuUse } from '../../../harness/supervisor/evidence/cpu-use.ts';
import { deviceFiles } from '../../../harness/supervisor/evidence/device/device-files.ts';
import { deviceReadings, driverCounts } from '../../../harness/supervisor/evidence/device/device-readings.ts';
import { libraries } from '../../../harness/supervisor/evidence/libraries.ts';
import { standardError } from '../../../harness/supervisor/evidence/standard-error.ts';
import { threads } from '../../../harness/supervisor/evidence/threads.ts';
import { outputFiles } from '../../../harness/supervisor/output-files.ts';
import { CARD, HUNG, NO_SIGNAL, RECORDED, sceneOf } from './scene.ts';

/** What the collectors make of a recorded /proc and /sys, whole and with a file that blocks. */
const test = suite('evidence of a card');

test('every thread: state, wait channel, system call with its file, kernel stack', async () => {
  const { status, found } = await threads.collect(sceneOf(), {}, NO_SIGNAL);
  assert.is(status, 'ok');
  const kernelStack = ['kfd_wait_on_events', 'kfd_ioctl_wait_events', 'kfd_ioctl'];
  assert.equal(found.threads, [
    {
      pid: 4242,
      names: ['python3'],
      tids: [4242],
      state: 'S',
      waitChannel: 'kfd_wait_on_events',
      syscall: process.arch === 'x64' ? 'ioctl(5, 0xc0184b0c)' : 'system call 16',
      kernelStack,
    },
    {
      pid: 4242,
      names: ['HSA event'],
      tids: [4243],
      state: 'D',
      waitChannel: 'amdgpu_fence_wait_empty',
      syscall: null,
      kernelStack: null,
    },
  ]);
});

test('open device files, with their descriptors', async () => {
  const { status, found } = await deviceFiles.collect(sceneOf(), {}, NO_SIGNAL);
  assert.is(status, 'ok');
  const sorted = found.deviceFiles
    ?.map((one) => ({ ...one, fds: one.fds.toSorted() }))
    .toSorted((a, b) => a.path.localeCompare(b.path));
  assert.equal(sorted, [
    { pid: 4242, path: '/dev/dri/renderD128', fds: [6, 7] },
    { pid: 4242, path: '/dev/kfd', fds: [5] },
  ]);
});

test('mapped libraries, each once; a stray one of the system shows by its path', async () => {
  const { found } = await libraries.collect(sceneOf(), {}, NO_SIGNAL);
  assert.equal(found.libraries, [
    '/opt/rocm-5.7.1/lib/libhsa-runtime64.so.1.11.50701',
    '/venv/lib/python3.10/site-packages/torch/lib/libMIOpen.so',
  ]);
});

for (const [kind, library, line] of [
  ['rocm', 'MIOpen', 'MIOpen(HIP): Info [Find]'],
  ['cuda', 'cuDNN', 'I! CuDNN (v90100) function cudnnConvolutionForward() called'],
  ['xpu', 'oneDNN', 'onednn_verbose,v1,primitive,exec,gpu,convolution'],
] as const)
  test(`${kind}: the last line of the library that runs convolutions`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bench-evidence-'));
    try {
      const files = outputFiles(folder);
      await writeFile(files.stderr, `MIOpen: first\ncudnn: first\nonednn: first\n${line}\nTraceback\n`);
      const { found } = await standardError.collect(sceneOf({ files, card: { ...CARD, kind } }), {}, NO_SIGNAL);
      assert.equal(found.lastLibraryLine, { library, line });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

test('the maps of a process in state D are not touched', async () => {
  const result = await libraries.collect(sceneOf({ processes: [{ ...HUNG, state: 'D' }] }), {}, NO_SIGNAL);
  assert.is(result.status, 'skipped');
});

test('load, memory, temperatures and power of the card at its PCI address', async () => {
  const { status, note, found } = await deviceReadings.collect(sceneOf(), {}, NO_SIGNAL);
  assert.is(status, 'ok');
  assert.is(note, '');
  assert.equal(found.device, [
    { name: 'GPU load', value: 100, unit: '%' },
    { name: 'VRAM used', value: 1200, unit: 'MiB' },
    { name: 'VRAM', value: 6128, unit: 'MiB' },
    { name: 'edge temperature', value: 61, unit: '°C' },
    { name: 'junction temperature', value: 74, unit: '°C' },
    { name: 'power', value: 98, unit: 'W' },
  ]);
});

test('what the compute driver counts for the process', async () => {
  const { found } = await driverCounts.collect(sceneOf(), {}, NO_SIGNAL);
  assert.equal(
    found.kfd?.map(({ pid }) => pid),
    [4242],
  );
  const byName = new Map(found.kfd?.[0]?.readings.map((one) => [one.name, `${one.value} ${one.unit}`]));
  assert.is(byName.get('vram_27072'), '1152 MiB');
  assert.is(byName.get('stats_27072 evicted_ms'), '9500 ms');
  assert.is(byName.get('stats_27072 cu_occupancy'), '36 ');
});

test('a file of sysfs that blocks is named, and the others are read all the same', async () => {
  const root = await mkdtemp(join(tmpdir(), 'bench-evidence-'));
  try {
    await cp(RECORDED, root, { recursive: true, verbatimSymlinks: true });
    const stuck = join(root, 'sys/bus/pci/devices/0000:03:00.0/gpu_busy_percent');
    await rm(stuck);
    // Opening a pipe that nobody writes to waits for ever, as a read of a card that resets does.
    execFileSync('mkfifo', [stuck]);
    const { status, note, found } = await deviceReadings.collect(sceneOf({ root }), {}, NO_SIGNAL);
    assert.is(status, 'ok');
    assert.match(note, /no answer from gpu_busy_percent/);
    assert.equal(
      found.device?.map(({ name }) => name),
      ['VRAM used', 'VRAM', 'edge temperature', 'junction temperature', 'power'],
    );
  } finally {
    await rm(root, { recursive: true, force: true });
  }
});

for (const [card, note] of [
  [{ ...CARD, kind: 'simulated' as const, simulation: { model: 'm', timeScale: 1 } }, 'a simulated card'],
  [{ ...CARD, kind: 'cpu' as const }, 'the CPU is the device'],
  [{ ...CARD, pciAddress: '0000:99:00.0' }, 'sysfs has no load or memory of 0000:99:00.0'],
  [null, 'the device is not known'],
] as const) {
  test(`no readings of ${note}`, async () => {
    assert.equal(await deviceReadings.collect(sceneOf({ card }), {}, NO_SIGNAL), {
      status: 'nothing',
      note,
      found: {},
    });
  });
}

test('processes that are gone: nothing, with the reason', async () => {
  const processes = [{ ...HUNG, pid: 1_999_999_999 }];
  for (const collector of [threads, deviceFiles, driverCounts, cpuUse])
    assert.is((await collector.collect(sceneOf({ processes }), {}, NO_SIGNAL)).status, 'nothing', collector.name);
});

test.run();
