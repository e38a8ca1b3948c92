import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layOut, machineOf, recorded } from './machine-text.ts';
import { discover } from '../../harness/devices/discover.ts';
import type { Discovery } from '../../harness/makers/found.ts';
import { gfxTarget, pciAddress } from '../../harness/makers/amd/kfd.ts';
import { machineAt } from '../../harness/devices/machine.ts';

const test = suite('device discovery');
const copies = mkdtempSync(join(tmpdir(), 'bench-sysfs-'));
test.after(() => rmSync(copies, { recursive: true, force: true }));

/** `more` as in recorded(). */
const at = (name: string, more = ''): Promise<Discovery> => discover(machineOf(recorded(name, more)));
const gpus = ({ devices }: Discovery): Discovery['devices'] => devices.filter(({ kind }) => kind !== 'cpu');
const saw = ({ looked }: Discovery, where: string): string => looked.find((look) => look.where === where)?.saw ?? '';

test('an RX 5600 XT', async () => {
  const found = await at('rx5600xt');
  const [{ details, ...card } = { details: null }, ...rest] = gpus(found);
  assert.equal(rest, []);
  assert.is(details?.driver, null, "a tree without the driver's folder");
  assert.equal(
    [card],
    [
      {
        kind: 'rocm',
        name: 'AMD Radeon RX 5600 XT',
        target: 'gfx1010',
        pciAddress: '0000:03:00.0',
        simulation: null,
        problem: null,
        integrated: false,
        vramMib: 6128,
        files: ['/dev/dri/renderD128'],
        variables: {},
      },
    ],
  );
  assert.is(found.devices.at(-1)?.name, 'AMD Ryzen 5 3600 6-Core Processor');
});

test('a card beside the graphics in the processor: both are found and can be told apart for the runtime', async () => {
  const [integrated, card] = gpus(await at('igpu-and-card'));
  assert.equal(
    [integrated?.target, integrated?.integrated, integrated?.variables],
    ['gfx1036', true, { ROCR_VISIBLE_DEVICES: '0' }],
  );
  assert.equal([card?.target, card?.integrated, card?.variables], ['gfx1010', false, { ROCR_VISIBLE_DEVICES: '1' }]);
  assert.match(card?.name ?? '', /navi10.*1002:731f rev ca/, 'without a table the chip and its ids are the name');
});

test('a box without a card has its CPU, and says where it looked', async () => {
  const found = await at('no-card');
  assert.equal(
    found.devices.map(({ kind, name }) => [kind, name]),
    [['cpu', 'Intel(R) Core(TM) i5-6500 CPU @ 3.20GHz']],
  );
  assert.is(saw(found, '/dev/kfd'), 'absent');
  assert.is(saw(found, '/sys/bus/pci/devices'), 'no AMD display controller');
  assert.ok(found.looked.some(({ kind }) => kind === 'cuda'));
});

test('a card that the driver refuses is named', async () => {
  const found = await at('refused-by-driver');
  assert.equal(gpus(found), []);
  assert.match(saw(found, '/sys/bus/pci/devices'), /^0000:03:00\.0 \(1002:731f\): .*journalctl -k/);
});

for (const path of ['/dev/kfd', '/dev/dri/renderD128']) {
  test(`${path} closed to this user: the card is found with the way to open it`, async () => {
    const [card] = gpus(await at('rx5600xt', `/\n  ${path.slice(1)} (closed)`));
    assert.is(card?.target, 'gfx1010');
    assert.ok(card?.problem?.includes(path) === true && card.problem.includes('render,video'), card?.problem ?? '');
  });
}

test('a container without the device files is told', async () => {
  const [card] = gpus(await at('rx5600xt', '/\n  dev (absent)'));
  assert.match(card?.problem ?? '', /\/dev\/kfd is absent/);
});

for (const [what, file] of [
  ['of the topology', 'sys/class/kfd/kfd/topology/nodes/1/properties'],
  ['of the card', 'sys/class/drm/renderD128/device/mem_info_vram_total'],
] as const) {
  test(`a file ${what} that never answers does not hold discovery up, nor keep the process from ending`, () => {
    const root = join(copies, file.replaceAll('/', '-'));
    layOut(recorded('rx5600xt'), root);
    rmSync(join(root, file));
    // A pipe that nobody writes blocks its reader as a sick card does.
    execFileSync('mkfifo', [join(root, file)]);
    const program = join(import.meta.dirname, '../fixtures/devices/print-discovery.ts');
    const result = spawnSync(process.execPath, ['--import', 'tsx', program, root], {
      encoding: 'utf8',
      timeout: 300_000,
      killSignal: 'SIGKILL',
    });
    assert.is(result.status, 0, `${result.stderr} ${result.signal}`);
    const [card] = JSON.parse(result.stdout).devices;
    assert.is(card.kind, 'rocm');
    assert.match(card.problem, /does not answer.*reboot/);
  });
}

test('an NVIDIA card', async () => {
  const [card, ...rest] = gpus(await at('nvidia'));
  assert.equal(rest, []);
  assert.equal(
    [card?.kind, card?.name, card?.pciAddress, card?.problem],
    ['cuda', 'NVIDIA H200', '0000:00:06.0', null],
  );
});

test('an NVIDIA card that this user may not open', async () => {
  const [card] = gpus(await at('nvidia', '/dev\n  nvidia0 (closed)'));
  assert.match(card?.problem ?? '', /\/dev\/nvidia0/);
});

test('an NVIDIA card in a container that hides /proc/driver', async () => {
  const [card] = gpus(await at('nvidia-in-container'));
  assert.equal([card?.kind, card?.pciAddress, card?.problem], ['cuda', null, null]);
});

test('an empty root has a CPU all the same', async () => {
  assert.equal(
    (await discover(machineAt(join(copies, 'none')))).devices.map(({ kind }) => kind),
    ['cpu'],
  );
});

test('targets and addresses are written as the field writes them', () => {
  assert.equal([100_100, 100_300, 90_010, 90_402, 80_003, 110_000, 120_001, 0].map(gfxTarget), [
    'gfx1010',
    'gfx1030',
    'gfx90a',
    'gfx942',
    'gfx803',
    'gfx1100',
    'gfx1201',
    null,
  ]);
  assert.equal(
    [pciAddress(0, 0x0300), pciAddress(0, 0x0c00), pciAddress(1, 0x4a0b)],
    ['0000:03:00.0', '0000:0c:00.0', '0001:4a:01.3'],
  );
});

test.run();
