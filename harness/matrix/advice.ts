/** What is allowed in a matrix but does not do what it seems to. Warnings, never errors. */
import { gte, lt, valid } from '@renovatebot/pep440';
import { variablesFor } from './subject.ts';
import type { Environment, Matrix } from './schema.ts';

type Wheel = Extract<Environment, { kind: 'wheel' }>;

/** One sentence or two each, in the order of the file; each once. */
export function adviceOn(matrix: Matrix): readonly string[] {
  return [...new Set([...variableAdvice(matrix), ...wheelAdvice(matrix), ...confounded(matrix)])];
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
  if (name === 'LD_LIBRARY_PATH' && environment.kind === 'wheel' && isBefore(environment.torch, '2.1')) {
    return [`${name} wins over the libraries inside of torch 2.0.1 and older wheels: another ROCm may be measured than the matrix says.`];
  }
  if (name === 'HIP_LAUNCH_BLOCKING' && environment.kind === 'wheel' && isBefore(environment.rocm, '6.1')) {
    return [`${name} does nothing before ROCm 6.1; AMD_SERIALIZE_KERNEL=3 does the same for older wheels.`];
  }
  return [];
}

function wheelAdvice(matrix: Matrix): readonly string[] {
  const wheels = matrix.environments.filter((environment) => environment.kind === 'wheel');
  const old = wheels.filter(({ rocm }) => isBefore(rocm, '4.3')).map(({ name }) => name);
  const young = wheels.filter(({ torch, python }) => isBefore(torch, '2.0') && isFrom(python, '3.11')).map(({ name }) => name);
  return [
    ...(old.length > 0 ? [`${old.join(', ')}: wheels before ROCm 4.3 hold no gfx1030 code; expect "no binary", not a hang.`] : []),
    ...(young.length > 0 ? [`${young.join(', ')}: torch before 2.0 has no ROCm wheel for Python 3.11 or later; use python: '3.10'.`] : []),
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

function isBefore(version: string, limit: string): boolean {
  return valid(version) !== null && lt(version, limit);
}

function isFrom(version: string, limit: string): boolean {
  return valid(version) !== null && gte(version, limit);
}
