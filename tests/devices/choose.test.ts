import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineOf, recorded } from './machine-text.ts';
import { chooseDevice, parseDeviceRequest } from '../../harness/devices/choose.ts';
import type { Discovery, FoundDevice } from '../../harness/makers/found.ts';
import { discover } from '../../harness/devices/discover.ts';
import { NoVerdictError, type BenchError } from '../../harness/model/errors.ts';
import type { DeviceChoice } from '../../harness/model/makers.ts';
import { refusalBy } from '../refusal.ts';

const test = suite('choice of the device');
const base = {
  target: null,
  pciAddress: null,
  simulation: null,
  problem: null,
  integrated: false,
  vramMib: null,
  files: [],
  variables: {},
};
const card: FoundDevice = { ...base, kind: 'rocm', name: 'card', vramMib: 6128 };
const larger: FoundDevice = { ...base, kind: 'rocm', name: 'larger card', vramMib: 16_384 };
const integrated: FoundDevice = { ...base, kind: 'rocm', name: 'integrated', integrated: true, vramMib: 65_536 };
const nvidia: FoundDevice = { ...base, kind: 'cuda', name: 'nvidia' };
const cpu: FoundDevice = { ...base, kind: 'cpu', name: 'cpu' };
const closed: FoundDevice = { ...card, name: 'closed card', problem: 'this user may not open /dev/kfd' };
const all = (...devices: FoundDevice[]): Discovery => ({ devices, looked: [] });

function refusal(request: DeviceChoice, found: Discovery): BenchError {
  return refusalBy(() => chooseDevice(request, found));
}

for (const [request, devices, expected] of [
  ['auto', [cpu, integrated, nvidia, card, larger], 'larger card'],
  ['auto', [integrated, card, cpu], 'card'],
  ['auto', [nvidia, integrated, cpu], 'nvidia'],
  ['auto', [integrated, cpu], 'integrated'],
  ['auto', [closed, nvidia, cpu], 'nvidia'],
  ['rocm', [nvidia, integrated, card], 'card'],
  ['cuda', [card, nvidia, cpu], 'nvidia'],
  ['cpu', [card, nvidia, cpu], 'cpu'],
] as const) {
  test(`${request} of ${devices.map(({ name }) => name).join(', ')}: ${expected}`, () =>
    assert.is(chooseDevice(request, all(...devices)).name, expected));
}

for (const [request, devices] of [
  ['auto', [cpu]],
  ['auto', [closed, cpu]],
  ['rocm', [nvidia, cpu]],
  ['cuda', [card, cpu]],
] as const) {
  test(`${request} of ${devices.map(({ name }) => name).join(', ')}: none, and nothing stands in for it`, () => {
    const error = refusal(request, all(...devices));
    assert.instance(error, NoVerdictError);
    assert.is(error.exitCode, 3);
    for (const way of ['--device simulated', 'SIMULATED', '--device cpu', '/dev/kfd', '--device cuda'])
      assert.ok(error.next.includes(way), way);
  });
}

test('the refusal says what was looked for, where, and what is wrong with what was found', async () => {
  const bare = refusal('auto', await discover(machineOf(recorded('no-card'))));
  for (const place of ['/dev/kfd: absent', '/sys/class/kfd', '/proc/driver/nvidia/gpus', '/dev/nvidia0: absent'])
    assert.ok(bare.message.includes(place), place);
  assert.match(refusal('auto', all(closed, cpu)).message, /found closed card: this user may not open \/dev\/kfd/);
});

const first: FoundDevice = { ...card, name: 'first', pciAddress: '0000:03:00.0' };
const second: FoundDevice = { ...larger, name: 'second', pciAddress: '0000:0a:00.0' };
const stuck: FoundDevice = { ...closed, pciAddress: '0000:43:00.0' };

test('a card is chosen by its PCI address, whatever its memory', () => {
  assert.is(chooseDevice('rocm', all(first, second, cpu), '0000:03:00.0').name, 'first');
  assert.is(chooseDevice('rocm', all(first, second, cpu), '0000:0a:00.0').name, 'second');
});

for (const [what, address, words] of [
  [
    'an address without a card',
    '0000:99:00.0',
    ['no rocm card at 0000:99:00.0', '--device rocm:0000:03:00.0 is first', '--device rocm:0000:0a:00.0 is second'],
  ],
  [
    'a card that is closed',
    '0000:43:00.0',
    ['cannot be used', 'may not open /dev/kfd', '--device rocm:0000:03:00.0 is first'],
  ],
] as const) {
  test(`${what} is refused, the others are listed and none stands in for it`, () => {
    assert.throws(
      () => chooseDevice('rocm', all(first, second, stuck, cpu), address),
      (error: unknown) =>
        error instanceof NoVerdictError &&
        error.code === 'no-device' &&
        words.every((word) => error.message.includes(word)),
    );
  });
}

test('what --device takes', () => {
  assert.equal(['rocm', 'rocm:0000:03:00.0', 'ROCM:03:00.0', 'cuda:00000000:06:00.0'].map(parseDeviceRequest), [
    { kind: 'rocm', address: null },
    { kind: 'rocm', address: '0000:03:00.0' },
    { kind: 'rocm', address: '0000:03:00.0' },
    { kind: 'cuda', address: '00000000:06:00.0' },
  ]);
  assert.equal(
    ['', 'gpu', 'rocm:', 'rocm:0', 'cpu:0000:03:00.0', 'auto:03:00.0', 'rocm:0000:03:00.9', 'rocm:../x'].map(
      parseDeviceRequest,
    ),
    Array.from({ length: 8 }, () => null),
  );
});

test.run();
