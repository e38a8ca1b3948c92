/** What discovery tells of whole machines: recorded or written by hand, see fixtures/machines/README.md. */
import { spawnSync, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layOut, machineOf, recorded } from './machine-text.ts';
import { discover } from '../../harness/devices/discover.ts';
import type { Discovery, FoundDevice } from '../../harness/makers/found.ts';
import { DeviceInfo } from '../../harness/model/events.ts';

const test = suite('details of devices');
const copies = mkdtempSync(join(tmpdir(), 'bench-details-'));
test.after(() => rmSync(copies, { recursive: true, force: true }));

const gpus = ({ devices }: Discovery): readonly FoundDevice[] => devices.filter(({ kind }) => kind !== 'cpu');
/** `more` as in recorded(). */
const at = (name: string, more = ''): Promise<Discovery> => discover(machineOf(recorded(name, more)));
const byAddress = (found: Discovery, address: string): FoundDevice | undefined =>
  found.devices.find(({ pciAddress }) => pciAddress === address);

/** The machine as real files. */
function copyOf(name: string): string {
  const root = mkdtempSync(join(copies, `${name}-`));
  layOut(recorded(name), root);
  return root;
}

test('a desktop with an RX 5600 XT: firmware, parameters, memory, and the link of the slot', async () => {
  const [card] = gpus(await at('desktop-rx5600xt'));
  if (card?.details === undefined) throw new Error('no details');
  const { firmware, moduleParameters, ...rest } = card.details;
  assert.equal([card.name, card.target, card.problem], ['AMD Radeon RX 5600 XT', 'gfx1010', null]);
  assert.equal(rest, {
    vramMib: 6128,
    computeUnits: 36,
    pciIds: '1002:731f rev ca, board 1da2:e411',
    vbios: '113-4E4111U-X4E',
    driver: 'amdgpu of the kernel',
    // The card's own registers say 16.0 GT/s: that is the link to the bridge on its own board.
    pcieLink: '8.0 GT/s x16, at best 16.0 GT/s x16',
    pcieAtomics: true,
  });
  assert.equal(
    [firmware['mec'], firmware['sdma'], 'vce' in firmware],
    ['0x00000090', '0x00000023', false],
    'what is not loaded is left out',
  );
  assert.equal(
    [moduleParameters['gpu_recovery'], moduleParameters['sched_policy'], moduleParameters['noretry']],
    ['0', '0', '-1'],
  );
  assert.not.ok('audio' in moduleParameters, 'parameters that have nothing to do with hangs are left out');
  DeviceInfo.parse(card);
});

test('a card whose node comes first and whose PCI address comes last: the runtime counts by node', async () => {
  const found = await at('card-before-apu');
  const [card, apu] = [byAddress(found, '0000:12:00.0'), byAddress(found, '0000:0c:00.0')];
  assert.equal([card?.target, card?.integrated, card?.variables], ['gfx1010', false, { ROCR_VISIBLE_DEVICES: '0' }]);
  assert.equal([apu?.target, apu?.integrated, apu?.variables], ['gfx1036', true, { ROCR_VISIBLE_DEVICES: '1' }]);
  assert.equal(
    [card?.details?.driver, card?.details?.pcieLink, card?.details?.pcieAtomics],
    ['amdgpu 6.8.5', '2.5 GT/s x8, at best 16.0 GT/s x8', false],
  );
  assert.equal(
    [apu?.name, apu?.details?.firmware, apu?.details?.vbios],
    ['AMD Radeon Graphics', {}, '102-RAPHAEL-008'],
  );
});

test('two same cards are told apart by PCI address, and bound by the order of the nodes', async () => {
  const found = await at('two-same-cards');
  assert.equal(byAddress(found, '0000:43:00.0')?.variables, { ROCR_VISIBLE_DEVICES: '0' });
  assert.equal(byAddress(found, '0000:0a:00.0')?.variables, { ROCR_VISIBLE_DEVICES: '1' });
});

test('a card whose render file cannot be opened has no index in the runtime', async () => {
  const found = await at('two-same-cards', '/dev/dri\n  renderD129 (absent)');
  assert.equal(byAddress(found, '0000:0a:00.0')?.variables, {}, 'it is the only one that the runtime sees');
  assert.match(byAddress(found, '0000:43:00.0')?.problem ?? '', /renderD129 is absent/);
});

test('firmware from debugfs where the driver has no folder for it', async () => {
  const found = await at(
    'card-before-apu',
    `
/sys/kernel/debug/dri/1
  amdgpu_firmware_info:
    VCE feature version: 0, firmware version: 0x00000000
    ME feature version: 38, firmware version: 0x0000000d
    RLC SRLC feature version: 1, firmware version: 0x00000001
    VBIOS version: 102-RAPHAEL-008
`,
  );
  assert.equal(byAddress(found, '0000:0c:00.0')?.details?.firmware, {
    me: '0x0000000d',
    rlc_srlc: '0x00000001',
  });
});

