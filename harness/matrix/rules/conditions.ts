/** `include`, `exclude` and `expect` speak of names that exist. */
import { axesOf, type Axis } from '../space/axes.ts';
import { listEnvironments } from '../file/environment-list.ts';
import { nameEnvironments } from '../file/environment-names.ts';
import { includedCount, MOST_INCLUDED } from '../space/include.ts';
import { hint } from '../file/nearest.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import { atKey, atValue, type Finding, type Path } from '../file/problem.ts';
import type { Condition, Scalar, Where } from '../../model/conditions.ts';
import { RESERVED } from './axes.ts';
import { defaultSearchAxis } from './search.ts';
import type { Draft } from './draft.ts';

interface Known {
  readonly parameters: readonly string[];
  /** null: not sound, so nothing can be said of it. */
  readonly environment: readonly string[] | null;
  readonly setting: readonly string[] | null;
}

/** Expects axes and constants without faults: with them, half of the messages would be about their consequences. */
export function checkConditions({ file, whole }: Draft, catalogue: Catalogue): readonly Finding[] {
  if (!whole('axes', 'constants')) return [];
  const { include = [], exclude = [], expect = [], settings = {}, axes: specs = {}, constants = {} } = file;
  const axes = axesOf({ axes: specs });
  const known: Known = {
    parameters: [...axes.flatMap(({ parameters }) => parameters), ...Object.keys(constants)],
    environment: whole('environments')
      ? nameEnvironments(
          listEnvironments(file.environments ?? [], catalogue).map(({ environment }) => environment),
        ).map(({ name }) => name)
      : null,
    setting: whole('settings') ? Object.keys(settings) : null,
  };
  const searchAxis = file.search?.axis === undefined ? defaultSearchAxis(specs) : file.search.axis;
  const entries = include.flatMap((entry, index) => checkEntry(['include', index], entry, axes, searchAxis, known));
  const count = include.reduce((sum, entry) => sum + includedCount(entry, axes), 0);
  const size = `stands for ${count.toLocaleString('en')} cases; at most ${MOST_INCLUDED.toLocaleString('en')} may be included: put the values on the axes`;
  return [
    ...entries,
    ...(count > MOST_INCLUDED && entries.length === 0 ? [atKey(['include'], size)] : []),
    ...exclude.flatMap((where, index) => checkWhere(['exclude', index], where, known)),
    ...expect.flatMap(({ where }, index) => checkWhere(['expect', index, 'where'], where, known)),
  ];
}

function checkEntry(
  path: Path,
  entry: Readonly<Record<string, Scalar>>,
  axes: readonly Axis[],
  searchAxis: string | null,
  known: Known,
): readonly Finding[] {
  const allowed = [...known.parameters, 'environment', 'setting'];
  const unknown = Object.keys(entry)
    .filter((name) => !allowed.includes(name))
    .map((name): Finding => atKey([...path, name], `unknown parameter; ${hint(name, allowed)}`));
  const names = (['environment', 'setting'] as const).flatMap((name) => {
    const value = entry[name];
    return value === undefined ? [] : checkNamed([...path, name], value, known[name], name);
  });
  const halves = axes.flatMap(({ name, parameters }): readonly Finding[] => {
    const missing = parameters.filter((parameter) => !Object.hasOwn(entry, parameter));
    if (missing.length === 0 || missing.length === parameters.length) return [];
    return [atValue(path, `sets a part of the zipped axis "${name}"; give ${missing.join(', ')} as well`)];
  });
  const along = searchAxis === null ? undefined : entry[searchAxis];
  const order: readonly Finding[] =
    along === undefined || typeof along === 'number' || searchAxis === null
      ? []
      : [atValue([...path, searchAxis], `${JSON.stringify(along)} has no place on the search axis; give a number`)];
  const empty = Object.keys(entry).every((name) => name === 'environment' || name === 'setting');
  const nothing: readonly Finding[] = empty
    ? [atValue(path, `adds no case; give at least one parameter: ${known.parameters.join(', ')}`)]
    : [];
  return [...unknown, ...names, ...halves, ...order, ...nothing];
}

function checkWhere(path: Path, where: Where, known: Known): readonly Finding[] {
  return Object.entries(where).flatMap(([name, condition]) => {
    if (name === 'environment' || name === 'setting') {
      return literals(condition).flatMap(({ value, tail }) =>
        checkNamed([...path, name, ...tail], value, known[name], name),
      );
    }
    if (
      known.parameters.includes(name) ||
      name === 'torch' ||
      name === 'rocm' ||
      /^env\.[A-Za-z_][A-Za-z0-9_]*$/.test(name)
    )
      return [];
    const message = `unknown name; ${hint(name, [...known.parameters, ...RESERVED, 'env.NAME'])}`;
    return [atKey([...path, name], message)];
  });
}

function checkNamed(path: Path, value: Scalar, known: readonly string[] | null, what: string): readonly Finding[] {
  if (known === null || known.includes(String(value))) return [];
  return [atValue(path, `there is no ${what} "${String(value)}"; ${hint(String(value), known)}`)];
}

/** The values that a condition compares with, and where they stand in it. */
function literals(condition: Condition): readonly { readonly value: Scalar; readonly tail: Path }[] {
  if (Array.isArray(condition)) return condition.map((value, index) => ({ value, tail: [index] }));
  if (typeof condition !== 'object') return [{ value: condition, tail: [] }];
  const { not } = condition;
  if (not === undefined) return [];
  return Array.isArray(not)
    ? not.map((value, index) => ({ value, tail: ['not', index] }))
    : [{ value: not, tail: ['not'] }];
}
