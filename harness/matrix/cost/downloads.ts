/** What the environments of a matrix download, by file name. Names follow the public index; sizes are given where the catalogue knows one, never guessed. */
import { BUILT_IN } from '../../catalogue/rows/built-in.ts';
import { declarationOf } from '../kinds/kinds.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { Download } from '../kinds/declaration.ts';
import type { Matrix } from '../file/schema.ts';

export interface EnvironmentDownload extends Download {
  readonly environment: string;
}

/** Environments that download nothing are left out. */
export function downloadsOf(
  { environments }: Pick<Matrix, 'environments'>,
  catalogue: Catalogue = BUILT_IN,
): readonly EnvironmentDownload[] {
  return environments.flatMap((environment) => {
    const download = declarationOf(environment).download(catalogue);
    return download === null ? [] : [{ environment: environment.name, ...download }];
  });
}
