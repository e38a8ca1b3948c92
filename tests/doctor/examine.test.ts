import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineOf, recorded } from '../devices/machine-text.ts';
import { doctorText } from '../../harness/cli/text/doctor-text.ts';
import { palette } from '../../harness/cli/text/palette.ts';
import { parseDeviceRequest } from '../../harness/devices/choose.ts';
import type { Machine } from '../../harness/makers/found.ts';
import { examine, exitCodeOf, type Examination } from '../../harness/doctor/examine.ts';
import { gather, type Ports } from '../../harness/doctor/gather.ts';
import type { Check } from '../../harness/model/check.ts';

const test = suite('doctor');

const JANE: Ports = {
  ambient: { HOME: '/home/jane', PATH: '/usr/bin' },
  node: 'v22.12.0',
  nodeRange: '^20.19.0 || >=22.12.0',
  uid: 1000,
  gids: [1000, 44, 109],
  user: 'jane',
  runs: '/home/jane/bench/runs',
  python: async () => ({ version: '3.12.3', path: '/usr/bin/python3' }),
  wheelPython: async () => ({ version: '3.10.14', path: '/usr/bin/python3.10' }),
  uv: async () => '0.5.1',
  tools: async () => ({ 'py-spy': false, gdb: true, 'eu-stack': false }),
  catalogue: async () => ({ wheels: 100, asOf: '2026-06-18' }),
  room: async (path) => ({ path, freeBytes: 100e9, writable: true }),
  kernelLog: async () => 'journalctl -k',
  groupOf: async () => 109,
};

function recordedMachine(name: string, ...closed: readonly string[]): Machine {
  return machineOf(recorded(name, `/\n${closed.map((path) => `  ${path.slice(1)} (closed)`).join('\n')}`));
}

async function examined(machine: Machine, ports: Partial<Ports> = {}, device = 'auto'): Promise<Examination> {
  return examine(
    await gather(parseDeviceRequest(device) ?? { kind: 'auto', address: null }, machine, { ...JANE, ...ports }),
  );
}

function all({ sections }: Examination): readonly Check[] {
  return sections.flatMap(({ findings }) => findings);
}

function find(examination: Examination, id: string): Check | undefined {
  return all(examination).find((finding) => finding.id === id);
}

async function override(HSA_OVERRIDE_GFX_VERSION: string): Promise<Check | undefined> {
  return find(
    await examined(recordedMachine('desktop-rx5600xt'), { ambient: { ...JANE.ambient, HSA_OVERRIDE_GFX_VERSION } }),
    'override',
  );
}

function not(examination: Examination): readonly string[] {
  return all(examination)
    .filter(({ state }) => state !== 'ok')
    .map(({ id }) => id);
}

test('a desktop with an RX 5600 XT can measure, and its owner is told what a hang would do', async () => {
  const found = await examined(recordedMachine('desktop-rx5600xt'));
  assert.is(exitCodeOf(found), 0);
  assert.equal(not(found), ['desktop', 'card-use', 'gpu_recovery']);
  assert.match(find(found, 'card')?.saw ?? '', 'gfx1010, 0000:03:00.0');
  assert.match(find(found, 'desktop')?.mend ?? '', 'systemctl isolate multi-user.target');
  assert.match(find(found, 'pcie-atomics')?.saw ?? '', 'yes; link');
  assert.match(find(found, 'render')?.saw ?? '', 'renderD128, groups video, render');
  assert.is(find(found, 'kernel')?.saw, '6.8.0-45-generic');
  assert.match(find(found, 'override')?.saw ?? '', 'gfx1010 runs the public wheels as gfx1030: 10.3.0');
});

test('the override: the value that works, one that is dangerous, and a card that needs none', async () => {
  assert.is((await override('10.3.0'))?.state, 'ok');
  const dangerous = await override('11.0.0');
  assert.is(dangerous?.state, 'warning');
  assert.match(dangerous?.saw ?? '', 'has reset RDNA1 cards');
  assert.is(dangerous?.mend, 'export HSA_OVERRIDE_GFX_VERSION=10.3.0');
});

test('a box without a card cannot measure on one, but on the CPU and on a simulated card', async () => {
  const card = await examined(recordedMachine('no-card'));
  assert.is(exitCodeOf(card), 3);
  assert.equal(
    all(card)
      .filter(({ state }) => state === 'problem')
      .map(({ id }) => id),
    ['kfd', 'card'],
  );
  assert.match(find(card, 'kfd')?.mend ?? '', 'sudo modprobe amdgpu');
  for (const device of ['cpu', 'simulated']) {
    const other = await examined(recordedMachine('no-card'), {}, device);
    assert.is(exitCodeOf(other), 0, device);
    assert.is(find(other, 'kfd'), undefined);
  }
});

test('a card that the driver refuses is named', async () => {
  const found = await examined(recordedMachine('refused-by-driver'));
  assert.is(exitCodeOf(found), 3);
  assert.match(find(found, 'card')?.saw ?? '', 'does not offer for compute');
});

test('a container without rights: the flags that are missing are the command', async () => {
  const found = await examined(recordedMachine('container-without-rights', '/dev/kfd', '/dev/dri/renderD128'), {
    gids: [1000],
  });
  assert.is(exitCodeOf(found), 3);
  assert.match(find(found, 'kfd')?.mend ?? '', '--group-add render');
  assert.match(find(found, 'kfd')?.mend ?? '', '--device /dev/kfd');
  assert.is(find(found, 'render')?.state, 'problem');
});

test('a container that was given no device files: the card that /sys shows does not hide that', async () => {
  const found = await examined(machineOf(recorded('container-without-rights', '/\n  dev (absent)')));
  assert.is(find(found, 'kfd')?.saw, 'not passed into this container');
  assert.is(find(found, 'kfd')?.mend, 'start the container with --device /dev/kfd --device /dev/dri');
  assert.match(find(found, 'card')?.mend ?? '', 'mend what stands above');
});

