/** The variables that decide which cards a process sees. Pure. */
import type { Matrix } from '../matrix/file/schema.ts';
import { variablesFor } from '../matrix/space/subject.ts';
import { ofEveryMaker } from '../model/makers.ts';

/** Of every maker: torch for ROCm obeys those of CUDA too. */
const SELECTORS: ReadonlySet<string> = new Set(ofEveryMaker(({ variables }) => variables.selectors));

/** A warning when the matrix sets such a variable: its probes may then run on another card than the one that is locked and named. */
export function rebound(matrix: Matrix, variables: Readonly<Record<string, string>>): readonly string[] {
  const set = matrix.environments.flatMap(({ name }) =>
    Object.keys(matrix.settings).flatMap((setting) => Object.keys(variablesFor(matrix, name, setting))),
  );
  const names = [...new Set(set.filter((name) => SELECTORS.has(name)))];
  if (names.length === 0) return [];
  const own = Object.entries(variables).map(
    ([name, value]) => `${name}=${value.startsWith('GPU-') ? 'its UUID' : value}`,
  );
  return [
    `the matrix sets ${names.join(', ')}: attempts may run on another card than the one named here${own.length === 0 ? '' : `, to which bench binds them by ${own.join(' ')}`}. Choose the card by --device instead`,
  ];
}
