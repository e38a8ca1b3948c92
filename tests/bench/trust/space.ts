/** The space of a surface: 8 versions, 10 lines in each, 12 sizes; which numbers these are is drawn, for a search may lean on them. */
import type { Space } from './surface.ts';
import type { Random } from '../search/random.ts';

const CHANNELS = [
  [3, 4, 8, 12, 16, 24, 32, 48, 64, 96],
  [8, 16, 24, 32, 40, 48, 64, 72, 96, 128],
  [1, 2, 3, 5, 8, 13, 21, 34, 55, 89],
  [15, 16, 17, 31, 32, 33, 63, 64, 65, 128],
  [16, 32, 48, 64, 80, 96, 112, 128, 192, 256],
] as const;

const SIZES = [
  [8, 12, 16, 24, 32, 40, 48, 64, 72, 96, 120, 128],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128],
  [8, 20, 24, 33, 43, 48, 56, 64, 72, 88, 104, 128],
] as const;

/** `versions` times 10 channel counts times 12 sizes in each of `settings`. */
export function plainSpace(random: Random, versions = 8, settings: readonly string[] = ['default']): Space {
  return {
    environments: Array.from({ length: versions }, (_, index) => `5.${index}`),
    settings,
    fixed: { channels: random.pick(CHANNELS) },
    sizes: random.pick(SIZES),
  };
}

/** Two parameters instead of one: 5 channel counts and 2 kernels. */
export function pairedSpace(random: Random): Space {
  const plain = plainSpace(random);
  const channels = (plain.fixed['channels'] ?? []).filter((_, index) => index % 2 === 1);
  return {
    ...plain,
    fixed: {
      channels,
      kernel: random.pick([
        [1, 3],
        [3, 5],
        [2, 7],
      ]),
    },
  };
}

/** A stretch of versions, now and then with a gap, as regressions that were fixed and came back. */
export function someVersions(random: Random, count = 8): ReadonlySet<number> {
  const from = random.below(count - 1);
  const length = 1 + random.below(count - from);
  const gap = random.chance(0.3) ? from + random.below(length) : -1;
  return new Set(Array.from({ length }, (_, step) => from + step).filter((version) => version !== gap));
}

/** Some channel counts, by a property that a cause may have. */
export function someChannels(random: Random): (channels: number) => boolean {
  const least = random.pick([8, 16, 24, 32]);
  const divisor = random.pick([8, 16, 24]);
  return random.pick<(channels: number) => boolean>([
    () => true,
    (channels) => channels >= least,
    (channels) => channels < least,
    (channels) => channels % divisor === 0,
    (channels) => Number.isInteger(Math.log2(channels)),
    (channels) => channels % 2 === 1,
  ]);
}
