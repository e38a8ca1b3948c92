/**
 * Surfaces of known truth, by kind and seed. Each kind is a way in which hangs may depend on version, parameters and size; none of
 * them is told to the search.
 */
import type { Scalar } from '../../../harness/model/conditions.ts';
import type { Plane } from '../../search/surfaces.ts';
import { Random } from './random.ts';

export interface Surface {
  readonly plane: Plane;
  /** Whether the cells of a line hang, ascending; lines by environment, then parameters. */
  readonly bad: readonly (readonly boolean[])[];
}

const VERSIONS = ['5.0', '5.1', '5.2', '5.3', '5.4', '5.5', '5.6', '5.7', '6.0', '6.1', '6.2', '6.3', '6.4'];
const CHANNELS = [3, 8, 12, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64, 96, 128, 256];
const SIZES = [8, 16, 24, 32, 40, 48, 56, 64, 96, 128, 192, 256];

type Fixed = Plane['fixed'][number];

const byChannels: Plane = { environments: VERSIONS, fixed: CHANNELS.map((channels) => ({ channels })), sizes: SIZES };

/** `first`: place of the first hanging size of a line, the number of sizes for none. */
function monotone(plane: Plane, first: (version: number, fixed: Fixed, line: number) => number): Surface {
  const bad = plane.environments.flatMap((_, version) =>
    plane.fixed.map((fixed, line) => {
      const from = first(version, fixed, line);
      return plane.sizes.map((_size, place) => place >= from);
    }),
  );
  return { plane, bad };
}

const PREDICATES: readonly ((channels: number) => boolean)[] = [
  (channels) => Number.isInteger(Math.log2(channels)),
  (channels) => channels % 16 === 0,
  (channels) => channels % 32 === 0,
  (channels) => channels % 8 !== 0,
  (channels) => channels % 2 === 1,
  (channels) => channels >= 48,
  (channels) => channels < 20,
  () => true,
];

/** Versions in one or two stretches. */
function stretches(random: Random, count: number): ReadonlySet<number> {
  const from = random.below(count - 1);
  const length = 1 + random.below(count - from);
  const gap = random.chance(0.4) ? from + random.below(length) : -1;
  return new Set(Array.from({ length }, (_, step) => from + step).filter((version) => version !== gap));
}

/** One or two rules: in these versions, parameters of this kind hang from this size; now and then a version has a size of its own. */
function rules(seed: number): Surface {
  const random = new Random(seed);
  const all = Array.from({ length: 1 + random.below(2) }, () => {
    const size = 1 + random.below(SIZES.length - 1);
    return {
      versions: stretches(random, VERSIONS.length),
      holds: random.pick(PREDICATES),
      from: VERSIONS.map(() => (random.chance(0.15) ? random.below(SIZES.length) : size)),
    };
  });
  return monotone(byChannels, (version, { channels }) =>
    Math.min(
      SIZES.length,
      ...all.map(({ versions, holds, from }) =>
        versions.has(version) && holds(Number(channels)) ? (from[version] ?? 0) : SIZES.length,
      ),
    ),
  );
}

/** More channels hang earlier; versions shift the stairs, and some do not hang. */
function staircase(seed: number): Surface {
  const random = new Random(seed);
  let stairs: number[] = [];
  const draw = (): void => {
    let place = SIZES.length - random.below(4);
    stairs = CHANNELS.map(() => {
      if (random.chance(0.35)) place = Math.max(0, place - 1 - random.below(2));
      return place;
    });
  };
  draw();
  const versions = VERSIONS.map(() => {
    if (random.chance(0.2)) draw();
    const shift = random.chance(0.3) ? random.below(3) - 1 : 0;
    const healthy = random.chance(0.2);
    return stairs.map((place) => (healthy ? SIZES.length : Math.max(0, Math.min(SIZES.length, place + shift))));
  });
  return monotone(byChannels, (version, _fixed, line) => versions[version]?.[line] ?? 0);
}

const PAIRS = [
  [16, 32],
  [15, 31],
  [17, 33],
  [31, 63],
  [32, 64],
  [64, 128],
  [3, 16],
] as const;
const DENSE = [...Array.from({ length: 32 }, (_, step) => 8 * (step + 1)), 33, 42, 44].toSorted((a, b) => a - b);
const byPairs: Plane = {
  environments: VERSIONS,
  fixed: PAIRS.map(([first, second]) => ({ in_channels: first, out_channels: second })),
  sizes: DENSE,
};

function foundingNotes(): Surface {
  return monotone(byPairs, (version, { in_channels: channels }) => {
    const hangs = version >= 3 && version <= 9 && Number.isInteger(Math.log2(Number(channels)));
    if (!hangs || (version === 4 && channels !== 64)) return DENSE.length;
    return DENSE.findIndex((size) => size > (version === 4 ? 64 : 32));
  });
}

/** The im2col workspace is above 1 MiB, in every version. */
function measured(): Surface {
  return monotone(byPairs, (_version, { in_channels: channels }) => {
    const place = DENSE.findIndex((size) => Number(channels) * 36 * size * size > 2 ** 20);
    return place < 0 ? DENSE.length : place;
  });
}

