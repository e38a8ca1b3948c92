/**
 * Through all ROCm tags of some wheels, one factor at a time where wheels allow: a tag gets one wheel, or two when torch has to change there.
 */
import { distinctVersions } from './order.ts';
import type { Wheel } from './types.ts';

/** A way up to a tag that leaves it with the wheel `last`. */
interface Way {
  readonly wheels: readonly Wheel[];
  readonly last: Wheel;
  /** Steps in which torch and ROCm change together. */
  readonly confounded: number;
  /** Sum of the places of its torch versions, the oldest being 0. */
  readonly newness: number;
}

/** By ROCm, oldest first. As few steps as can be change both factors, then as few wheels as can be, then newer torch. */
export function staircase(wheels: readonly Wheel[]): readonly Wheel[] {
  const torches = distinctVersions(wheels.map(({ torch }) => torch));
  const extended = (way: Way | null, wheel: Wheel): Way => ({
    wheels: [...(way?.wheels ?? []), wheel],
    last: wheel,
    confounded:
      (way?.confounded ?? 0) + (way === null || way.last.torch === wheel.torch || way.last.rocm === wheel.rocm ? 0 : 1),
    newness: (way?.newness ?? 0) + torches.indexOf(wheel.torch),
  });
  let ways: readonly Way[] = [];
  for (const rocm of distinctVersions(wheels.map((wheel) => wheel.rocm))) {
    const here = wheels.filter((wheel) => wheel.rocm === rocm);
    const before: readonly Way[] = ways;
    const entered = here.map((wheel) =>
      before.length === 0 ? extended(null, wheel) : best(before.map((way) => extended(way, wheel))),
    );
    ways = here.map((wheel) => best(entered.map((way) => (way.last === wheel ? way : extended(way, wheel)))));
  }
  return ways.length === 0 ? [] : best(ways).wheels;
}

function best(ways: readonly Way[]): Way {
  return ways.reduce((a, b) => (isBetter(b, a) ? b : a));
}

function isBetter(a: Way, b: Way): boolean {
  return (a.confounded - b.confounded || a.wheels.length - b.wheels.length || b.newness - a.newness) < 0;
}
