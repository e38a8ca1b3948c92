/**
 * Ways from one environment to another on which each step changes one factor where wheels allow. Neighbours of the same wheels share torch or
 * ROCm, so a staircase of such steps separates the two; where it breaks, other builds may bridge it.
 */
import { BUILT_IN } from './rows/built-in.ts';
import { compareVersions, distinctVersions, minorOf, pythonTag, sameVersion } from './order.ts';
import { wheelId } from './wheel-name.ts';
import type { Versions } from './differences.ts';
import type { Catalogue, ChannelId } from './types.ts';

export interface Stop {
  readonly torch: string;
  readonly rocm: string;
  /** "3.10"; null when it is not known whether there is one. */
  readonly python: string | null;
  readonly channel: ChannelId;
  /** "2.0.1+rocm5.4.2", or the image. */
  readonly name: string;
  readonly index: string | null;
}

export type StepFactor = 'torch' | 'rocm' | 'python';

export interface WheelStep {
  readonly from: Stop;
  readonly to: Stop;
  /** What changes; more than one: the step is confounded. Empty when the build alone changes. */
  readonly changes: readonly StepFactor[];
  /** Not the same, but nearly, and counted as the same: torch of two nightlies a few days apart, or patch releases of one ROCm across builders. */
  readonly nearly: 'torch' | 'rocm' | null;
  /** One of the two is built by somebody else than the other. */
  readonly otherBuild: boolean;
}

export interface Bridge {
  /** Channels beside the stable wheels that it goes through. */
  readonly through: readonly ChannelId[];
  readonly steps: readonly WheelStep[];
  /** Steps that change torch and ROCm together. */
  readonly confounded: number;
}

/**
 * The shortest way by stable wheels first, then ways through other builds that have fewer confounded steps. Empty when torch or ROCm of one of
 * them is not known, and when there is nothing to separate because both are the same.
 */
export function bridges(a: Versions, b: Versions, catalogue: Catalogue = BUILT_IN): readonly Bridge[] {
  const [start, end] = [stopOf(a), stopOf(b)];
  if (start === null || end === null || (sameVersion(start.torch, end.torch) && start.rocm === end.rocm)) return [];
  const way = (channels: readonly ChannelId[]): Bridge | null =>
    shortest(start, end, stopsOf(catalogue, channels, [start.python, end.python]));
  const stable = way([]);
  if (stable === null) return [];
  if (stable.confounded === 0) return [stable];
  const others = EXTRA.flatMap((channel) => {
    const found = way([channel]);
    return found !== null &&
      found.confounded < stable.confounded &&
      found.steps.length <= stable.steps.length + MOST_DETOUR
      ? [found]
      : [];
  });
  const all = way(EXTRA);
  const least = Math.min(stable.confounded, ...others.map(({ confounded }) => confounded));
  const together = all !== null && all.confounded < least ? [all] : [];
  return [
    stable,
    ...[...others, ...together].toSorted((x, y) => x.confounded - y.confounded || x.steps.length - y.steps.length),
  ];
}

const EXTRA: readonly ChannelId[] = ['nightly', 'amd', 'container'];
/** Steps that a way through other builds may have more than the plain one. */
const MOST_DETOUR = 5;
/** Days within which two nightlies count as nearly the same torch. */
const NEAR_DAYS = 7;

function stopOf({ torch, rocm, python = null, build }: Versions): Stop | null {
  if (torch === null || rocm === null) return null;
  const channel = build === 'nightly' || build === 'amd' || build === 'container' ? build : 'stable';
  return { torch, rocm, python, channel, name: wheelId({ torch, rocm }), index: null };
}

/** Each wheel once for each of the wanted Pythons that it has. What is not known of its Pythons does not stand in the way. */
function stopsOf(
  { wheels, containers }: Catalogue,
  channels: readonly ChannelId[],
  pythons: readonly (string | null)[],
): readonly Stop[] {
  const wanted = [...new Set(pythons)];
  const fromWheels = wheels.flatMap((wheel): readonly Stop[] => {
    if (wheel.channel !== 'stable' && wheel.channel !== 'later' && !channels.includes(wheel.channel)) return [];
    const usable = wanted.filter(
      (python) => python === null || !wheel.pythonsComplete || wheel.pythons.includes(pythonTag(python) ?? ''),
    );
    return usable.map((python) => ({
      torch: wheel.torch,
      rocm: wheel.rocm,
      python,
      channel: wheel.channel,
      name: wheelId(wheel),
      index: wheel.index,
    }));
  });
  const fromImages = channels.includes('container')
    ? containers.flatMap(({ torch, rocm, python, image }): readonly Stop[] =>
        torch === null ? [] : [{ torch, rocm, python, channel: 'container', name: image, index: null }],
      )
    : [];
  return [...fromWheels, ...fromImages];
}

/**
 * What makes one way worse than another, in this order: ROCm tags over which torch changes as well, so that a confounded step is as small as can
 * be; steps to another build or of nearly the same; steps; versions passed over.
 */
type Cost = readonly [confounded: number, builds: number, steps: number, distance: number];

interface Reached {
  readonly stop: Stop;
  readonly cost: Cost;
  readonly steps: readonly WheelStep[];
}

