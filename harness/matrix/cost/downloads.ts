/** What the wheels of a matrix weigh, by file name. Names follow the public index; sizes are given where the catalogue knows one, never guessed. */
import { BUILT_IN } from '../../catalogue/rows/built-in.ts';
import { fileOf } from '../../catalogue/rows/files.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { Matrix } from '../file/schema.ts';

export interface Download {
  readonly environment: string;
  readonly kind: 'wheel' | 'image';
  /** Name of the torch wheel, or the image. */
  readonly file: string;
  /** null: not known. */
  readonly bytes: number | null;
}

/** torch alone: torch 2.0 and later also take pytorch-triton-rocm, which is far smaller. Environments that download nothing are left out. */
export function downloadsOf(
  { environments }: Pick<Matrix, 'environments'>,
  catalogue: Catalogue = BUILT_IN,
): readonly Download[] {
  return environments.flatMap((environment): readonly Download[] => {
    switch (environment.kind) {
      case 'interpreter':
        return [];
      case 'container':
        return [{ environment: environment.name, kind: 'image', file: environment.image, bytes: null }];
      case 'wheel': {
        const { torch, rocm, python } = environment;
        if (rocm === undefined)
          return [{ environment: environment.name, kind: 'wheel', file: `torch ${torch}`, bytes: null }];
        const { name: file, size } = fileOf({ torch, rocm }, python, catalogue);
        // What another index serves under this name may weigh something else.
        return [
          {
            environment: environment.name,
            kind: 'wheel',
            file,
            bytes: environment.index === undefined ? (size?.bytes ?? null) : null,
          },
        ];
      }
    }
  });
}
