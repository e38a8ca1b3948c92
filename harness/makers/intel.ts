/**
 * Intel: cards of XPU, as the kernel's drivers i915 and xe show them in sysfs. Needs no oneAPI and starts nothing on the card.
 * No such card was at hand: the forms of the files are those of the kernel's documentation, ABI/testing/sysfs-driver-intel-{i915,xe}-hwmon,
 * and of its sources drivers/gpu/drm/{i915,xe}.
 */
import { basename, join } from 'node:path';
import { unknownDevice, type Discovery, type FoundDevice, type Look, type Machine } from './found.ts';
import type { Instruments } from './instruments.ts';
import type { CardFacts, Maker } from './maker.ts';
import { PCI_DEVICES, displayControllers, linkChain, linkFiles, linkText, pciIdText, pciReset } from './pci.ts';
import { renderChecks, renderProblem } from './render-files.ts';
import { sysfsReadings } from './sysfs-readings.ts';
import { ok, type Check } from '../model/check.ts';
import { found, nothing, without, type Collected } from '../model/attempt/collected.ts';
import type { DeviceDetails } from '../model/events.ts';
import type { Reading } from '../model/attempt/evidence.ts';

const DRM = '/sys/class/drm';
const INTEL = '0x8086';
const DRIVERS: ReadonlySet<string> = new Set(['i915', 'xe']);
const LOOK_FOR = 'journalctl -k | grep -iE "i915|xe"';

/** Cards by their device id, as the public PCI id list and Intel's hardware table name them; others go by their id. */
const NAMES: Readonly<Record<string, string>> = {
  '56a0': 'Arc A770',
  '56a1': 'Arc A750',
  '56a2': 'Arc A580',
  '56a5': 'Arc A380',
  '56a6': 'Arc A310',
  '56c0': 'Data Center GPU Flex 170',
  '56c1': 'Data Center GPU Flex 140',
  '0bd5': 'Data Center GPU Max 1550',
  '0bda': 'Data Center GPU Max 1100',
  e20b: 'Arc B580',
  e20c: 'Arc B570',
};

export const intel: Maker = {
  kind: 'xpu',
  discover,
  repair: ({ pciAddress }) => pciReset(pciAddress),
  readings: ({ pciAddress }, instruments) => sysfsReadings(instruments, pciAddress, clocks(instruments, pciAddress)),
  counts,
  container: { devices: ['/dev/dri'], options: [], groupsOf: ['/dev/dri/renderD128', '/dev/dri/card0'] },
  doctor: { access: accessChecks, card: cardChecks, shell: () => [], told: [] },
};

async function discover(machine: Machine): Promise<Discovery> {
  const names = (await machine.list(DRM)).filter((name) => /^card\d+$/.test(name));
  const gpus = (await Promise.all(names.map((name) => gpuAt(machine, name))))
    .filter((gpu) => gpu !== null)
    .toSorted((a, b) => ((a.pciAddress ?? '') < (b.pciAddress ?? '') ? -1 : 1));
  const inside = gpus.filter(({ integrated }) => integrated);
  const saw =
    gpus.length === 0
      ? 'no graphics with the driver i915 or xe'
      : `${gpus.length} GPUs of Intel${inside.length === 0 ? '' : `, ${inside.length} of them in the processor: --device xpu takes that too`}`;
  const looked: Look[] = [{ kind: 'xpu', where: DRM, saw }];
  if (gpus.length === inside.length) looked.push(...(await withoutDriver(machine)));
  return { devices: bound(gpus), looked };
}

/** Null where it is another maker's card. */
async function gpuAt(machine: Machine, name: string): Promise<FoundDevice | null> {
  const folder = `${DRM}/${name}/device`;
  const driver = basename((await machine.link(`${folder}/driver`)) ?? '');
  const address = basename((await machine.link(folder)) ?? '');
  if (!DRIVERS.has(driver) || address === '') return null;
  const ids = ['vendor', 'device', 'revision', 'subsystem_vendor', 'subsystem_device'];
  const settings = await settingFiles(machine, driver, `${DRM}/${name}`);
  const chain = await linkChain(machine, address);
  const memory = `${DRM}/${name}/lmem_total_bytes`;
  const { lines, answered } = await machine.lines([
    ...ids.map((id) => `${folder}/${id}`),
    memory,
    `/sys/module/${driver}/version`,
    ...settings.map(([, path]) => path),
    ...linkFiles(chain),
  ]);
  const [vendor, device, revision, boardVendor, board] = ids.map((id) => lines.get(`${folder}/${id}`));
  if (vendor !== undefined && vendor !== INTEL) return null;
  const bytes = lines.get(memory);
  const vramMib = bytes !== undefined && /^\d+$/.test(bytes) ? Math.round(Number(bytes) / 2 ** 20) : null;
  const id = device?.replace(/^0x/, '') ?? '';
  const version = lines.get(`/sys/module/${driver}/version`);
  const details: DeviceDetails = {
    vramMib,
    computeUnits: null,
    pciIds: pciIdText({ vendor, device, revision, boardVendor, board }),
    vbios: null,
    driver: version === undefined ? `${driver} of the kernel` : `${driver} ${version}`,
    firmware: {},
    moduleParameters: Object.fromEntries(
      settings.flatMap(([setting, path]) => {
        const value = lines.get(path);
        return value === undefined ? [] : [[setting, value]];
      }),
    ),
    pcieLink: linkText(chain, lines),
    pcieAtomics: null,
  };
  const render = (await machine.list(`${folder}/drm`)).find((one) => one.startsWith('renderD'));
  const file = render === undefined ? null : `/dev/dri/${render}`;
  return unknownDevice({
    kind: 'xpu',
    name: `Intel ${NAMES[id] ?? `GPU${id === '' ? '' : ` (8086:${id})`}`}`,
    pciAddress: address,
    details,
    problem: !answered
      ? `sysfs of ${address} does not answer: reboot`
      : file === null
        ? `${driver} made no render file: ${LOOK_FOR}`
        : renderProblem(file, await machine.access(file)),
    integrated: isOnFirstBus(address),
    vramMib,
    files: file === null ? [] : [file],
  });
}

