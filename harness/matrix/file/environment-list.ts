/** The environments that the entries of a matrix stand for: some entries are several wheels, every other is itself. */
import { wheelsFor } from '../kinds/catalogue.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { EnvironmentEntry, EnvironmentFile } from '../kinds/kinds.ts';

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
  return entries.flatMap((entry, index): readonly ListedEnvironment[] =>
    entry.kind === 'catalogue'
      ? wheelsFor(entry, catalogue).map((environment) => ({ environment, entry: index, written: false }))
      : [{ environment: entry, entry: index, written: true }],
  );
}
