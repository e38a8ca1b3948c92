/** Families of surfaces on which larger is not worse, on some lines or on all. */
import { changed, isMonotone, surfaceOf, type Spot, type Surface, type Truth } from '../surface.ts';
import { plainSpace, someChannels, someVersions } from '../space.ts';
import { redrawn, squareRoot, stairs, type Family } from './monotone.ts';
import type { Random } from '../../search/random.ts';

function where(random: Random, hangs: (spot: Spot) => boolean): Surface {
  return surfaceOf(plainSpace(random), (spot): Truth => (hangs(spot) ? 'hang' : 'pass'));
}

/** Hangs between two limits and nowhere else, in some versions: of the size, which drifts with the channels, or of a product. Most often the largest size passes. */
function bands(random: Random): Surface {
  return random.chance(0.5) ? bandOfSizes(random) : bandOfProducts(random);
}

function bandOfSizes(random: Random): Surface {
  const [versions, isKind] = [someVersions(random), someChannels(random)];
  const [start, width, drift] = [1 + random.below(7), 1 + random.below(5), random.pick([0, 0, 0.3, -0.3])];
  const shifts = Array.from({ length: 8 }, () => (random.chance(0.3) ? random.below(3) - 1 : 0));
  return where(random, ({ version, fixed, row, place }) => {
    const first = start + (shifts[version] ?? 0) + Math.round(drift * row);
    return versions.has(version) && isKind(Number(fixed['channels'])) && place >= first && place < first + width;
  });
}

function bandOfProducts(random: Random): Surface {
  const versions = someVersions(random);
  const [power, least] = [random.pick([0.5, 1]), 2 ** (6 + 5 * random.next())];
  const largest = least * 2 ** (0.7 + 2 * random.next());
  return where(random, ({ version, fixed, size }) => {
    const weight = Number(fixed['channels']) ** power * size;
    return versions.has(version) && weight > least && weight <= largest;
  });
}

/** Sizes that are multiples of 24 hang, in other versions those of another number, in others none. */
function multiples(random: Random): Surface {
  const numbers = Array.from({ length: 8 }, () => random.pick([24, 24, 16, 32, 40, 1000]));
  return where(random, ({ version, size }) => size % (numbers[version] ?? 24) === 0);
}

/** In one of three settings every verdict is turned round. */
function turned(random: Random): Surface {
  const [versions, isKind, from] = [someVersions(random, 3), someChannels(random), 3 + random.below(7)];
  const odd = random.below(3);
  return surfaceOf(plainSpace(random, 3, ['default', 'first', 'second']), ({ version, setting, fixed, place }) => {
    const hangs = versions.has(version) && isKind(Number(fixed['channels'])) && place >= from;
    return hangs === (setting === odd) ? 'pass' : 'hang';
  });
}

function single(random: Random): Surface {
  const [version, row, place] = [random.below(8), random.below(10), random.below(12)];
  return where(random, (spot) => spot.version === version && spot.row === row && spot.place === place);
}

function checkerboard(random: Random): Surface {
  const [odd, square] = [random.below(2), random.pick([1, 1, 2])];
  const withVersions = random.chance(0.5);
  return where(random, ({ version, row, place }) => {
    return (Math.floor(place / square) + row + (withVersions ? version : 0)) % 2 === odd;
  });
}

/** Small sizes hang and large ones do not. */
function below(random: Random): Surface {
  const [versions, isKind] = [someVersions(random), someChannels(random)];
  const limits = Array.from({ length: 8 }, () => 1 + random.below(11));
  const common = random.chance(0.5);
  return where(random, ({ version, fixed, place }) => {
    const limit = limits[common ? 0 : version] ?? 6;
    return versions.has(version) && isKind(Number(fixed['channels'])) && place < limit;
  });
}

function noise(random: Random): Surface {
  const share = random.pick([0.05, 0.15, 0.3, 0.5]);
  return where(random, () => random.chance(share));
}

/** One to three cells next to each other, here and there. */
function spots(random: Random): Surface {
  const all = Array.from({ length: 2 + random.below(12) }, () => ({
    version: random.below(8),
    row: random.below(10),
    place: random.below(12),
    length: 1 + random.below(3),
  }));
  return where(random, (spot) =>
    all.some(
      ({ version, row, place, length }) =>
        spot.version === version && spot.row === row && spot.place >= place && spot.place < place + length,
    ),
  );
}

/** A size passes inside the region that hangs. */
function gap(random: Random): Surface {
  const [versions, isKind, from] = [someVersions(random), someChannels(random), 1 + random.below(7)];
  const hole = from + 1 + random.below(10 - from);
  const everywhere = random.chance(0.6);
  return where(random, ({ version, fixed, row, place }) => {
    const hangs = versions.has(version) && isKind(Number(fixed['channels'])) && place >= from;
    return hangs && !(place === hole && (everywhere || (row + version) % 3 === 0));
  });
}

/** One size hangs on every line of the versions that are bad. */
function oneSize(random: Random): Surface {
  const [versions, place] = [someVersions(random), random.below(12)];
  return where(random, (spot) => versions.has(spot.version) && spot.place === place);
}

/** A rule, and stretches of sizes that hang below its limit, in some versions and for channels of a kind. */
function islands(random: Random): Surface {
  const base = random.pick([squareRoot, redrawn, stairs])(random);
  const all = Array.from({ length: 1 + random.below(3) }, () => ({
    versions: someVersions(random),
    isKind: someChannels(random),
    from: random.below(9),
    length: 1 + random.below(3),
  }));
  return changed(base, (truth, line, place) => {
    const channels = Number(base.lines[line]?.fixed['channels']);
    const isOn = all.some(
      (one) =>
        one.versions.has(Math.floor(line / 10)) &&
        one.isKind(channels) &&
        place >= one.from &&
        place < one.from + one.length,
    );
    return isOn ? 'hang' : truth;
  });
}

/** A family's draw may come out with larger being worse everywhere: then it is drawn again. */
function truly(family: Family): Family {
  return (random) => {
    for (let draws = 1; draws <= 100; draws += 1) {
      const surface = family(random);
      if (!isMonotone(surface)) return surface;
    }
    throw new RangeError('a family that is never broken');
  };
}

export const BROKEN: Readonly<Record<string, Family>> = Object.fromEntries(
  Object.entries({
    bands,
    islands,
    multiples,
    turned,
    'single cell': single,
    checkerboard,
    below,
    noise,
    spots,
    gap,
    'one size': oneSize,
  }).map(([name, family]) => [name, truly(family)]),
);