/** What decides what becomes of a queue that hangs: parameters of the module, and the time limits of each kind of engine. */
async function settingFiles(
  machine: Machine,
  driver: string,
  card: string,
): Promise<readonly (readonly [setting: string, path: string])[]> {
  const names = ['enable_hangcheck', 'reset', 'enable_guc', 'force_probe', 'wedged_mode', 'request_timeout_ms'];
  const parameters = names.map((name) => [name, `/sys/module/${driver}/parameters/${name}`] as const);
  const [folder, limits] =
    driver === 'xe'
      ? [`${card}/device/tile0/gt0/engines`, ['job_timeout_ms', 'preempt_timeout_us']]
      : [`${card}/engine`, ['heartbeat_interval_ms', 'preempt_timeout_ms']];
  const engines = (await machine.list(folder)).filter((name) => /^[cr]cs\d*$/.test(name));
  return [
    ...parameters,
    ...engines.flatMap((engine) =>
      limits.map((limit) => [`${engine}.${limit}`, `${folder}/${engine}/${limit}`] as const),
    ),
  ];
}

/** The runtime counts what it may open; by PCI address once it is told to. */
function bound(gpus: readonly FoundDevice[]): readonly FoundDevice[] {
  const order = gpus.filter(({ problem }) => problem === null);
  return gpus.map((gpu) => {
    const index = order.indexOf(gpu);
    return order.length < 2 || index < 0
      ? gpu
      : { ...gpu, variables: { ZE_ENABLE_PCI_ID_DEVICE_ORDER: '1', ZE_AFFINITY_MASK: String(index) } };
  });
}

/** A card that no driver has taken is worth a word: an older kernel does not know it. */
async function withoutDriver(machine: Machine): Promise<readonly Look[]> {
  const cards = (await displayControllers(machine, '8086')).filter(({ address }) => !isOnFirstBus(address));
  const drivers = await Promise.all(cards.map(({ address }) => machine.link(`${PCI_DEVICES}/${address}/driver`)));
  const left = cards.filter((_, index) => drivers[index] === null);
  if (left.length === 0) return [];
  const named = left.map(({ address, ids }) => `${address} (${ids})`).join(', ');
  return [
    { kind: 'xpu', where: PCI_DEVICES, saw: `${named}: a card of Intel that no driver has taken`, mend: LOOK_FOR },
  ];
}

/** Where Intel's own graphics are; a card sits behind a bridge. */
function isOnFirstBus(address: string): boolean {
  return /^[0-9a-f]+:00:/.test(address);
}

function accessChecks(facts: CardFacts): readonly Check[] {
  return renderChecks(facts, ['/dev/dri'], LOOK_FOR);
}

function cardChecks({ details }: FoundDevice): readonly Check[] {
  const given = Object.entries(details?.moduleParameters ?? {}).map(([name, value]) => `${name}=${value}`);
  return [
    ok(
      'settings',
      details?.driver ?? 'Driver',
      given.length === 0 ? 'its settings cannot be read here' : given.join(' '),
    ),
  ];
}

const MEGAHERTZ = { name: 'clock', unit: 'MHz', divisor: 1 };

/** Of the first tile under xe; i915 keeps it beside the card's own file. */
function clocks({ sys, list }: Instruments, address: string | null): Record<string, typeof MEGAHERTZ> {
  const cards = address === null ? [] : list(join(sys, 'bus/pci/devices', address, 'drm'));
  return Object.fromEntries(
    ['tile0/gt0/freq0/act_freq', ...cards.map((card) => `drm/${card}/gt_act_freq_mhz`)].map((file) => [
      file,
      MEGAHERTZ,
    ]),
  );
}

const COUNTS_LIMIT_MS = 1000;
const MOST_READINGS = 24;

/** Memory and engine time of each process, which the kernel writes beside every open file of the card. */
async function counts(pids: readonly number[], { proc, ask }: Instruments): Promise<Collected> {
  const folders = pids.map((pid) => join(proc, String(pid), 'fdinfo'));
  const result = await ask('grep', ['-aHrsE', '^drm-(total|engine|cycles)-', '--', ...folders], COUNTS_LIMIT_MS);
  if (result.kind === 'missing') return without('tool-missing', 'grep is not on PATH');
  const byPid = new Map<number, Map<string, Reading>>();
  for (const [, path = '', name = '', text = '', unit = ''] of result.text.matchAll(
    /^(.*?):drm-([a-z]+-[\w-]+):\s*(\d+) ?(\w*)$/gm,
  )) {
    const pid = Number(path.slice(proc.length + 1).split('/')[0]);
    const readings = byPid.get(pid) ?? new Map<string, Reading>();
    // Two files of one client say the same.
    readings.set(name, { name: name.replaceAll('-', ' '), value: Number(text), unit });
    byPid.set(pid, readings);
  }
  const slow = result.kind === 'too-slow' ? 'the driver gave no answer to some of the files' : '';
  if (byPid.size === 0)
    return slow === '' ? nothing('no process of the attempt has the card open') : without('not-allowed', slow);
  return found(
    { kfd: [...byPid].map(([pid, readings]) => ({ pid, readings: [...readings.values()].slice(0, MOST_READINGS) })) },
    slow,
  );
}
