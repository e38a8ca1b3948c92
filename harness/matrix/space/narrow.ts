/** A matrix cut down to one case, as `bench bisect` and `bench probe` need it. Pure. */
import { UsageError } from '../../model/errors.ts';
import { axesOf } from './axes.ts';
import { hint } from '../file/nearest.ts';
import { CASE_EXAMPLE } from '../../knowledge/examples.ts';
import { knowledgeOf } from '../../knowledge/probes.ts';
import type { Case } from '../../model/cell.ts';
import { declarationOf, type Environment } from '../kinds/kinds.ts';
import type { AxisSpec, Matrix } from '../file/schema.ts';
import type { Scalar } from '../../model/conditions.ts';

/** "in_channels=16,size=48,dtype=float16". Throws UsageError `case`. */
export function parseCase(text: string): Case {
  const entries = text.split(',').map((part): [string, Scalar] => {
    const [name = '', ...rest] = part.trim().split('=');
    const value = rest.join('=').trim();
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name.trim()) || value === '') {
      throw new UsageError(
        'case',
        `--case: "${part.trim()}" is not a parameter with its value`,
        `for example --case ${CASE_EXAMPLE}`,
      );
    }
    return [name.trim(), scalar(value)];
  });
  const twice = entries.find(([name], place) => entries.findIndex(([other]) => other === name) !== place);
  if (twice !== undefined)
    throw new UsageError('case', `--case: ${twice[0]} is given twice`, 'give every parameter one value');
  return Object.fromEntries(entries);
}

/** Numbers as YAML and JSON write them. */
function scalar(text: string): Scalar {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** A value of another kind than the matrix gives the parameter would be another experiment, and mostly a slip. Throws UsageError `case`. */
function refuseOtherKinds(matrix: Matrix, given: Case): void {
  const kinds = new Map<string, Set<string>>(
    Object.entries(matrix.constants).map(([name, value]) => [name, new Set([typeof value])]),
  );
  for (const { parameters, length, at } of axesOf(matrix)) {
    for (const [column, name] of parameters.entries()) {
      const seen = kinds.get(name) ?? new Set<string>();
      // Axes are of one kind in practice; a mixed one shows itself within its first values.
      for (let index = 0; index < Math.min(length, 100); index += 1) seen.add(typeof at(index)[column]);
      kinds.set(name, seen);
    }
  }
  for (const [name, value] of Object.entries(given)) {
    const known = kinds.get(name);
    if (known === undefined || known.has(typeof value)) continue;
    throw new UsageError(
      'case',
      `--case: ${name} is a ${[...known].join(' or ')} in the matrix, and ${JSON.stringify(value)} is a ${typeof value}`,
      'write numbers plainly, such as 16, and text without quotes',
    );
  }
}

/** By name, else the one whose ROCm or torch version it is. Throws UsageError `environment-unknown` or `environment-ambiguous`. */
export function findEnvironment(environments: readonly Environment[], wanted: string): Environment {
  const named = environments.find(({ name }) => name === wanted);
  if (named !== undefined) return named;
  const found = environments.filter((one) => [declarationOf(one).rocm, declarationOf(one).torch].includes(wanted));
  const [only] = found;
  const names = environments.map(({ name }) => name);
  if (only === undefined)
    throw new UsageError(
      'environment-unknown',
      `the matrix has no environment "${wanted}"`,
      hint(wanted, names, names.length),
    );
  if (found.length > 1)
    throw new UsageError(
      'environment-ambiguous',
      `"${wanted}" is the version of ${found.length} environments`,
      `name one of them: ${found.map(({ name }) => name).join(', ')}`,
    );
  return only;
}

/** Throws UsageError `setting-unknown`. */
export function findSetting({ settings }: Pick<Matrix, 'settings'>, wanted: string): Matrix['settings'][string] {
  const found = settings[wanted];
  if (found !== undefined) return found;
  throw new UsageError(
    'setting-unknown',
    `the matrix has no setting "${wanted}"`,
    hint(wanted, Object.keys(settings), 5),
  );
}

/** One case and one setting in these environments. Throws UsageError `case-incomplete` or `setting-unknown`. */
export function narrowed(matrix: Matrix, given: Case, environments: readonly Environment[], setting: string): Matrix {
  const own = findSetting(matrix, setting);
  refuseOtherKinds(matrix, given);
  // The sides of a square say what its size would.
  const { square } = knowledgeOf(matrix.probe);
  const told = square?.sides.every((side) => side in given) === true ? square.side : null;
  const axes = axesOf(matrix).filter(({ name }) => name !== told);
  const missing = axes.flatMap(({ parameters, length, at }) =>
    parameters.filter((name, column) => given[name] === undefined && (length > 1 || at(0)[column] === undefined)),
  );
  if (missing.length > 0)
    throw new UsageError(
      'case-incomplete',
      `--case does not say ${missing.join(', ')}, which the matrix varies`,
      `add ${missing.map((name) => `${name}=…`).join(',')}`,
    );
  const values = {
    ...Object.fromEntries(
      axes.flatMap(({ parameters, at }) =>
        parameters.map((name, column): [string, Scalar] => [name, at(0)[column] ?? '']),
      ),
    ),
    ...matrix.constants,
    ...given,
  };
  const varied = new Set(axes.flatMap(({ parameters }) => parameters));
  const extra = Object.keys(given).filter((name) => !varied.has(name) && !(name in matrix.constants));
  const names = [...varied, ...extra];
  const [first = 'case'] = names.length > 0 ? names : Object.keys(values);
  const asAxes = Object.fromEntries(
    (names.length > 0 ? names : [first]).map((name): [string, AxisSpec] => [name, [values[name] ?? '']]),
  );
  return {
    ...matrix,
    environments,
    // Conditions of a model may ask for the name, so a setting keeps it; `default` must exist.
    settings: setting === 'default' ? { default: own } : { default: matrix.settings['default'] ?? own, [setting]: own },
    axes: asAxes,
    constants: Object.fromEntries(Object.entries(values).filter(([name]) => !(name in asAxes))),
    include: [],
    exclude: setting === 'default' ? [] : [{ setting: 'default' }],
    expect: [],
    explain: { probes: 0 },
    search: { strategy: 'grid', axis: null },
  };
}