test('outside of a container the missing group is named, and a login that is missing alone is told apart', async () => {
  const closed = recordedMachine('desktop-rx5600xt', '/dev/kfd', '/dev/dri/renderD128');
  const stranger = find(await examined(closed, { gids: [1001], user: 'joe' }), 'kfd');
  assert.is(stranger?.mend, 'sudo usermod -aG render $USER   and log in again');
  const added = find(await examined(closed, { gids: [1000], user: 'jane' }), 'kfd');
  assert.match(added?.mend ?? '', 'log out and in again');
});

test('an NVIDIA card needs no /dev/kfd', async () => {
  const found = await examined(recordedMachine('nvidia'));
  assert.is(exitCodeOf(found), 0);
  assert.is(find(found, 'kfd'), undefined);
});

test('a card of Intel needs its render file and no /dev/kfd; its driver tells the limits of its engines', async () => {
  const found = await examined(recordedMachine('intel-cards'), {}, 'xpu');
  assert.is(exitCodeOf(found), 0);
  assert.is(find(found, 'kfd'), undefined);
  assert.match(find(found, 'card')?.saw ?? '', 'Intel Arc A770, 0000:03:00.0, 16280 MiB, i915 of the kernel');
  assert.match(find(found, 'settings')?.saw ?? '', 'ccs0.heartbeat_interval_ms=2500');
  const files = ['/dev/dri/renderD128', '/dev/dri/renderD129', '/dev/dri/renderD130'];
  const closed = await examined(recordedMachine('intel-cards', ...files), { gids: [1001], user: 'joe' }, 'xpu');
  assert.is(exitCodeOf(closed), 3);
  assert.match(find(closed, 'render')?.mend ?? '', 'sudo usermod -aG render');
});

test('what bench itself needs', async () => {
  const machine = recordedMachine('desktop-rx5600xt');
  const state = async (id: string, ports: Partial<Ports>): Promise<string | undefined> =>
    find(await examined(machine, ports), id)?.state;
  assert.is(await state('node', { node: 'v18.19.0' }), 'problem');
  assert.is(await state('node', { node: 'v21.5.0' }), 'problem');
  assert.is(await state('node', { node: 'v20.19.0' }), 'ok');
  assert.is(
    await state('python', { python: async () => ({ version: '3.6.15', path: '/usr/bin/python3' }) }),
    'problem',
  );
  assert.is(await state('python', { python: async () => ({ problem: 'there is no python3 on PATH' }) }), 'problem');
  assert.is(await state('uv', { uv: async () => null }), 'warning');
  assert.is(await state('wheel-python', {}), 'ok');
  const without: Partial<Ports> = { wheelPython: async () => ({ problem: 'no CPython 3.10' }) };
  assert.is(await state('wheel-python', without), 'warning');
  assert.match(find(await examined(machine, without), 'wheel-python')?.mend ?? '', /^uv python install 3\.10/);
  assert.is(find(await examined(machine, without, 'simulated'), 'wheel-python'), undefined);
  assert.is(
    await state('catalogue', { catalogue: async () => ({ problem: 'it cannot be used', mend: 'take it away' }) }),
    'problem',
  );
  assert.is(await state('catalogue', { catalogue: async () => null }), 'warning');
  assert.is(await state('disk-cache', { room: async (path) => ({ path, freeBytes: 1e9, writable: true }) }), 'warning');
  assert.is(await state('disk-runs', { room: async (path) => ({ path, freeBytes: null, writable: true }) }), 'warning');
  assert.is(
    await state('disk-runs', { room: async (path) => ({ path, freeBytes: 1e12, writable: false }) }),
    'problem',
  );
  assert.is(
    await state('native-stacks', { tools: async () => ({ 'py-spy': false, gdb: false, 'eu-stack': false }) }),
    'warning',
  );
  assert.is(await state('kernel-log', { kernelLog: async () => null }), 'warning');
});

test('a shell that would replace libraries is told', async () => {
  const found = find(
    await examined(recordedMachine('desktop-rx5600xt'), {
      ambient: { ...JANE.ambient, LD_LIBRARY_PATH: '/opt/rocm/lib' },
    }),
    'variables',
  );
  assert.is(found?.state, 'warning');
  assert.match(found?.mend ?? '', 'unset LD_LIBRARY_PATH');
});

test('a machine whose files do not answer is told of within seconds', async () => {
  const machine = recordedMachine('desktop-rx5600xt');
  const silent: Machine = {
    ...machine,
    read: async () => ({ kind: 'too-slow' }),
    lines: async () => ({ lines: new Map(), answered: false }),
  };
  const found = await examined(silent);
  assert.is(exitCodeOf(found), 3);
});

test('the screen is 80 columns wide, has one mark a line, and no control codes without colour', async () => {
  for (const name of [
    'desktop-rx5600xt',
    'no-card',
    'container-without-rights',
    'nvidia',
    'refused-by-driver',
    'two-same-cards',
    'card-before-apu',
  ]) {
    const text = doctorText(
      await examined(recordedMachine(name, '/dev/kfd'), {
        ambient: {
          LD_LIBRARY_PATH: '/x'.repeat(200),
          LD_PRELOAD: '\u001B]0;title\u0007\nbelow',
          HSA_OVERRIDE_GFX_VERSION: '11.0.0',
        },
      }),
      palette(false),
    );
    // eslint-disable-next-line no-control-regex
    assert.not.match(text, /\u001B/);
    for (const line of text.split('\n')) assert.ok([...line].length <= 80, line);
    assert.match(text, /This machine can(?:not)? measure on a card/);
  }
});

test.run();
