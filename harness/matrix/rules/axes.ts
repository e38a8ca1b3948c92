/** What the schema cannot know of axes: repeated values, rows of the wrong length, names that clash, absurd sizes. */
import { axesOf, isZipped, rangeFault } from '../space/axes.ts';
import type { AxisSpec } from '../file/schema.ts';
import { atKey, atValue, type Finding, type Path } from '../file/problem.ts';
import type { Scalar } from '../../model/conditions.ts';
import type { Draft } from './draft.ts';

/** Conditions use these names for the environment and the setting of a cell. */
export const RESERVED = ['environment', 'setting', 'torch', 'rocm'] as const;

const MOST_CELLS = 1_000_000_000;

export function checkAxes(draft: Draft): readonly Finding[] {
  const { axes } = draft.file;
  if (axes === undefined) return [];
  if (Object.keys(axes).length === 0 && draft.whole('axes')) {
    return [
      atValue(['axes'], 'is empty; name at least one case parameter with its values, for example size: [8, 16, 32]'),
    ];
  }
  const values = Object.entries(axes).flatMap(([name, spec]) => checkValues(['axes', name], spec));
  const names = checkNames(axes, draft.file.constants ?? {});
  return values.length + names.length > 0 ? [...values, ...names] : checkSize(draft);
}

function checkValues(path: Path, spec: AxisSpec): readonly Finding[] {
  if (Array.isArray(spec))
    return repeated(
      path,
      spec.map((value) => [value]),
    );
  if (!('zip' in spec)) {
    const fault = rangeFault(spec);
    if (fault === null) return [];
    return [atValue(fault.field === null ? path : [...path, fault.field], fault.message)];
  }
  const width = spec.zip.length;
  const twice = spec.zip.flatMap((name, index): readonly Finding[] =>
    spec.zip.indexOf(name) < index
      ? [atValue([...path, 'zip', index], `"${name}" is named twice; name each parameter once`)]
      : [],
  );
  const rows = spec.values.flatMap((row, index): readonly Finding[] =>
    row.length === width
      ? []
      : [
          atValue(
            [...path, 'values', index],
            `has ${row.length} of ${width} values; give one for each of ${spec.zip.join(', ')}`,
          ),
        ],
  );
  return [...twice, ...rows, ...repeated([...path, 'values'], spec.values)];
}

/** 1 and "1" are the same to conditions and in reports. */
function repeated(path: Path, rows: readonly (readonly Scalar[])[]): readonly Finding[] {
  const first = new Map<string, number>();
  const findings: Finding[] = [];
  for (const [index, row] of rows.entries()) {
    const key = JSON.stringify(row.map(String));
    const before = first.get(key);
    if (before === undefined) first.set(key, index);
    else
      findings.push(atValue([...path, index], `repeats value ${before + 1} (${row.join(', ')}); give each value once`));
  }
  return findings;
}

function checkNames(
  axes: Readonly<Record<string, AxisSpec>>,
  constants: Readonly<Record<string, Scalar>>,
): readonly Finding[] {
  const findings: Finding[] = [];
  const setBy = new Map<string, string>();
  for (const [name, spec] of Object.entries(axes)) {
    const zip = !Array.isArray(spec) && 'zip' in spec ? spec.zip : null;
    for (const [index, parameter] of (zip ?? [name]).entries()) {
      const place: Pick<Finding, 'path' | 'at'> =
        zip === null ? { path: ['axes', name], at: 'key' } : { path: ['axes', name, 'zip', index], at: 'value' };
      const other = setBy.get(parameter);
      if (other !== undefined && other !== name) {
        findings.push({
          ...place,
          message: `the parameter "${parameter}" is set by the axis "${other}" already; set it in one place`,
        });
      } else if (Object.hasOwn(constants, parameter)) {
        findings.push({ ...place, message: `the parameter "${parameter}" is a constant as well; set it in one place` });
      } else if (isReserved(parameter)) findings.push({ ...place, message: reservedMessage(parameter) });
      setBy.set(parameter, name);
    }
  }
  // The name of a zipped axis is no parameter, but people would take it for the one of the same name.
  for (const [name, spec] of Object.entries(axes)) {
    if (!isZipped(spec)) continue;
    const other = setBy.get(name);
    const taken = Object.hasOwn(constants, name)
      ? 'a constant'
      : other !== undefined && other !== name
        ? `a parameter of the axis "${other}"`
        : null;
    if (taken !== null)
      findings.push(atKey(['axes', name], `is named like ${taken}; choose another name for this axis`));
  }
  for (const name of Object.keys(constants).filter(isReserved)) {
    findings.push(atKey(['constants', name], reservedMessage(name)));
  }
  return findings;
}

function isReserved(name: string): boolean {
  return RESERVED.some((reserved) => reserved === name);
}

function reservedMessage(name: string): string {
  return `"${name}" is no name for a case parameter; conditions use ${RESERVED.join(', ')} for the environment and the setting`;
}

function checkSize({ file }: Draft): readonly Finding[] {
  const { axes = {}, environments = [], settings = {} } = file;
  const cells = axesOf({ axes }).reduce(
    (product, axis) => product * axis.length,
    environments.length * Object.keys(settings).length,
  );
  if (cells <= MOST_CELLS) return [];
  const message = `make ${cells.toLocaleString('en')} cells with ${environments.length} environments and ${Object.keys(settings).length} settings; a matrix has at most ${MOST_CELLS.toLocaleString('en')}`;
  return [atValue(['axes'], message)];
}
