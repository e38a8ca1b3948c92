/** The user's own part of the catalogue: what indexes listed when they were read, and how it adds to what comes with the program. */
import { z } from 'zod';
import { miopenOf } from './rows/built-in.ts';
import { publicGfx1030 } from './chips.ts';
import { isNightly } from './rows/files.ts';
import { compareTags } from './order.ts';
import { parseFileName, type WheelName } from './wheel-name.ts';
import type { Catalogue, Wheel, WheelFile } from './types.ts';

const FoundFile = z.strictObject({
  /** Decoded; names a CPython wheel of torch for ROCm. */
  name: z
    .string()
    .max(300)
    .refine((name) => parseFileName(name) !== null, { error: 'names no torch wheel for ROCm' }),
  url: z.url({ protocol: /^https?$/ }).max(2000),
  /** What pip is given to find it. */
  index: z.url({ protocol: /^https?$/ }).max(2000),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  bytes: z.int().nonnegative().nullable(),
});
export type FoundFile = z.infer<typeof FoundFile>;

/** Of one index. */
export const MOST_FILES = 20_000;
const MOST_INDEXES = 50;

export const UserPart = z.strictObject({
  schema: z.literal(1),
  /** One for each index that was read, the newest state of it. */
  indexes: z
    .array(
      z.strictObject({
        index: z.url({ protocol: /^https?$/ }).max(2000),
        fetched: z.iso.datetime(),
        files: z.array(FoundFile).max(MOST_FILES),
      }),
    )
    .max(MOST_INDEXES),
});
export type UserPart = z.infer<typeof UserPart>;
export type ReadIndex = UserPart['indexes'][number];

/** What an index listed replaces what it listed before. */
export function withIndex(part: UserPart, read: ReadIndex): UserPart {
  return {
    schema: 1,
    indexes: [...part.indexes.filter(({ index }) => index !== read.index), read].slice(-MOST_INDEXES),
  };
}

/** Adds Pythons, checksums, sizes and new wheels; takes nothing away, for an index may list a part of what there is. */
export function merged(catalogue: Catalogue, part: UserPart): Catalogue {
  const wheels = new Map(catalogue.wheels.map((wheel) => [keyOf(wheel.channel, wheel), wheel]));
  for (const { index, fetched, files } of part.indexes) {
    const source = `${index}, ${fetched.slice(0, 10)}`;
    for (const file of files) {
      const name = parseFileName(file.name);
      if (name === null) continue;
      const channel = channelOf(name, index);
      const key = keyOf(channel, name);
      const known = wheels.get(key);
      wheels.set(key, known === undefined ? newWheel(name, file, channel, source) : withFile(known, name, file));
    }
  }
  const updates = part.indexes.map(({ index, fetched }) => ({ index, fetched }));
  return { ...catalogue, wheels: [...wheels.values()], updates: [...catalogue.updates, ...updates] };
}

/** A stable wheel is the same one whether it was in the list or came later. */
function keyOf(channel: Wheel['channel'], { torch, rocm, build }: Pick<Wheel, 'torch' | 'rocm' | 'build'>): string {
  return `${channel === 'later' ? 'stable' : channel} ${torch}+${rocm}${build}`;
}

function withFile(known: Wheel, name: WheelName, file: FoundFile): Wheel {
  const sha256 = known.files[name.python]?.sha256 ?? file.sha256;
  return {
    ...known,
    pythons: known.pythons.includes(name.python)
      ? known.pythons
      : [...known.pythons, name.python].toSorted(compareTags),
    platform:
      known.platform === null || known.platform.value === name.platform
        ? { value: name.platform, status: 'confirmed' }
        : known.platform,
    // A checksum that comes with the program stands: an index that differs from it serves another file.
    files: { ...known.files, [name.python]: { ...fileOf(file), sha256 } },
  };
}

function newWheel(name: WheelName, file: FoundFile, channel: Wheel['channel'], source: string): Wheel {
  const { torch, rocm, build, python, platform } = name;
  const isPublic = channel === 'later' || channel === 'nightly';
  return {
    channel,
    torch,
    rocm,
    build,
    index: file.index,
    pythons: [python],
    pythonsComplete: false,
    platform: { value: platform, status: 'confirmed' },
    torchvision: null,
    miopen: isPublic ? inferred(miopenOf(rocm)?.value) : null,
    gfx1030: isPublic ? publicGfx1030(rocm) : null,
    lookup: null,
    files: { [python]: fileOf(file) },
    size: null,
    onPage: 'unchecked',
    source,
    note: null,
  };
}

function inferred(value: string | undefined): Wheel['miopen'] {
  return value === undefined ? null : { value, status: 'inferred' };
}

function fileOf({ name, url, sha256, bytes }: FoundFile): WheelFile {
  return { name, url, sha256, size: bytes === null ? null : { bytes, quality: 'exact' } };
}

/** A build of AMD's has a mark of its own behind the ROCm tag; its indexes are known by their host. */
function channelOf({ torch, build }: WheelName, index: string): Wheel['channel'] {
  const { hostname } = new URL(index);
  if (hostname === 'rocm.nightlies.amd.com') return 'gfx1010';
  if (hostname === 'repo.radeon.com' || /git/.test(build)) return 'amd';
  return isNightly(torch) ? 'nightly' : 'later';
}
