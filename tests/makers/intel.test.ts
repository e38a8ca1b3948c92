import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { machineOf, recorded } from '../devices/machine-text.ts';
import { reproducer } from '../../harness/bug-report/reproducer.ts';
import { chooseDevice, parseDeviceRequest } from '../../harness/devices/choose.ts';
import { discover } from '../../harness/devices/discover.ts';
import { knowledgeOf } from '../../harness/knowledge/probes.ts';
import type { Discovery, FoundDevice, Machine } from '../../harness/makers/found.ts';
import type { Instruments } from '../../harness/makers/instruments.ts';
import { makerOf } from '../../harness/makers/makers.ts';
import type { Collected } from '../../harness/model/attempt/collected.ts';
import { NoVerdictError } from '../../harness/model/errors.ts';
import { DeviceInfo } from '../../harness/model/events.ts';

const test = suite('cards of Intel');
const MACHINE = 'intel-cards';
const [ARC, BATTLEMAGE, GRAPHICS] = ['0000:03:00.0', '0000:0a:00.0', '0000:00:02.0'];

async function cards(machine: Machine): Promise<readonly FoundDevice[]> {
  return (await discover(machine)).devices.filter(({ kind }) => kind === 'xpu');
}

async function cardAt(address: string | undefined, more = ''): Promise<FoundDevice> {
  const found = (await cards(machineOf(recorded(MACHINE, more)))).find(({ pciAddress }) => pciAddress === address);
  assert.ok(found);
  return found;
}

function chosen(found: Discovery, request: string): string {
  const asked = parseDeviceRequest(request);
  assert.ok(asked, request);
  return chooseDevice(asked?.kind ?? 'cpu', found, asked?.address).name;
}

test('cards under i915 and xe, and the graphics in the processor, by PCI address', async () => {
  const found = await cards(machineOf(recorded(MACHINE)));
  assert.equal(
    found.map(({ name, pciAddress: at, integrated, vramMib, files, problem }) => [
      name,
      at,
      integrated,
      vramMib,
      files.join(),
      problem,
    ]),
    [
      ['Intel GPU (8086:a780)', GRAPHICS, true, null, '/dev/dri/renderD128', null],
      ['Intel Arc A770', ARC, false, 16_280, '/dev/dri/renderD130', null],
      ['Intel Arc B580', BATTLEMAGE, false, null, '/dev/dri/renderD129', null],
    ],
  );
});

test('what the journal keeps of a card: ids, driver, the limits of its engines, the link', async () => {
  const { details } = DeviceInfo.parse(await cardAt(ARC));
  assert.is(details?.pciIds, '8086:56a0 rev 08, board 8086:1020');
  assert.is(details?.driver, 'i915 of the kernel');
  assert.equal(details?.moduleParameters, {
    enable_hangcheck: 'Y',
    reset: '3',
    'ccs0.heartbeat_interval_ms': '2500',
    'ccs0.preempt_timeout_ms': '7500',
  });
  const other = DeviceInfo.parse(await cardAt(BATTLEMAGE));
  assert.is(other.details?.pcieLink, '16.0 GT/s x4, at best 16.0 GT/s x8');
  assert.equal(other.details?.moduleParameters, {
    wedged_mode: '1',
    'ccs.job_timeout_ms': '10000',
    'ccs.preempt_timeout_us': '640000',
  });
});

async function masks(more: string): Promise<readonly (string | undefined)[]> {
  const found = await cards(machineOf(recorded(MACHINE, more)));
  return found.map(({ variables }) => variables['ZE_AFFINITY_MASK']);
}

test('of several that can be opened each is bound by its place among them', async () => {
  assert.equal(await masks(''), ['0', '1', '2']);
  assert.equal(await masks('/dev/dri\n  renderD128 (absent)\n'), [undefined, '0', '1']);
  assert.is((await cardAt(ARC)).variables['ZE_ENABLE_PCI_ID_DEVICE_ORDER'], '1');
});

test('auto takes a card of Intel after those of the others, and its graphics never; by name both', async () => {
  const intel = recorded(MACHINE);
  assert.is(chosen(await discover(machineOf(intel)), 'auto'), 'Intel Arc A770');
  assert.is(chosen(await discover(machineOf(intel)), 'xpu'), 'Intel Arc A770');
  assert.is(chosen(await discover(machineOf(intel)), `xpu:${GRAPHICS}`), 'Intel GPU (8086:a780)');
  assert.match(chosen(await discover(machineOf(`${intel}\n${recorded('nvidia')}`)), 'auto'), 'NVIDIA');
  const inside = await discover(machineOf(`${intel}\n/sys/class/drm\n  card1 (absent)\n  card2 (absent)\n`));
  assert.is(chosen(inside, 'xpu'), 'Intel GPU (8086:a780)');
  assert.throws(
    () => chosen(inside, 'auto'),
    (error: unknown) => error instanceof NoVerdictError && error.message.includes('--device xpu takes that too'),
  );
});

