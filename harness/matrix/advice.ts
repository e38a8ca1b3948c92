/** What is allowed in a matrix but does not do what it seems to. Warnings, never errors. */
import { BUILT_IN } from '../catalogue/rows/built-in.ts';
import { wheelFault } from '../catalogue/rows/check.ts';
import { publicGfx1030 } from '../catalogue/chips.ts';
import { isNightly } from '../catalogue/rows/files.ts';
import { publicWheel } from '../catalogue/find.ts';
import { variableAdvice } from './variables/advice.ts';
import type { Catalogue } from '../catalogue/types.ts';
import { declarationOf } from './kinds/kinds.ts';
import type { DeclaredWheel } from './kinds/declaration.ts';
import type { Matrix } from './file/schema.ts';

/** One sentence or two each, in the order of the file; each once. */
export function adviceOn(matrix: Matrix, catalogue: Catalogue = BUILT_IN): readonly string[] {
  return [...new Set([...variableAdvice(matrix), ...wheelAdvice(matrix, catalogue), ...confounded(matrix)])];
}

function wheelAdvice(matrix: Matrix, catalogue: Catalogue): readonly string[] {
  const wheels = wheelsOf(matrix);
  const old = wheels
    .filter(({ rocm, index }) => index === undefined && publicGfx1030(rocm) === false)
    .map(({ name }) => name);
  const nightlies = wheels.filter((wheel) => wheel.index === undefined && isNightly(wheel.torch));
  const unknown = nightlies.filter((wheel) => publicWheel(catalogue, wheel) === null).map(({ name }) => name);
  const pythonless = wheels.filter(
    (wheel) => wheel.index !== undefined && wheelFault(catalogue, wheel, wheel.python)?.field === 'python',
  );
  return [
    ...(old.length > 0
      ? [`${old.join(', ')}: wheels before ROCm 4.3 hold no gfx1030 code; expect "no binary", not a hang.`]
      : []),
    ...(nightlies.length > 0
      ? [`${nightlies.map(({ name }) => name).join(', ')}: nightlies are deleted regularly and may be gone.`]
      : []),
    ...(unknown.length > 0 ? [`${unknown.join(', ')}: not among the nightlies that the catalogue knows.`] : []),
    ...pythonless.map(
      ({ name, torch, rocm, python }) =>
        `${name}: the public wheel ${torch}+rocm${rocm} is not built for Python ${python}; its own index has to have one.`,
    ),
  ];
}

/** Neighbours that differ in torch and in ROCm: a boundary between them does not say which is at fault. */
function confounded(matrix: Matrix): readonly string[] {
  const wheels = wheelsOf(matrix);
  const pairs = wheels.flatMap((wheel, index) => {
    const next = wheels[index + 1];
    return next === undefined || next.torch === wheel.torch || next.rocm === wheel.rocm
      ? []
      : [`${wheel.rocm}|${next.rocm}`];
  });
  if (pairs.length === 0) return [];
  return [
    `torch and ROCm both change at ROCm ${pairs.join(', ')}: a boundary there cannot be put down to one of them. "bench env why A B" names what lies between; an entry { kind: catalogue, torch: staircase } has as few such steps as can be.`,
  ];
}

function wheelsOf({ environments }: Matrix): readonly (DeclaredWheel & { readonly name: string })[] {
  return environments.flatMap((environment) => {
    const { wheel } = declarationOf(environment);
    return wheel === null ? [] : [{ name: environment.name, ...wheel }];
  });
}
