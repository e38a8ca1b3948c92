/** What a matrix says of one environment, whatever its kind: all that anybody asks who does not start it. */
import { Name, Variables } from '../names.ts';
import type { Versions } from '../../catalogue/differences.ts';
import type { Catalogue } from '../../catalogue/types.ts';

export interface Declaration {
  /** Names it where the matrix does not; any text. */
  readonly nickname: string;
  /** What it is said to hold; null where nothing is said. */
  readonly torch: string | null;
  readonly rocm: string | null;
  /** The wheel for a ROCm version that it installs; null for everything else. */
  readonly wheel: DeclaredWheel | null;
  /** What making it downloads; null for nothing. */
  download(catalogue: Catalogue): Download | null;
  /** Its fields that hold a path which may begin in `directory`, spelled out; absent where none does. */
  spelledOut?(directory: string): { readonly python: string };
  /** What is known of it before it is there. */
  versions(catalogue: Catalogue): Versions;
}

export interface DeclaredWheel {
  readonly torch: string;
  readonly rocm: string;
  readonly python: string;
  /** Its own; absent for the public one. */
  readonly index?: string | undefined;
}

export interface Download {
  readonly kind: 'wheel' | 'image';
  /** Name of the torch wheel, or the image. */
  readonly file: string;
  /** null: not known. */
  readonly bytes: number | null;
}

/** Fields of every kind. */
export const EnvironmentCommon = {
  name: Name.optional().describe(
    'Name in reports. By default made from the versions, the image tag or the path; must be unique.',
  ),
  env: Variables.default({}).describe(
    'Environment variables of this environment alone. Text in quotes; null takes one away.',
  ),
};