for (const [what, more, problem] of [
  ['a file that is not there', '/dev/dri\n  renderD130 (absent)\n', '/dev/dri/renderD130 is absent'],
  [
    'no render file',
    `/sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:01.0/0000:03:00.0/drm\n  renderD130 (absent)\n`,
    'i915 made no render file',
  ],
] as const) {
  test(`${what} is the card's problem`, async () => {
    assert.match((await cardAt(ARC, more)).problem ?? '', problem);
  });
}

test('a card that no driver has taken is told of, graphics in the processor are not', async () => {
  const { looked } = await discover(
    machineOf(
      recorded(
        'no-card',
        `/sys/bus/pci/devices/${ARC}
  class = 0x038000
  device = 0xe20b
  vendor = 0x8086
`,
      ),
    ),
  );
  assert.equal(
    looked.filter(({ kind }) => kind === 'xpu').map(({ saw, mend }) => [saw, mend]),
    [
      ['no graphics with the driver i915 or xe', undefined],
      [`${ARC} (8086:e20b): a card of Intel that no driver has taken`, 'journalctl -k | grep -iE "i915|xe"'],
    ],
  );
});

/** Instruments that know these files, and what a tool prints. */
function instruments(files: Readonly<Record<string, string>>, printed = ''): Instruments {
  return {
    proc: '/proc',
    sys: '/sys',
    list: (folder) => [
      ...new Set(Object.keys(files).flatMap((path) => path.split(`${folder}/`)[1]?.split('/')[0] ?? [])),
    ],
    read: async (paths) => ({
      texts: new Map(paths.flatMap((path) => (files[path] === undefined ? [] : [[path, files[path] ?? '']]))),
      blocked: [],
    }),
    ask: async () => ({ kind: 'done', text: printed }),
  };
}

test('readings: clocks of either driver, temperatures by their labels', async () => {
  const folder = `/sys/bus/pci/devices/${BATTLEMAGE}`;
  const xe = {
    [`${folder}/tile0/gt0/freq0/act_freq`]: '2850',
    [`${folder}/hwmon/hwmon3/temp2_input`]: '61000',
    [`${folder}/hwmon/hwmon3/temp2_label`]: 'pkg',
    [`${folder}/hwmon/hwmon3/fan1_input`]: '1200',
  };
  const { readings } = makerOf('xpu');
  assert.equal((await readings(await cardAt(BATTLEMAGE), instruments(xe))).found.device, [
    { name: 'clock', value: 2850, unit: 'MHz' },
    { name: 'pkg temperature', value: 61, unit: '°C' },
    { name: 'fan', value: 1200, unit: 'rpm' },
  ]);
  const i915 = { [`/sys/bus/pci/devices/${ARC}/drm/card2/gt_act_freq_mhz`]: '300' };
  assert.equal((await readings(await cardAt(ARC), instruments(i915))).found.device, [
    { name: 'clock', value: 300, unit: 'MHz' },
  ]);
});

function counts(text: string): Promise<Collected> | undefined {
  return makerOf('xpu').counts?.([42], instruments({}, text));
}

test('what the kernel counts for each open file, each client once', async () => {
  const lines = ['drm-total-vram0:\t1179648 KiB', 'drm-cycles-ccs:\t28257900', 'drm-engine-compute:\t0 ns'];
  const printed = ['7', '8'].flatMap((fd) => lines.map((line) => `/proc/42/fdinfo/${fd}:${line}`)).join('\n');
  assert.equal((await counts(printed))?.found.kfd, [
    {
      pid: 42,
      readings: [
        { name: 'total vram0', value: 1_179_648, unit: 'KiB' },
        { name: 'cycles ccs', value: 28_257_900, unit: '' },
        { name: 'engine compute', value: 0, unit: 'ns' },
      ],
    },
  ]);
  assert.is((await counts(''))?.status, 'nothing');
});

test('the program of a bug report is for the card and empties its caches', () => {
  const operation = knowledgeOf('conv2d').reproduction({ in_channels: 3, out_channels: 8, size: 16 });
  if (operation.kind === 'nothing') throw new Error(operation.why);
  const parts = { operation, variables: [], switches: [], limitSeconds: 60, simulated: null };
  const program = reproducer({ device: 'xpu', ...parts });
  for (const part of ['torch.xpu.synchronize()', 'else "xpu"', 'SYCL_CACHE_DIR=empty, NEO_CACHE_DIR=empty'])
    assert.match(program, part);
  assert.not.match(program, 'cuda');
});

test.run();
