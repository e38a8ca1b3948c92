/** What conditions (`exclude`, `expect`, the rules of a simulated card) can ask of a cell. */
import type { Case } from '../../model/cell.ts';
import { declarationOf, type Environment } from '../kinds/kinds.ts';
import type { Matrix } from '../file/schema.ts';
import type { Scalar, Subject } from '../../model/conditions.ts';

/** Variables that the matrix gives a probe: matrix, then environment, then setting; a later one wins and null takes away. Throws RangeError for unknown names. */
export function variablesFor(matrix: Matrix, environment: string, setting: string): Record<string, string> {
  const own = matrix.settings[setting];
  if (own === undefined) throw new RangeError(`the matrix has no setting "${setting}"`);
  const merged = { ...matrix.env, ...environmentOf(matrix, environment).env, ...own.env };
  return Object.fromEntries(Object.entries(merged).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** Throws RangeError for a name that the matrix does not have. */
export function environmentOf(matrix: Matrix, name: string): Environment {
  const found = matrix.environments.find((environment) => environment.name === name);
  if (found === undefined) throw new RangeError(`the matrix has no environment "${name}"`);
  return found;
}

/** environment, setting, torch, rocm (null where the matrix does not say), env.NAME and the case parameters. */
export function subjectOf(
  matrix: Matrix,
  cell: { readonly environment: string; readonly setting: string; readonly case: Case },
): Subject {
  return { ...cell.case, ...pairSubject(matrix, cell.environment, cell.setting) };
}

/** The part of the subject that all cells of one environment and setting share. */
export function pairSubject(matrix: Matrix, environment: string, setting: string): Record<string, Scalar | null> {
  const spec = environmentOf(matrix, environment);
  const { torch, rocm } = declarationOf(spec);
  const variables = Object.entries(variablesFor(matrix, environment, setting)).map(
    ([name, value]) => [`env.${name}`, value] as const,
  );
  return { environment, setting, torch, rocm, ...Object.fromEntries(variables) };
}
