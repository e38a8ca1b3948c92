/** An entry that stands for several wheels. */
import { z } from 'zod';
import { EnvironmentCommon } from './declaration.ts';
import { Version, VersionRange } from '../names.ts';
import { expand, PICKS } from '../../catalogue/rows/expand.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { WheelSpec } from './wheel.ts';

export const CatalogueSpec = z
  .strictObject({
    kind: z
      .literal('catalogue')
      .describe('Stands for several wheels of the catalogue, each an environment, from old to new ROCm.'),
    env: EnvironmentCommon.env,
    rocm: VersionRange.optional().describe(
      'Which ROCm tags: a specifier such as ">=5.2,<6.3", or a version. All when left out.',
    ),
    torch: z
      .union([z.enum(PICKS), VersionRange])
      .default('newest-per-rocm')
      .describe(
        'newest-per-rocm, oldest-per-rocm: one wheel for each ROCm tag. staircase: neighbours share torch or ROCm where wheels allow. all, or a specifier: every wheel that fits.',
      ),
    python: Version.default('3.10').describe('Python version. Wheels that are not built for it are left out.'),
  })
  .describe('Wheels of the catalogue, chosen by their versions.');

/** From old to new ROCm; none where the catalogue has no wheel that fits. */
export function wheelsFor(
  entry: z.output<typeof CatalogueSpec>,
  catalogue: Catalogue,
): readonly z.output<typeof WheelSpec>[] {
  const { env, python } = entry;
  return expand(catalogue, entry).map(({ torch, rocm }) => ({ kind: 'wheel', env, torch, rocm, python }));
}
