/** The one file that a wheel environment installs: its name, and its index, checksum and size where they are known. */
import { BUILT_IN, publicIndex } from './built-in.ts';
import { publicWheel, type Pair } from '../find.ts';
import { pythonTag } from '../order.ts';
import { fileName, platformOf } from '../wheel-name.ts';
import type { Catalogue, WheelFile } from '../types.ts';

/** Development versions are served by an index of their own. */
export function isNightly(torch: string): boolean {
  return /\.dev\d+$/.test(torch);
}

/** Where pip finds a pair that names no index itself. */
export function indexOf(pair: Pair, catalogue: Catalogue = BUILT_IN): string {
  const known = publicWheel(catalogue, pair)?.index;
  if (known !== undefined && known !== null) return known;
  return isNightly(pair.torch) ? `https://download.pytorch.org/whl/nightly/rocm${pair.rocm}` : publicIndex(pair.rocm);
}

/** `python` is "3.10" or "3.10.13". The name follows the public index where the file itself was not seen; checksum and size are null unless known. */
export function fileOf(
  pair: Pair,
  python: string,
  catalogue: Catalogue = BUILT_IN,
): WheelFile & { readonly name: string } {
  const tag = pythonTag(python) ?? 'cp310';
  const wheel = publicWheel(catalogue, pair);
  const known = wheel?.files[tag];
  const platform = wheel?.platform?.value ?? platformOf(pair.torch);
  return {
    name: known?.name ?? fileName({ ...pair, build: wheel?.build ?? '', python: tag, platform }),
    url: known?.url ?? null,
    sha256: known?.sha256 ?? null,
    size: known?.size ?? wheel?.size ?? null,
  };
}
