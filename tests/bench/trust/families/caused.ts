/** Surfaces with a cause that a rule can say, with two that cannot be told apart, and with none. Their rules hold beyond the matrix too. */
import { surfaceOf, type Place, type Space, type Surface, type Truth } from '../surface.ts';
import type { Random } from '../../search/random.ts';

/** torch and ROCm change at the same steps. */
const WHEELS = [
  ['1.13.1', '5.2'],
  ['2.0.1', '5.3'],
  ['2.1.2', '5.5'],
  ['2.2.2', '5.6'],
  ['2.3.1', '5.7'],
  ['2.4.1', '6.0'],
  ['2.5.1', '6.1'],
  ['2.9.1', '6.4'],
] as const;
const CHANNELS = [
  [3, 6, 8, 12, 16, 21, 24, 32, 48, 60],
  [4, 9, 12, 16, 18, 24, 30, 36, 48, 72],
  [2, 5, 8, 15, 24, 32, 40, 45, 48, 64],
] as const;
const SIZES = [8, 16, 20, 24, 32, 40, 48, 56, 64, 72, 96, 128] as const;

interface Numbers {
  readonly channels: number;
  readonly threads: number;
  readonly size: number;
  readonly version: number;
}

type Cause = (random: Random) => { readonly space: Space; readonly hangs: (numbers: Numbers) => boolean };

function space(random: Random, versions: number, threads: readonly number[] = [1]): Space {
  const wheels = WHEELS.slice(0, versions);
  const channels = random.pick(CHANNELS);
  return {
    environments: wheels.map(([torch]) => torch),
    wheels,
    settings: ['default'],
    fixed: threads.length > 1 ? { channels: channels.filter((_, index) => index % 2 === 0), threads } : { channels },
    sizes: SIZES,
  };
}

function caused(cause: Cause): (random: Random) => Surface {
  return (random) => {
    const { space: own, hangs } = cause(random);
    const truth = ({ environment, case: parameters }: Place): Truth => {
      const version = own.environments.indexOf(environment);
      const [channels, threads, size] = ['channels', 'threads', 'size'].map((name) => Number(parameters[name] ?? 1));
      return hangs({ channels: channels ?? 1, threads: threads ?? 1, size: size ?? 1, version }) ? 'hang' : 'pass';
    };
    const rule = ({ version, fixed, size }: { version: number; fixed: Place['case']; size: number }): Truth =>
      truth({ environment: own.environments[version] ?? '', setting: 'default', case: { ...fixed, size } });
    return surfaceOf(own, rule, truth);
  };
}

/** Between a quarter and three quarters of what the space can reach. */
function within(random: Random, least: number, largest: number): number {
  return Math.round(least * (largest / least) ** (0.35 + 0.4 * random.next()));
}

const DIVIDED = (of: number) => (random: Random) => {
  const limit = random.pick([16, 24, 40, 56]);
  const hangs = ({ channels, size }: Numbers): boolean => channels % of === 0 && size > limit;
  return { space: space(random, 2), hangs };
};

/** Rules that an explanation should be able to say. */
export const PLANTED: Readonly<Record<string, (random: Random) => Surface>> = Object.fromEntries(
  Object.entries<Cause>({
    'channels x size x size': (random) => {
      const limit = within(random, 200, 1_000_000);
      return { space: space(random, 2), hangs: ({ channels, size }) => channels * size * size > limit };
    },
    'product of three': (random) => {
      const limit = within(random, 60, 60_000);
      const own = space(random, 2, [1, 3, 4, 8]);
      return { space: own, hangs: ({ channels, threads, size }) => channels * threads * size > limit };
    },
    sum: (random) => {
      const limit = 40 + random.below(80);
      return { space: space(random, 2), hangs: ({ channels, size }) => channels + size > limit };
    },
    'multiple of 3': DIVIDED(3),
    'multiple of 12': DIVIDED(12),
    'multiple of 24': DIVIDED(24),
    or: (random) => {
      const [limit, from, least] = [random.pick([24, 40, 56]), 2 + random.below(2), random.pick([32, 45])];
      const hangs = ({ channels, size, version }: Numbers): boolean =>
        size > limit && (channels >= least || version >= from);
      return { space: space(random, 4), hangs };
    },
    'versions and size': (random) => {
      const [from, limit] = [1 + random.below(2), random.pick([24, 40, 56])];
      return { space: space(random, 4), hangs: ({ size, version }) => version >= from && size > limit };
    },
  }).map(([name, cause]) => [name, caused(cause)]),
);

/** The cause is in ROCm, or in torch: nobody can tell, for both change at the same steps. */
export const TWIN: (random: Random) => Surface = caused((random) => {
  const [from, limit] = [1 + random.below(6), random.pick([8, 24, 40])];
  const until = from + 1 + random.below(8 - from);
  return { space: space(random, 8), hangs: ({ size, version }) => version >= from && version < until && size > limit };
});

/** Chance alone: whole lines, lines from a size of their own, lines from one size, single cells. Beyond the matrix by the same chance. */
export const CHANCE: Readonly<Record<string, (random: Random) => Surface>> = {
  'lines by chance': (random) => byChance(random, () => 0),
  'lines by chance, each from its size': (random) => byChance(random, () => random.below(12)),
  'lines by chance, from one size': (random) => {
    const place = 1 + random.below(10);
    return byChance(random, () => place);
  },
  'cells by chance': (random) => {
    const share = random.pick([0.1, 0.3, 0.5]);
    return surfaceOf(
      space(random, random.pick([1, 2, 8])),
      () => (random.chance(share) ? 'hang' : 'pass'),
      () => (random.chance(share) ? 'hang' : 'pass'),
    );
  },
};

function byChance(random: Random, first: () => number): Surface {
  const own = random.chance(0.3) ? space(random, 1, [1, 3, 4, 8]) : space(random, random.pick([1, 2, 8]));
  const share = random.pick([0.2, 0.4, 0.6]);
  const lines = new Map<string, number>();
  return surfaceOf(
    own,
    ({ version, row, place }) => {
      const key = `${version} ${row}`;
      const from = lines.get(key) ?? (random.chance(share) ? first() : SIZES.length);
      lines.set(key, from);
      return place >= from ? 'hang' : 'pass';
    },
    () => (random.chance(share / 2) ? 'hang' : 'pass'),
  );
}