/** Dijkstra over a hundred or two stops; a step between any two of them is allowed, and priced by what it changes. */
function shortest(start: Stop, end: Stop, stops: readonly Stop[]): Bridge | null {
  const all = [...stops.filter((stop) => !isSameStop(stop, start) && !isSameStop(stop, end)), end];
  const distance = distanceAmong([start, ...all]);
  const open = new Map<Stop, Reached>([[start, { stop: start, cost: [0, 0, 0, 0], steps: [] }]]);
  const closed = new Set<Stop>();
  for (;;) {
    const next = [...open.values()].reduce<Reached | null>(
      (a, b) => (a === null || compareCosts(b.cost, a.cost) < 0 ? b : a),
      null,
    );
    if (next === null) return null;
    if (next.stop === end) return bridgeOf(next.steps);
    open.delete(next.stop);
    closed.add(next.stop);
    for (const stop of all) {
      if (closed.has(stop)) continue;
      const step = stepOf(next.stop, stop);
      // Python can always be changed in a step of its own, but for images, which have the one that they have.
      if (step.changes.includes('python') && step.changes.length > 1 && !isConfounded(step) && !isImage(step)) continue;
      const { torch, rocm } = distance(next.stop, stop);
      const cost = plus(next.cost, [
        isConfounded(step) ? rocm : 0,
        (step.otherBuild ? 1 : 0) + (step.nearly === null ? 0 : 1),
        1,
        torch + rocm,
      ]);
      const known = open.get(stop);
      if (known === undefined || compareCosts(cost, known.cost) < 0)
        open.set(stop, { stop, cost, steps: [...next.steps, step] });
    }
  }
}

function bridgeOf(steps: readonly WheelStep[]): Bridge {
  const channels = new Set(steps.flatMap(({ from, to }) => [from.channel, to.channel]));
  return {
    through: EXTRA.filter((channel) => channels.has(channel)),
    steps,
    confounded: steps.filter(isConfounded).length,
  };
}

function stepOf(from: Stop, to: Stop): WheelStep {
  const otherBuild = builder(from) !== builder(to);
  const torch = !sameVersion(from.torch, to.torch);
  const rocm = from.rocm !== to.rocm;
  const nearly =
    !torch || !rocm
      ? null
      : areNightliesNear(from.torch, to.torch)
        ? 'torch'
        : otherBuild && minorOf(from.rocm) === minorOf(to.rocm)
          ? 'rocm'
          : null;
  const changes: readonly StepFactor[] = [
    ...(torch && nearly !== 'torch' ? (['torch'] as const) : []),
    ...(rocm && nearly !== 'rocm' ? (['rocm'] as const) : []),
    ...(from.python === to.python ? [] : (['python'] as const)),
  ];
  return { from, to, changes, nearly, otherBuild };
}

function isImage({ from, to }: WheelStep): boolean {
  return from.channel === 'container' || to.channel === 'container';
}

function isConfounded({ changes }: WheelStep): boolean {
  return changes.includes('torch') && changes.includes('rocm');
}

/** Who built it: nightlies and stable wheels come from the same scripts. */
function builder({ channel }: Stop): string {
  return channel === 'amd' || channel === 'container' || channel === 'gfx1010' ? channel : 'pytorch.org';
}

/** Nightlies of one torch version, a few days apart. */
function areNightliesNear(a: string, b: string): boolean {
  const [left, right] = [nightly(a), nightly(b)];
  return (
    left !== null && right !== null && left.version === right.version && Math.abs(left.day - right.day) <= NEAR_DAYS
  );
}

function nightly(torch: string): { readonly version: string; readonly day: number } | null {
  const [, version, year, month, day] = /^(.+)\.dev(\d{4})(\d{2})(\d{2})$/.exec(torch) ?? [];
  if (version === undefined) return null;
  return { version, day: Date.UTC(Number(year), Number(month) - 1, Number(day)) / 86_400_000 };
}

/** How far two stops are from each other: versions of torch and tags of ROCm from one to the other. */
function distanceAmong(
  stops: readonly Stop[],
): (a: Stop, b: Stop) => { readonly torch: number; readonly rocm: number } {
  const torches = places(stops.map(({ torch }) => torch));
  const rocms = places(stops.map(({ rocm }) => rocm));
  return (a, b) => ({ torch: apart(torches, a.torch, b.torch), rocm: apart(rocms, a.rocm, b.rocm) });
}

function apart(from: ReadonlyMap<string, number>, a: string, b: string): number {
  return Math.abs((from.get(a) ?? 0) - (from.get(b) ?? 0));
}

function places(versions: readonly string[]): ReadonlyMap<string, number> {
  return new Map(distinctVersions(versions).map((version, index) => [version, index]));
}

function plus(a: Cost, b: Cost): Cost {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}

function compareCosts(a: Cost, b: Cost): number {
  for (const index of [0, 1, 2, 3] as const) {
    if (a[index] !== b[index]) return a[index] - b[index];
  }
  return 0;
}

function isSameStop(a: Stop, b: Stop): boolean {
  return (
    compareVersions(a.torch, b.torch) === 0 && a.rocm === b.rocm && a.python === b.python && builder(a) === builder(b)
  );
}
