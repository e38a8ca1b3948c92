/**
 * What differs between two environments, as far as it is known without starting them, and whether a comparison of the two can be put down to
 * one cause. Pure; a fingerprint of the real thing is in a run's results.
 */
import { BUILT_IN, miopenOf } from './rows/built-in.ts';
import { indexOf } from './rows/files.ts';
import { publicWheel, wheelsOf } from './find.ts';
import { minorOf, sameVersion } from './order.ts';
import { numpyLimit, platformOf } from './wheel-name.ts';
import type { Catalogue } from './types.ts';

/** null: not known. */
export interface Versions {
  readonly torch: string | null;
  readonly rocm: string | null;
  /** Who built it: "stable", "nightly", "amd", "container", "interpreter", or the index that the matrix names. */
  readonly build?: string | null;
  readonly miopen?: string | null;
  /** "3.10" */
  readonly python?: string | null;
  readonly platform?: string | null;
  /** What limits NumPy, such as "numpy<2"; "any" when nothing does. */
  readonly numpy?: string | null;
  /** RPATH or RUNPATH: whether LD_LIBRARY_PATH can replace its libraries. */
  readonly lookup?: string | null;
}

export const FACTORS = ['torch', 'rocm', 'build', 'miopen', 'python', 'platform', 'numpy', 'lookup'] as const;
export type Factor = (typeof FACTORS)[number];

export interface Difference {
  readonly factor: Factor;
  readonly a: string;
  readonly b: string;
}

export interface Comparison {
  readonly different: readonly Difference[];
  readonly same: readonly Factor[];
  /** Not known of at least one of the two. */
  readonly unknown: readonly Factor[];
  /**
   * The factors chosen apart from each other in which the two differ: torch, rocm, build and python. The others follow from these.
   * None: the same experiment as far as is known. More than one: confounded.
   */
  readonly causes: readonly Factor[];
  /** Both torch and ROCm differ: what differs in the outcome cannot be put down to one of them. */
  readonly confounded: boolean;
}

const CHOSEN: readonly Factor[] = ['torch', 'rocm', 'build', 'python'];

export function differences(a: Versions, b: Versions): Comparison {
  const pairs = FACTORS.map((factor) => ({ factor, a: a[factor] ?? null, b: b[factor] ?? null }));
  const different = pairs.flatMap((one): readonly Difference[] =>
    one.a === null || one.b === null || isSame(one.factor, one.a, one.b)
      ? []
      : [{ factor: one.factor, a: one.a, b: one.b }],
  );
  const differs = new Set(different.map(({ factor }) => factor));
  return {
    different,
    same: pairs
      .filter((one) => one.a !== null && one.b !== null && !differs.has(one.factor))
      .map(({ factor }) => factor),
    unknown: pairs.filter((one) => one.a === null || one.b === null).map(({ factor }) => factor),
    causes: CHOSEN.filter((factor) => differs.has(factor)),
    confounded: differs.has('torch') && differs.has('rocm'),
  };
}

/** ROCm tags are compared as text: 6.2 and 6.2.0 would be different wheels. */
function isSame(factor: Factor, a: string, b: string): boolean {
  return a === b || ((factor === 'torch' || factor === 'python') && sameVersion(a, b));
}

/** What is known of an image before it is there; what is said of it comes first. */
export function imageVersions(
  {
    image,
    torch,
    rocm,
  }: { readonly image: string; readonly torch?: string | undefined; readonly rocm?: string | undefined },
  { containers }: Catalogue,
): Versions {
  const known = containers.find((one) => one.image === image.replace(/^docker\.io\//, ''));
  const version = torch ?? known?.torch ?? null;
  return {
    torch: version,
    rocm: rocm ?? known?.rocm ?? null,
    build: 'container',
    python: known?.python ?? null,
    numpy: version === null ? null : (numpyLimit(version) ?? 'any'),
  };
}

export interface NamedWheel {
  readonly torch: string;
  readonly rocm?: string | undefined;
  /** "3.10" */
  readonly python: string;
  readonly index?: string | undefined;
}

/** What is known of a wheel before it is there. */
export function wheelVersions({ torch, rocm, python, index }: NamedWheel, catalogue: Catalogue = BUILT_IN): Versions {
  // The wheel of some package index, for the CPU or CUDA.
  if (rocm === undefined)
    return { torch, rocm: null, build: index ?? null, python: minorOf(python), numpy: numpyLimit(torch) ?? 'any' };
  const own = index === undefined ? null : index.replace(/\/$/, '');
  const elsewhere = own === null || own === indexOf({ torch, rocm }, catalogue) ? null : own;
  const wheel =
    elsewhere === null
      ? publicWheel(catalogue, { torch, rocm })
      : (wheelsOf(catalogue, { torch, rocm }).find((one) => one.index?.replace(/\/$/, '') === elsewhere) ?? null);
  const common = { torch, rocm, python: minorOf(python), numpy: numpyLimit(torch) ?? 'any' };
  if (wheel === null && elsewhere !== null)
    return { ...common, build: elsewhere, miopen: null, platform: null, lookup: null };
  return {
    ...common,
    // A wheel that was seen singly is built like the others.
    build: wheel === null || wheel.channel === 'later' ? 'stable' : wheel.channel,
    miopen: wheel?.miopen?.value ?? (wheel?.channel === 'nightly' ? (miopenOf(rocm)?.value ?? null) : null),
    platform: wheel?.platform?.value ?? (wheel === null ? platformOf(torch) : null),
    lookup: wheel?.lookup ?? null,
  };
}
