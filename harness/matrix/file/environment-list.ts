/** The environments that the entries of a matrix stand for: an entry `kind: catalogue` is several wheels, every other is itself. */
import { expand } from '../../catalogue/rows/expand.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { EnvironmentEntry, EnvironmentFile } from './schema.ts';

export interface ListedEnvironment {
  readonly environment: EnvironmentFile;
  /** Of the entry in the file. */
  readonly entry: number;
  /** It stands in the file as it is. */
  readonly written: boolean;
}

/** In the order of the file. An entry of which the catalogue has no wheel stands for none. */
export function listEnvironments(
  entries: readonly EnvironmentEntry[],
  catalogue: Catalogue,
): readonly ListedEnvironment[] {
  return entries.flatMap((entry, index): readonly ListedEnvironment[] => {
    if (entry.kind !== 'catalogue') return [{ environment: entry, entry: index, written: true }];
    const { env, python } = entry;
    return expand(catalogue, entry).map(({ torch, rocm }) => ({
      environment: { kind: 'wheel', env, torch, rocm, python },
      entry: index,
      written: false,
    }));
  });
}
