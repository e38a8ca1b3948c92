/** What is allowed in a matrix but does not do what it seems to. Warnings, never errors. */
import { BUILT_IN } from '../catalogue/built-in.ts';
import { wheelFault } from '../catalogue/check.ts';
import { publicGfx1030 } from '../catalogue/chips.ts';
import { isNightly } from '../catalogue/files.ts';
import { publicWheel } from '../catalogue/find.ts';
import { isOlder } from '../catalogue/order.ts';
import { variablesFor } from './subject.ts';
import type { Catalogue } from '../catalogue/types.ts';
import type { Environment, Matrix } from './schema.ts';

type Wheel = Extract<Environment, { kind: 'wheel' }>;

/** One sentence or two each, in the order of the file; each once. */
export function adviceOn(matrix: Matrix, catalogue: Catalogue = BUILT_IN): readonly string[] {
  return [...new Set([...variableAdvice(matrix), ...wheelAdvice(matrix, catalogue), ...confounded(matrix)])];
}

function variableAdvice(matrix: Matrix): readonly string[] {
  const settings = Object.keys(matrix.settings);
  return matrix.environments.flatMap((environment) =>
    settings.flatMap((setting) => {
      const variables = Object.entries(variablesFor(matrix, environment.name, setting));
      return variables.flatMap(([name, value]) => oneVariable(name, value, environment));
    }),
  );
}

const FAMILY_SWITCH = /^MIOPEN_DEBUG_CONV_(GEMM|DIRECT|WINOGRAD|IMPLICIT_GEMM|FFT)$/;

function oneVariable(name: string, value: string, environment: Environment): readonly string[] {
  if (FAMILY_SWITCH.test(name) && value !== '0') {
    return [`${name}=${value} is a no-op: the family is on anyway, and only 0 has an effect. To use one family alone, set the other four to 0.`];
  }
  if (name === 'MIOPEN_FIND_ENFORCE' && !['', '0', '1', 'NONE'].includes(value)) {
    return [`${name}=${value} forces long searches (10 to 33 minutes are on record): slow is not hung, but it needs a longer watchdog.hard_limit.`];
  }
  if (name === 'HSA_OVERRIDE_GFX_VERSION' && ['11.0.0', '9.4.0'].includes(value)) {
    return [`${name}=${value} has reset RDNA1 cards and locked the machine; 10.3.0 is the value that has worked.`];
  }
  if (name === 'HIP_FORCE_COARSE_GRAIN') return [`${name} is no variable of ROCm: nothing reads it.`];
  if (name === 'LD_LIBRARY_PATH' && environment.kind === 'wheel' && isOlder(environment.torch, '2.1')) {
    return [`${name} wins over the libraries inside of torch 2.0.1 and older wheels: another ROCm may be measured than the matrix says.`];
  }
  if (name === 'HIP_LAUNCH_BLOCKING' && environment.kind === 'wheel' && isOlder(environment.rocm, '6.1')) {
    return [`${name} does nothing before ROCm 6.1; AMD_SERIALIZE_KERNEL=3 does the same for older wheels.`];
  }
  return [];
}

function wheelAdvice(matrix: Matrix, catalogue: Catalogue): readonly string[] {
  const wheels = matrix.environments.filter((environment): environment is Wheel => environment.kind === 'wheel');
  const old = wheels.filter(({ rocm, index }) => index === undefined && publicGfx1030(rocm) === false).map(({ name }) => name);
  const nightlies = wheels.filter((wheel) => wheel.index === undefined && isNightly(wheel.torch));
  const unknown = nightlies.filter((wheel) => publicWheel(catalogue, wheel) === null).map(({ name }) => name);
  const pythonless = wheels.filter((wheel) => wheel.index !== undefined && wheelFault(catalogue, wheel, wheel.python)?.field === 'python');
  return [
    ...(old.length > 0 ? [`${old.join(', ')}: wheels before ROCm 4.3 hold no gfx1030 code; expect "no binary", not a hang.`] : []),
    ...(nightlies.length > 0 ? [`${nightlies.map(({ name }) => name).join(', ')}: nightlies are deleted regularly and may be gone.`] : []),
    ...(unknown.length > 0 ? [`${unknown.join(', ')}: not among the nightlies that the catalogue knows.`] : []),
    ...pythonless.map(({ name, torch, rocm, python }) => `${name}: the public wheel ${torch}+rocm${rocm} is not built for Python ${python}; its own index has to have one.`),
  ];
}

/** Neighbours that differ in torch and in ROCm: a boundary between them does not say which is at fault. */
function confounded(matrix: Matrix): readonly string[] {
  const wheels = matrix.environments.filter((environment): environment is Wheel => environment.kind === 'wheel');
  const pairs = wheels.flatMap((wheel, index) => {
    const next = wheels[index + 1];
    return next === undefined || next.torch === wheel.torch || next.rocm === wheel.rocm ? [] : [`${wheel.rocm}|${next.rocm}`];
  });
  if (pairs.length === 0) return [];
  return [`torch and ROCm both change at ROCm ${pairs.join(', ')}: a boundary there cannot be put down to one of them.`];
}
