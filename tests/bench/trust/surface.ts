/** A matrix whose truth is known cell by cell. Nothing of the truth is told to the search or to the judge. */
import { loadMatrix } from '../../../harness/matrix/load.ts';
import type { Matrix, MatrixInput } from '../../../harness/matrix/file/schema.ts';
import { enumerate } from '../../../harness/matrix/space/enumerate.ts';
import { cellKey, type Case, type Cell, type Line } from '../../../harness/model/cell.ts';
import type { Scalar } from '../../../harness/model/conditions.ts';

/** How an attempt of the cell ends on a well card, every time. */
export type Truth = 'pass' | 'hang' | 'untestable';

export type Place = Pick<Cell, 'environment' | 'setting' | 'case'>;

export interface Space {
  readonly environments: readonly string[];
  /** torch and ROCm of each environment; of interpreters nothing is known. */
  readonly wheels?: readonly (readonly [torch: string, rocm: string])[];
  /** A probe of one's own unless it is named. */
  readonly probe?: string;
  readonly settings: readonly string[];
  /** Parameters besides the search axis `size`. */
  readonly fixed: Readonly<Record<string, readonly Scalar[]>>;
  readonly sizes: readonly number[];
}

export interface Surface {
  readonly input: MatrixInput;
  readonly lines: readonly Line[];
  /** Of `lines`, ascending along the axis. */
  readonly truth: readonly (readonly Truth[])[];
  /** Of any place, the matrix's or not. */
  truthOf(place: Place): Truth;
}

/** A place by its indices: of the environment, the setting, the line among those of its site, and the size. */
export interface Spot {
  readonly version: number;
  readonly setting: number;
  readonly row: number;
  readonly place: number;
  readonly size: number;
  readonly fixed: Case;
}

export function inputOf({ environments, wheels, probe = './probe.py', settings, fixed, sizes }: Space): MatrixInput {
  return {
    schema: 1,
    name: 'trust',
    probe,
    environments: environments.map((name, index) => {
      const [torch, rocm] = wheels?.[index] ?? [];
      return torch === undefined || rocm === undefined
        ? { kind: 'interpreter', name, python: 'python3' }
        : { kind: 'wheel', name, torch, rocm };
    }),
    settings: Object.fromEntries(settings.map((name) => [name, {}])),
    axes: Object.fromEntries([
      ...Object.entries(fixed).map(([name, values]) => [name, [...values]]),
      ['size', [...sizes]],
    ]),
  };
}

/** JSON is YAML: the way of every matrix, so that defaults are those of a person who writes none. */
export function matrixOf(input: MatrixInput, changes: Partial<MatrixInput> = {}): Matrix {
  return loadMatrix(JSON.stringify({ ...input, ...changes }), 'trust.yml');
}

/** `beyond`: of places that the matrix does not have; they pass where it is left out. */
export function surfaceOf(space: Space, rule: (spot: Spot) => Truth, beyond?: (place: Place) => Truth): Surface {
  const input = inputOf(space);
  const lines = [...enumerate(matrixOf(input)).lines()];
  const rows = lines.length / (space.environments.length * space.settings.length);
  const truth = lines.map(({ environment, setting, fixed, cells }, index) =>
    cells.map(({ position }) =>
      rule({
        version: space.environments.indexOf(environment),
        setting: space.settings.indexOf(setting),
        row: index % rows,
        place: position,
        size: space.sizes[position] ?? 0,
        fixed,
      }),
    ),
  );
  return surfaceFrom(input, lines, truth, beyond);
}

/** The same places with another truth. */
export function changed(surface: Surface, rule: (truth: Truth, line: number, place: number) => Truth): Surface {
  const truth = surface.truth.map((line, index) => line.map((own, place) => rule(own, index, place)));
  return surfaceFrom(surface.input, surface.lines, truth);
}

function surfaceFrom(
  input: MatrixInput,
  lines: readonly Line[],
  truth: readonly (readonly Truth[])[],
  beyond: (place: Place) => Truth = () => 'pass',
): Surface {
  const known = new Map(
    lines.flatMap(({ cells }, line) => cells.map((cell, place) => [cellKey(cell), truth[line]?.[place] ?? 'pass'])),
  );
  return { input, lines, truth, truthOf: (place) => known.get(cellKey(place)) ?? beyond(place) };
}

/** Whether larger is worse on every line, as far as it can be tested. */
export function isMonotone({ truth }: Surface): boolean {
  return truth.every((line) => line.lastIndexOf('pass') < line.indexOf('hang') || !line.includes('hang'));
}
