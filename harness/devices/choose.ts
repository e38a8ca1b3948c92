/** Which of the devices found a run measures. Never a simulation and never the CPU unless asked for by name. Pure. */
import type { Discovery, FoundDevice } from '../makers/found.ts';
import { NoVerdictError } from '../model/errors.ts';
import { CARD_KINDS, DEVICE_CHOICES, DEVICE_KINDS, MAKERS, wantedName, type DeviceChoice } from '../model/makers.ts';

const THREE_WAYS = `there are three ways on:
  --device simulated   a simulated gfx1010: real processes with scripted fates; every output says SIMULATED
  --device cpu         real PyTorch on the CPU
  a box with a card    ${CARD_KINDS.map((kind) => MAKERS[kind].needs).join('; ')}`;

/** A kind of device, and the PCI address of one card where it must be that one. */
export interface DeviceRequest {
  readonly kind: DeviceChoice;
  readonly address: string | null;
}

const ADDRESS = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/;

/** "rocm", or "rocm:0000:03:00.0", or "rocm:03:00.0" in the domain 0000; null for anything else. */
export function parseDeviceRequest(text: string): DeviceRequest | null {
  const [word = '', ...rest] = text.toLowerCase().split(':');
  const kind = DEVICE_CHOICES.find((choice) => choice === word);
  if (kind === undefined) return null;
  if (rest.length === 0) return { kind, address: null };
  const match = ADDRESS.exec(rest.join(':'));
  if (match === null || kind === 'auto' || MAKERS[kind].nature !== 'card') return null;
  return { kind, address: `${match[1] ?? '0000'}:${match[2]}` };
}

/** The card at the address asked for. NoVerdictError `no-device` when it is not there or cannot be used; it lists the others. */
function cardAt(kind: DeviceChoice, address: string, found: Discovery): FoundDevice {
  const cards = found.devices.filter((device) => device.kind === kind);
  const card = cards.find(({ pciAddress }) => pciAddress === address);
  if (card !== undefined && card.problem === null) return card;
  const there = cards.map(
    ({ name, pciAddress, problem }) =>
      `  --device ${kind}:${pciAddress ?? 'unknown'} is ${name}${problem === null ? '' : `, which cannot be used: ${problem}`}`,
  );
  const none =
    there.length === 0
      ? found.looked.filter((look) => look.kind === kind).map(({ where, saw }) => `  looked at ${where}: ${saw}`)
      : [];
  throw new NoVerdictError(
    'no-device',
    [
      card === undefined ? `there is no ${kind} card at ${address}` : `the ${kind} card at ${address} cannot be used`,
      ...there,
      ...none,
    ].join('\n'),
    there.length === 0 ? THREE_WAYS : 'name one of these, or let bench choose: --device ' + kind,
  );
}

/**
 * auto takes a card of the first kind that has one, and graphics in the processor after all cards; of several cards the one with most memory.
 * `address`: it must be the card there. A simulated card is never found: its model makes it.
 * NoVerdictError `no-device` says what was looked for and names the ways on.
 */
export function chooseDevice(request: DeviceChoice, found: Discovery, address: string | null = null): FoundDevice {
  if (address !== null) return cardAt(request, address, found);
  const [best] = found.devices
    .filter((device) => device.problem === null && serves(device, request))
    .toSorted((a, b) => rank(a) - rank(b) || (b.vramMib ?? 0) - (a.vramMib ?? 0));
  if (best === undefined) throw noDevice(request, found);
  return best;
}

function serves({ kind, integrated }: FoundDevice, request: DeviceChoice): boolean {
  if (request !== 'auto') return kind === request;
  return CARD_KINDS.includes(kind) && (!integrated || MAKERS[kind].autoTakesGraphics);
}

function rank({ kind, integrated }: FoundDevice): number {
  return integrated ? DEVICE_KINDS.length : DEVICE_KINDS.indexOf(kind);
}

function noDevice(request: DeviceChoice, { devices, looked }: Discovery): NoVerdictError {
  const useless = devices.flatMap((device) =>
    serves(device, request) && device.problem !== null ? [`  found ${device.name}: ${device.problem}`] : [],
  );
  const places = looked
    .filter(({ kind }) => request === 'auto' || kind === request)
    .map(({ where, saw }) => `  looked at ${where}: ${saw}`);
  return new NoVerdictError(
    'no-device',
    [`no ${wantedName(request)} that could be used`, ...useless, ...places].join('\n'),
    THREE_WAYS,
  );
}
