/** What the wheels of a matrix weigh, by file name. Names follow the public index; sizes are given where one is known, never guessed. */
import { gte, valid } from '@renovatebot/pep440';
import type { Environment, Matrix } from './schema.ts';

export interface Download {
  readonly environment: string;
  /** Name of the torch wheel, or the image. */
  readonly file: string;
  /** null: not known. */
  readonly bytes: number | null;
}

/** Published sizes, "torch+rocm" → bytes; they do not depend much on the Python version. */
const KNOWN_SIZES: ReadonlyMap<string, number> = new Map([
  ['1.13.1+5.2', 1.3e9],
  ['2.5.1+6.2', 3973.5e6],
  ['2.8.0+6.4', 3607.1e6],
  ['2.9.1+6.4', 4.35e9],
]);

/** torch alone: torch 2.0 and later also take pytorch-triton-rocm, which is far smaller. Environments that download nothing are left out. */
export function downloadsOf({ environments }: Pick<Matrix, 'environments'>): readonly Download[] {
  return environments.flatMap((environment): readonly Download[] => {
    switch (environment.kind) {
      case 'interpreter':
        return [];
      case 'container':
        return [{ environment: environment.name, file: environment.image, bytes: null }];
      case 'wheel':
        return [{ environment: environment.name, file: wheelFile(environment), bytes: KNOWN_SIZES.get(`${environment.torch}+${environment.rocm}`) ?? null }];
    }
  });
}

function wheelFile({ torch, rocm, python }: Extract<Environment, { kind: 'wheel' }>): string {
  const [major = '3', minor = '10'] = python.split('.');
  const tag = `cp${major}${minor}`;
  // CPython before 3.8 marks its ABI with an m.
  const abi = major === '3' && Number(minor) < 8 ? `${tag}m` : tag;
  const platform = valid(torch) !== null && gte(torch, '2.6.0') ? 'manylinux_2_28_x86_64' : 'linux_x86_64';
  return `torch-${torch}+rocm${rocm}-${tag}-${abi}-${platform}.whl`;
}
