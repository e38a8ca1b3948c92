/** The catalogue that comes with the program, put together from its data. */
import { KNOWN_SHA256, KNOWN_SIZES } from './known-files.ts';
import { AMD, CONTAINERS, LATER, NIGHTLY } from './other-channels.ts';
import { STABLE_ROWS, type StableRow } from './stable-rows.ts';
import { fileName, wheelId } from '../wheel-name.ts';
import type { Catalogue, Fact, Wheel, WheelFile } from '../types.ts';

export const SCRAPED = '2026-06-18';
const PLATFORMS = { linux: 'linux_x86_64', manylinux: 'manylinux_2_28_x86_64' } as const;

/** The public PyTorch index of one ROCm tag. */
export function publicIndex(rocm: string): string {
  return `https://download.pytorch.org/whl/rocm${rocm}`;
}

function stableWheel([
  torch,
  rocm,
  range,
  platformText,
  torchvision,
  miopen,
  gfx1030,
  lookup,
  onPage,
]: StableRow): Wheel {
  const id = wheelId({ torch, rocm });
  const platform = fact(platformText);
  const name = {
    torch,
    rocm,
    build: '',
    platform: platform.value.startsWith('many') ? PLATFORMS.manylinux : PLATFORMS.linux,
  };
  const known = KNOWN_SHA256[id] ?? {};
  const files = Object.entries(known).map(([python, sha256]): readonly [string, WheelFile] => [
    python,
    { name: fileName({ ...name, python }), url: null, sha256, size: null },
  ]);
  return {
    channel: 'stable',
    torch,
    rocm,
    build: '',
    index: publicIndex(rocm),
    pythons: tagsBetween(range),
    pythonsComplete: true,
    platform: { ...platform, value: name.platform },
    torchvision: fact(torchvision),
    miopen: fact(miopen),
    gfx1030: gfx1030 === 'yes',
    lookup,
    files: Object.fromEntries(files),
    size: KNOWN_SIZES[id] ?? null,
    onPage,
    source: `index scrape ${SCRAPED}`,
    note: null,
  };
}

/** "1.2?" is inferred, "1.2" confirmed. */
function fact(text: string): Fact<string> {
  return text.endsWith('?') ? { value: text.slice(0, -1), status: 'inferred' } : { value: text, status: 'confirmed' };
}

/** "cp38-cp310" → cp38, cp39, cp310 */
function tagsBetween(range: string): readonly string[] {
  const [first = 0, last = 0] = range.split('-').map((tag) => Number(tag.slice('cp3'.length)));
  return Array.from({ length: last - first + 1 }, (_, index) => `cp3${first + index}`);
}

export const BUILT_IN: Catalogue = {
  wheels: [...STABLE_ROWS.map(stableWheel), ...LATER, ...AMD, ...NIGHTLY],
  containers: CONTAINERS,
  updates: [],
};

/** MIOpen in the wheels of a ROCm tag; null for a tag that no stable wheel has. */
export function miopenOf(rocm: string): Fact<string> | null {
  return BUILT_IN.wheels.find((wheel) => wheel.channel === 'stable' && wheel.rocm === rocm)?.miopen ?? null;
}