/** A product of the parameters is above a limit that changes with the version; some types of number are spared. */
function products(seed: number): Surface {
  const random = new Random(seed);
  const fixed = [8, 16, 24, 32, 48, 64].flatMap((channels) =>
    ['float32', 'float16'].flatMap((dtype) => ['nchw', 'nhwc'].map((layout) => ({ channels, dtype, layout }))),
  );
  const sizes = Array.from({ length: 24 }, (_, step) => 8 * (step + 1));
  const plane: Plane = { environments: VERSIONS.slice(0, 6 + random.below(4)), fixed, sizes };
  const column: 'dtype' | 'layout' = random.chance(0.5) ? 'dtype' : 'layout';
  const spared: Scalar = random.pick(column === 'dtype' ? ['float32', 'float16'] : ['nchw', 'nhwc']);
  const limits = plane.environments.map(() => 2 ** (14 + random.below(2)));
  const healthy = plane.environments.map(() => random.chance(0.3));
  const [first = 0] = limits;
  return monotone(plane, (version, own) => {
    if (healthy[version] === true || own[column] === spared) return sizes.length;
    const limit = random.chance(0) ? 0 : version < 3 ? first : (limits[version] ?? first);
    const place = sizes.findIndex((size) => Number(own['channels']) * size * 8 > limit);
    return place < 0 ? sizes.length : place;
  });
}

/** Nothing to learn but how often lines hang. */
function randomMonotone(seed: number): Surface {
  const random = new Random(seed);
  const clear = random.next();
  return monotone(byChannels, () => (random.chance(clear) ? SIZES.length : random.below(SIZES.length)));
}

function changed(surface: Surface, change: (bad: readonly boolean[], line: number) => readonly boolean[]): Surface {
  return { ...surface, bad: surface.bad.map(change) };
}

/** Rules, and stretches of sizes that hang although larger ones pass: in some versions, for parameters of a kind. */
function islands(seed: number): Surface {
  const random = new Random(seed + 1000);
  const all = Array.from({ length: 1 + random.below(3) }, () => ({
    versions: stretches(random, VERSIONS.length),
    holds: random.pick(PREDICATES),
    from: random.below(SIZES.length - 3),
    length: 1 + random.below(3),
  }));
  return changed(rules(seed), (bad, line) => {
    const channels = CHANNELS[line % CHANNELS.length] ?? 0;
    const version = Math.floor(line / CHANNELS.length);
    return bad.map(
      (own, place) =>
        own ||
        all.some(
          (one) =>
            one.versions.has(version) && one.holds(channels) && place >= one.from && place < one.from + one.length,
        ),
    );
  });
}

/** Rules whose hangs end again at a larger size. */
function bands(seed: number): Surface {
  const random = new Random(seed + 2000);
  const until = 4 + random.below(SIZES.length - 5);
  const width = 1 + random.below(4);
  return changed(rules(seed), (bad) => {
    const end = Math.max(until, bad.indexOf(true) + width);
    return bad.map((own, place) => own && place < end);
  });
}

const TWO_LINES: Plane = {
  environments: ['5.2', '5.3'],
  fixed: [{ channels: 16 }],
  sizes: Array.from({ length: 16 }, (_, step) => 8 * (step + 1)),
};
const EIGHT_LINES: Plane = {
  environments: ['5.2', '5.3'],
  fixed: [8, 16, 24, 32].map((channels) => ({ channels })),
  sizes: SIZES,
};

/** Two in three lines hang: from a size on, in an island of one to three sizes, or in a band that ends where it may. The others hang from a size on, or not at all. */
function small(plane: Plane, kind: 'rules' | 'islands' | 'bands'): (seed: number) => Surface {
  return (seed) => {
    const random = new Random(seed + 3000);
    const count = plane.sizes.length;
    const from = 1 + random.below(count - 2);
    const until =
      kind === 'islands'
        ? Math.min(count, from + 1 + random.below(3))
        : kind === 'bands'
          ? from + 1 + random.below(count - from)
          : count;
    const lines = plane.environments.flatMap(() => plane.fixed.map(() => random.chance(0.67)));
    if (!lines.includes(true)) lines[0] = true;
    const bad = lines.map((hangs) => {
      if (hangs) return plane.sizes.map((_size, place) => place >= from && place < until);
      const other = random.chance(0.5) ? count : random.below(count);
      return plane.sizes.map((_size, place) => place >= other);
    });
    return { plane, bad };
  };
}

/** By name: a surface for each seed. */
export const KINDS = {
  rules,
  staircase,
  'founding-notes': foundingNotes,
  measured,
  products,
  random: randomMonotone,
  islands,
  bands,
  'two-lines-rules': small(TWO_LINES, 'rules'),
  'two-lines-islands': small(TWO_LINES, 'islands'),
  'two-lines-bands': small(TWO_LINES, 'bands'),
  'eight-lines-rules': small(EIGHT_LINES, 'rules'),
  'eight-lines-islands': small(EIGHT_LINES, 'islands'),
  'eight-lines-bands': small(EIGHT_LINES, 'bands'),
} as const satisfies Readonly<Record<string, (seed: number) => Surface>>;
export type Kind = keyof typeof KINDS;

/** Larger is worse on every line of these. */
export const MONOTONE: ReadonlySet<Kind> = new Set([
  'rules',
  'staircase',
  'founding-notes',
  'measured',
  'products',
  'random',
  'two-lines-rules',
  'eight-lines-rules',
]);

export function isMonotone(bad: readonly boolean[]): boolean {
  const first = bad.indexOf(true);
  return first < 0 || bad.slice(first).every(Boolean);
}
