/** Several wheels in a few words: what an entry `kind: catalogue` of a matrix stands for. */
import { ordered } from '../find.ts';
import { pythonTag } from '../order.ts';
import { newestPerRocm, oldestPerRocm, selectWheels } from '../select.ts';
import { staircase } from '../staircase.ts';
import type { Catalogue, Wheel } from '../types.ts';

/** Ways to choose among the wheels of each ROCm tag. */
export const PICKS = ['newest-per-rocm', 'oldest-per-rocm', 'staircase', 'all'] as const;
export type Pick = (typeof PICKS)[number];

export interface Few {
  /** A specifier or a version; all ROCm tags when absent. */
  readonly rocm?: string | undefined;
  /** One of PICKS, a specifier or a version. */
  readonly torch: string;
  /** "3.10" */
  readonly python: string;
}

/** By ROCm and then torch, oldest first. Stable wheels only; empty when nothing fits. */
export function expand(catalogue: Catalogue, { rocm, torch, python }: Few): readonly Wheel[] {
  const pick = PICKS.find((one) => one === torch);
  const wheels = selectWheels(catalogue, {
    rocm,
    torch: pick === undefined ? torch : undefined,
    python: pythonTag(python) ?? python,
  });
  return ordered(picked(wheels, pick ?? 'all'), 'rocm');
}

function picked(wheels: readonly Wheel[], pick: Pick): readonly Wheel[] {
  switch (pick) {
    case 'newest-per-rocm':
      return newestPerRocm(wheels);
    case 'oldest-per-rocm':
      return oldestPerRocm(wheels);
    case 'staircase':
      return staircase(wheels);
    case 'all':
      return wheels;
  }
}