test('a broken topology: what can be understood is found, the rest is named, nothing throws', async () => {
  const found = await at('broken-topology');
  assert.match(
    found.looked.find(({ where }) => where.endsWith('/nodes'))?.saw ?? '',
    /6 nodes, 1 of them GPUs; nothing could be understood of node 1, 2, 4/,
  );
  const [card, ...rest] = gpus(found);
  assert.equal(rest, []);
  assert.equal(
    [card?.name, card?.target, card?.pciAddress, card?.vramMib, card?.problem],
    ['AMD navi10', null, null, null, null],
  );
  assert.equal([card?.details?.pciIds, card?.details?.computeUnits, card?.details?.pcieAtomics], [null, null, null]);
});

test('a container that shows the topology but not the card: memory from the topology, and what is missing', async () => {
  const [card] = gpus(await at('container-without-card-files'));
  assert.equal(
    [card?.target, card?.vramMib, card?.details?.vbios, card?.details?.driver],
    ['gfx1010', 6128, null, null],
  );
  assert.match(card?.problem ?? '', /renderD128 is absent.*container/);
});

test('a user without rights: /dev/kfd of another user that is closed by its mode', () => {
  const root = copyOf('desktop-rx5600xt');
  for (const folder of [copies, root]) chmodSync(folder, 0o755);
  chmodSync(join(root, 'dev/kfd'), userInfo().uid === 0 ? 0o600 : 0o000);
  // Root may open everything: there the looking is done by another user.
  const nobody = 65_534;
  if (userInfo().uid === 0) chownSync(join(root, 'dev/kfd'), 0, 0);
  const program = join(import.meta.dirname, '../fixtures/devices/print-discovery.ts');
  const who = userInfo().uid === 0 ? { uid: nobody, gid: nobody } : {};
  const result = spawnSync(process.execPath, ['--import', 'tsx', program, root], {
    encoding: 'utf8',
    timeout: 300_000,
    killSignal: 'SIGKILL',
    env: { ...process.env, TSX_DISABLE_CACHE: '1' },
    ...who,
  });
  assert.is(result.status, 0, result.stderr);
  const [card] = JSON.parse(result.stdout).devices;
  assert.equal(
    [card.name, card.details.vbios],
    ['AMD Radeon RX 5600 XT', '113-4E4111U-X4E'],
    'the facts need no rights',
  );
  assert.match(card.problem, /this user may not open \/dev\/kfd: .*render,video/);
});

for (const file of ['vbios_version', 'fw_version/smc_fw_version', 'current_link_speed']) {
  test(`a sick card whose ${file} never answers: what was read before counts, and the card is not used`, () => {
    const root = copyOf('desktop-rx5600xt');
    const real = join(root, 'sys/devices/pci0000:00/0000:00:03.1/0000:01:00.0/0000:02:00.0/0000:03:00.0', file);
    rmSync(real);
    execFileSync('mkfifo', [real]);
    const program = join(import.meta.dirname, '../fixtures/devices/print-discovery.ts');
    const result = spawnSync(process.execPath, ['--import', 'tsx', program, root], {
      encoding: 'utf8',
      timeout: 300_000,
      killSignal: 'SIGKILL',
    });
    assert.is(result.status, 0, `${result.stderr} ${result.signal}`);
    const [card] = JSON.parse(result.stdout).devices;
    assert.equal([card.target, card.details.vramMib], ['gfx1010', 6128]);
    assert.match(card.problem, /0000:03:00\.0 does not answer: reboot/);
  });
}

test('two NVIDIA cards: one bound by its UUID, the one that tells none by its place in PCI order', async () => {
  const found = await at('two-nvidia');
  const [first, second] = [byAddress(found, '0000:00:06.0'), byAddress(found, '0000:00:07.0')];
  assert.equal(first?.variables, { CUDA_VISIBLE_DEVICES: 'GPU-00000000-1111-2222-3333-444444444444' });
  assert.equal(second?.variables, { CUDA_DEVICE_ORDER: 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: '1' });
  assert.equal([first?.files, second?.files], [['/dev/nvidia1'], ['/dev/nvidia0']]);
  assert.equal(
    [first?.details?.driver, first?.details?.vbios, first?.details?.firmware],
    ['nvidia 580.159.04', '96.00.a5.00.1a', { gsp: '580.159.04' }],
  );
  assert.equal(
    [second?.details?.vbios, second?.details?.firmware, second?.details?.pcieLink],
    [null, {}, '32.0 GT/s x8, at best 32.0 GT/s x16'],
  );
});

test('what goes into the journal names no serial number, unique id or UUID', async () => {
  for (const name of ['desktop-rx5600xt', 'two-same-cards', 'two-nvidia']) {
    for (const device of gpus(await at(name)))
      assert.not.match(JSON.stringify(DeviceInfo.parse(device)), /GPU-|serial|unique/i);
  }
});

test('files with a name or a content of any kind do no harm', async () => {
  const [card] = gpus(
    await at(
      'desktop-rx5600xt',
      `
/sys/devices/pci0000:00/0000:00:03.1/0000:01:00.0/0000:02:00.0/0000:03:00.0
  vbios_version:
    A\\x00\\xff\\x1b[31m
    B
  mem_info_vram_total = many
  subsystem_vendor (empty)
`,
    ),
  );
  assert.equal([card?.vramMib, card?.details?.pciIds], [6128, '1002:731f rev ca'], 'the topology knows the memory');
  DeviceInfo.parse(card);
});

test.run();
