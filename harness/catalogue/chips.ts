/**
 * For which chips a wheel of the public index holds code, and as which chip a card poses. From the history of PYTORCH_ROCM_ARCH in
 * pytorch/builder (manywheel/build_docker.sh, head f4cfb7069fd795cee288be13804d183f65dedb4f).
 */
import { compareVersions } from './order.ts';
import type { Wheel } from './types.ts';

/** ROCm tag from which the wheels hold code for the chip; 0: from the first wheel on. */
const SINCE: Readonly<Record<string, string>> = {
  gfx900: '0',
  gfx906: '0',
  gfx908: '0',
  gfx1030: '4.3',
  gfx90a: '4.3',
  gfx1100: '5.5',
  gfx942: '6.0',
};
/** Came after ROCm 6.0; with which tag is not known. */
const AFTER_6_0: ReadonlySet<string> = new Set([
  'gfx1101',
  'gfx1102',
  'gfx1200',
  'gfx1201',
  'gfx950',
  'gfx1150',
  'gfx1151',
]);
/** Never in a wheel of the public index (pytorch issue 132570 shows the object list). */
const NEVER: ReadonlySet<string> = new Set(['gfx1010', 'gfx1011', 'gfx1012']);

/** The channels that are built by pytorch/builder. */
const PUBLIC: ReadonlySet<string> = new Set(['stable', 'later', 'nightly']);

/** null: not known. */
export function holdsCode(wheel: Pick<Wheel, 'channel' | 'rocm' | 'gfx1030'>, chip: string): boolean | null {
  if (wheel.channel === 'gfx1010') return NEVER.has(chip) ? true : null;
  if (chip === 'gfx1030') return wheel.gfx1030;
  if (!PUBLIC.has(wheel.channel)) return null;
  if (NEVER.has(chip)) return false;
  const since = SINCE[chip];
  if (since !== undefined) return compareVersions(wheel.rocm, since) >= 0;
  return AFTER_6_0.has(chip) && compareVersions(wheel.rocm, '6.0') <= 0 ? false : null;
}

/** Whether a wheel of the public index with this ROCm tag holds gfx1030 code; null for tags newer than the newest that was looked at. */
export function publicGfx1030(rocm: string): boolean | null {
  if (compareVersions(rocm, '4.3') < 0) return false;
  return compareVersions(rocm, '7.3') < 0 ? true : null;
}

/** The chip that HSA_OVERRIDE_GFX_VERSION stands for: "10.3.0" → "gfx1030", "9.0.10" → "gfx90a". null for what is no such version. */
export function overriddenChip(value: string): string | null {
  const [, major, minor, stepping] = /^(\d{1,2})\.(\d{1,2})\.(\d{1,2})$/.exec(value.trim()) ?? [];
  return major === undefined ? null : `gfx${major}${Number(minor).toString(16)}${Number(stepping).toString(16)}`;
}

/** RDNA1 cards run gfx1030 code when they pose as one: the only value that ever worked on them. */
export const OVERRIDE = { value: '10.3.0', chip: 'gfx1030', cards: ['gfx1010', 'gfx1011', 'gfx1012'] } as const;

export type Service = 'native' | 'override' | 'none' | 'unknown';

/** How a card can run a wheel: by code of its own, posing as gfx1030, or not at all. */
export function serves(wheel: Pick<Wheel, 'channel' | 'rocm' | 'gfx1030'>, card: string): Service {
  const own = holdsCode(wheel, card);
  if (own === true) return 'native';
  if (OVERRIDE.cards.some((one) => one === card) && wheel.gfx1030 !== null) return wheel.gfx1030 ? 'override' : 'none';
  return own === false ? 'none' : 'unknown';
}

/** "gfx1010", however it is written; null for what is no name of a chip. */
export function chipName(text: string): string | null {
  const name = text.trim().toLowerCase().replace(/:.*$/, '');
  return /^gfx[0-9a-f]{3,4}$/.test(name) ? name : null;
}
