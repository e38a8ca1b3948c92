/** Families of surfaces on which larger is worse along every line. */
import { changed, surfaceOf, type Space, type Spot, type Surface, type Truth } from '../surface.ts';
import { pairedSpace, plainSpace, someChannels, someVersions } from '../space.ts';
import type { Random } from '../../search/random.ts';

export type Family = (random: Random) => Surface;

function channelsOf({ fixed }: Spot): number {
  return Number(fixed['channels']);
}

/** Hangs from a place on, 0 to the number of sizes. */
function from(space: Space, place: (spot: Spot) => number): Surface {
  return surfaceOf(space, (spot): Truth => (spot.place >= place(spot) ? 'hang' : 'pass'));
}

/** The limit falls with the square root of the channels; versions are spared, or have a limit of their own. */
export function squareRoot(random: Random): Surface {
  const space = plainSpace(random);
  const versions = someVersions(random);
  const limits = space.environments.map(() => 150 + random.below(450));
  const [common = 300] = limits;
  const own = random.chance(0.3);
  return surfaceOf(space, (spot) => {
    const limit = own ? (limits[spot.version] ?? common) : common;
    return versions.has(spot.version) && spot.size * Math.sqrt(channelsOf(spot)) > limit ? 'hang' : 'pass';
  });
}

/** A product of two parameters and the size is above a limit. */
export function product(random: Random): Surface {
  const space = pairedSpace(random);
  const versions = someVersions(random);
  const limit = 2 ** (9 + random.below(5)) * (1 + random.next());
  const power = random.pick([1, 1, 2]);
  return surfaceOf(space, (spot) => {
    const weight = channelsOf(spot) * Number(spot.fixed['kernel']) * (spot.size / 8) ** power;
    return versions.has(spot.version) && weight * 8 > limit ? 'hang' : 'pass';
  });
}

/** A limit drawn anew for each version, sometimes for each kind of channels in it. */
export function redrawn(random: Random): Surface {
  const space = plainSpace(random);
  const isKind = someChannels(random);
  const limits = space.environments.map(() => [random.below(13), random.below(13)] as const);
  return from(space, (spot) => limits[spot.version]?.[isKind(channelsOf(spot)) ? 0 : 1] ?? 12);
}

/** The boundary lies at the first or at the last value. */
export function edges(random: Random): Surface {
  const space = plainSpace(random);
  const [versions, isKind] = [someVersions(random), someChannels(random)];
  const [inside, outside] = random.pick([
    [0, 11],
    [11, 0],
    [0, 12],
    [11, 12],
  ] as const);
  return from(space, (spot) => (versions.has(spot.version) && isKind(channelsOf(spot)) ? inside : outside));
}

/** Nothing to learn but how often lines hang. */
export function randomLines(random: Random): Surface {
  const space = plainSpace(random);
  const clear = random.next();
  const places = Array.from({ length: 80 }, () => (random.chance(clear) ? 12 : random.below(12)));
  return from(space, ({ version, row }) => places[10 * version + row] ?? 12);
}

function oneLine(random: Random): Surface {
  const space = plainSpace(random);
  const [version, row, place] = [random.below(8), random.below(10), random.below(12)];
  return from(space, (spot) => (spot.version === version && spot.row === row ? place : 12));
}

/** More channels hang earlier or later, in steps; versions shift the stairs or have none. */
export function stairs(random: Random): Surface {
  const space = plainSpace(random);
  const [step, start, falls] = [1 + random.below(2), random.below(6), random.chance(0.7)];
  const shifts = space.environments.map(() => (random.chance(0.2) ? 12 : random.below(3) - 1));
  return from(space, ({ version, row }) => {
    const shift = shifts[version] ?? 0;
    return shift === 12 ? 12 : Math.max(0, start + shift + Math.floor((falls ? 9 - row : row) / step));
  });
}

/** Cells that cannot be tested: scattered, a whole size, or a whole stretch of a version. */
function holes(random: Random): Surface {
  const base = random.pick([squareRoot, redrawn, stairs])(random);
  const share = random.pick([0.03, 0.1, 0.25]);
  const whole = random.chance(0.5) ? random.below(12) : -1;
  const [version, first] = [random.below(8), random.below(12)];
  return changed(base, (truth, line, place) => {
    const missing = random.chance(share) || place === whole || (Math.floor(line / 10) === version && place >= first);
    return missing ? 'untestable' : truth;
  });
}

export function allPass(random: Random): Surface {
  return from(plainSpace(random), () => 12);
}

export const MONOTONE: Readonly<Record<string, Family>> = {
  'square root': squareRoot,
  product,
  redrawn,
  edges,
  'random lines': randomLines,
  'one line': oneLine,
  stairs,
  holes,
  'all hang': (random) => from(plainSpace(random), () => 0),
  'all pass': allPass,
};
