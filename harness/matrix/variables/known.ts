/** What is known of a variable's name: which ROCm reads it, and the nearest known name when none does. Pure. */
import { MIOPEN_NEWEST, MIOPEN_OLDEST, MIOPEN_VARIABLES } from './miopen.ts';
import { RUNTIME_VARIABLES } from './runtime.ts';
import type { VariableRow } from './variable-row.ts';
import { minorOf, compareVersions } from '../../catalogue/order.ts';
import { nearest } from '../file/nearest.ts';

/** Names with these beginnings belong to MIOpen and to ROCm's runtimes alone: one that they do not know does nothing. */
const OWNED = /^(?:MIOPEN|HSA|HSAKMT|HIP|ROCR)_/;
/** For one node of several: HSA_OVERRIDE_GFX_VERSION_1. */
const NUMBERED = /^(HSA_OVERRIDE_GFX_VERSION)_\d+$/;

const KNOWN: ReadonlyMap<string, VariableRow> = new Map(
  [...MIOPEN_VARIABLES, ...RUNTIME_VARIABLES].map((row) => [row[0], row]),
);

export type VariableUse =
  /** Read by this ROCm, or no name that MIOpen or a runtime owns, or its ROCm is not known. */
  | { readonly kind: 'fine' }
  /** near: the known name that may be meant. newer: the table ends before this ROCm, which may know it. */
  | { readonly kind: 'unknown'; readonly near: string | null; readonly looked: string; readonly newer: boolean }
  | { readonly kind: 'too-new'; readonly since: string }
  | { readonly kind: 'gone'; readonly upTo: string };

const FINE: VariableUse = { kind: 'fine' };

/** `rocm` is the tag of a wheel, such as "5.2"; null when it is not known. */
export function useOf(name: string, rocm: string | null): VariableUse {
  const row = KNOWN.get(NUMBERED.exec(name)?.[1] ?? name);
  if (row === undefined) {
    if (!OWNED.test(name)) return FINE;
    const isMiopen = name.startsWith('MIOPEN_');
    const looked = isMiopen
      ? `any MIOpen of ROCm ${MIOPEN_OLDEST} to ${MIOPEN_NEWEST}`
      : 'any ROCm runtime that was looked at (up to 6.3)';
    return {
      kind: 'unknown',
      near: nearName(name),
      looked,
      newer: rocm !== null && compareVersions(minorOf(rocm), MIOPEN_NEWEST) > 0,
    };
  }
  const [, first, last] = row;
  if (rocm === null) return FINE;
  // Minor releases alone: not every patch release was looked at.
  if (first !== '' && compareVersions(minorOf(rocm), minorOf(first)) < 0) return { kind: 'too-new', since: first };
  if (last !== '' && compareVersions(minorOf(rocm), minorOf(last)) > 0) return { kind: 'gone', upTo: last };
  return FINE;
}

/** Of the same family: MIOPEN_X is no spelling of HSA_X. */
function nearName(name: string): string | null {
  const family = name.slice(0, name.indexOf('_') + 1);
  const same = [...KNOWN.keys()].filter((known) => known.startsWith(family));
  return nearest(name, same) ?? contained(name, same);
}

/** MIOPEN_CONV_GEMM is meant for MIOPEN_DEBUG_CONV_GEMM: all its words in their order, and the fewest more. */
function contained(name: string, known: readonly string[]): string | null {
  const words = name.split('_');
  const holds = (candidate: string): boolean => {
    let at = 0;
    for (const word of candidate.split('_')) if (word === words[at]) at += 1;
    return at === words.length;
  };
  return known.filter(holds).toSorted((a, b) => a.length - b.length)[0] ?? null;
}
