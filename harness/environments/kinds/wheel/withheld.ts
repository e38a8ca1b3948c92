/** What the caller's shell sets and probes do not get, in sentences: results must not surprise who believes that it took part. Pure. */
import { isSecretName } from '../../../model/secret-name.ts';
import { isMakersVariable } from '../../../model/makers.ts';

type Ambient = Readonly<Record<string, string | undefined>>;

/** They change which libraries and modules are loaded. */
const LOADER: readonly (readonly [name: string, does: string])[] = [
  ['LD_LIBRARY_PATH', 'it replaces the ROCm libraries of wheels up to torch 2.0.1 without a word'],
  ['LD_PRELOAD', 'it puts libraries before all others'],
  ['LD_AUDIT', 'it puts a library between every program and its libraries'],
  ['PYTHONPATH', 'it puts other modules before the installed ones'],
  ['PYTHONHOME', 'it makes Python load the library of another one'],
];
/** Beside those of the makers. */
const DECIDES = /^(?:PYTORCH|TORCH|OMP|MKL|KMP|GOMP)_/;
/** Set by installers and images, or read by those that build extensions; no library reads them while a probe runs. */
const HARMLESS = /_(?:HOME|PATH|ROOT|DIR|VERSION)$|^TORCH_CUDA_ARCH_LIST$/;
const NOT_HARMLESS = /^(?:HSA_OVERRIDE_GFX_VERSION|MIOPEN_\w+)$/;
const MOST_NAMED = 6;
const LONGEST_VALUE = 100;

/** One sentence for each loader variable, and one for the rest. `given`: names that the matrix sets itself. */
export function withheld(ambient: Ambient, given: ReadonlySet<string>): readonly string[] {
  const has = (name: string): boolean => (ambient[name] ?? '') !== '' && !given.has(name);
  const loader = LOADER.filter(([name]) => has(name)).map(
    ([name, does]) => `${shown(name, ambient)} is set in your shell and is not passed on to probes: ${does}`,
  );
  const others = Object.keys(ambient)
    .filter(
      (name) =>
        (isMakersVariable(name) || DECIDES.test(name)) &&
        (!HARMLESS.test(name) || NOT_HARMLESS.test(name)) &&
        has(name),
    )
    .toSorted();
  if (others.length === 0) return loader;
  const named = others
    .slice(0, MOST_NAMED)
    .map((name) => shown(name, ambient))
    .join(', ');
  const more = others.length > MOST_NAMED ? ` and ${others.length - MOST_NAMED} more` : '';
  return [
    ...loader,
    `${named}${more}: set in your shell and not passed on to probes. Write what is to be tested under env: in the matrix`,
  ];
}

function shown(name: string, ambient: Ambient): string {
  if (isSecretName(name)) return name;
  const value = (ambient[name] ?? '').replaceAll(/[^\x20-\x7E]/g, '?');
  return `${name}=${value.length > LONGEST_VALUE ? `${value.slice(0, LONGEST_VALUE)}...` : value}`;
}
