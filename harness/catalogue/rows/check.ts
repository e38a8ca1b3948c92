/** Whether a wheel that somebody wants exists, and if not, which real ones are nearest. */
import { SCRAPED } from './built-in.ts';
import { isNightly } from './files.ts';
import { nearestTo, publicWheel, type Pair } from '../find.ts';
import { selectWheels } from '../select.ts';
import { compareTags, compareVersions, distinctVersions, isRange, pythonTag, pythonVersion } from '../order.ts';
import { wheelId } from '../wheel-name.ts';
import type { Catalogue, Wheel } from '../types.ts';
import { UsageError } from '../../model/errors.ts';

export interface WheelFault {
  readonly field: 'rocm' | 'python';
  readonly message: string;
}

/** null when the wheel exists, or may: nobody knows all nightlies. Not for a wheel that names its own index. `python` is "3.10" or "3.10.13". */
export function wheelFault(catalogue: Catalogue, pair: Pair, python: string): WheelFault | null {
  const wheel = publicWheel(catalogue, pair);
  if (wheel === null) return isNightly(pair.torch) ? null : { field: 'rocm', message: missingPair(catalogue, pair) };
  const tag = pythonTag(python);
  if (tag === null || !wheel.pythonsComplete || wheel.pythons.includes(tag)) return null;
  return { field: 'python', message: missingPython(wheel, tag, catalogue) };
}

/** Throws UsageError `no-such-wheel` where nothing was found of the pair. */
export function refuseMissing(catalogue: Catalogue, pair: Pair, found: readonly Wheel[]): void {
  if (found.length > 0) return;
  throw new UsageError('no-such-wheel', missingPair(catalogue, pair), 'bench catalogue lists those that there are');
}

/** "there is no wheel of torch 2.2.2 for ROCm 5.2; nearest: …" */
function missingPair(catalogue: Catalogue, pair: Pair): string {
  const { sameTorch, sameRocm, otherwise, elsewhere, images } = nearestTo(catalogue, pair);
  const near = [
    ...sameTorch.map((one) => `${wheelId(one)} (same torch)`),
    ...sameRocm.map((one) => `${wheelId(one)} (same ROCm)`),
    ...otherwise.map(wheelId),
  ];
  const other = [
    ...elsewhere.map(
      (one) =>
        `${one.channel === 'amd' ? 'AMD' : one.channel} has ${wheelId(one)}${one.index === null ? '' : ` at ${one.index}`}`,
    ),
    ...images.map(({ image }) => `the image ${image} holds this pair`),
  ];
  return [
    `there is no wheel of torch ${pair.torch} for ROCm ${pair.rocm}${isNewer(catalogue, pair) ? ` in the catalogue, which is of ${SCRAPED}: bench catalogue update looks for newer ones` : ''}`,
    ...(near.length === 0 ? [] : [`nearest: ${near.join(', ')}`]),
    ...nextTags(catalogue, pair.rocm),
    ...other,
    'give "index" if you have it from elsewhere',
  ].join('; ');
}

/** What a person may have meant who wrote a ROCm tag that no wheel has. */
function nextTags({ wheels }: Catalogue, rocm: string): readonly string[] {
  const tags = distinctVersions(wheels.filter(({ channel }) => channel === 'stable').map((wheel) => wheel.rocm));
  if (tags.includes(rocm)) return [];
  const beside = [
    tags.findLast((tag) => compareVersions(tag, rocm) < 0),
    tags.find((tag) => compareVersions(tag, rocm) >= 0),
  ];
  return [
    `no wheel has the ROCm tag ${rocm}; next to it are ${beside.filter((tag) => tag !== undefined).join(' and ')}`,
  ];
}

/** For somebody who asked for versions of which nothing is there: the nearest that are. Of wheels that are there, the Pythons that they are built for. Empty for other ranges and for what is there. */
export function besideMissing(
  catalogue: Catalogue,
  {
    torch,
    rocm,
    python,
  }: { readonly torch?: string | undefined; readonly rocm?: string | undefined; readonly python?: string | undefined },
): readonly string[] {
  if (python !== undefined) {
    const others = selectWheels(catalogue, { torch, rocm });
    const tags = [...new Set(others.flatMap(({ pythons }) => pythons))].toSorted(compareTags);
    if (tags.length > 0 && !tags.includes(python))
      return [`built for Python ${tags.map(pythonVersion).join(', ')} only: ${others.map(wheelId).join(', ')}`];
  }
  if (torch !== undefined && rocm !== undefined)
    return isRange(torch) || isRange(rocm) || publicWheel(catalogue, { torch, rocm }) !== null
      ? []
      : [missingPair(catalogue, { torch, rocm })];
  if (rocm !== undefined && !isRange(rocm)) return nextTags(catalogue, rocm);
  return [];
}

/** Newer than everything that was listed: then it may have come since. */
function isNewer({ wheels }: Catalogue, pair: Pair): boolean {
  const stable = wheels.filter(({ channel }) => channel === 'stable');
  return (
    stable.every(({ torch }) => compareVersions(torch, pair.torch) < 0) ||
    stable.every(({ rocm }) => compareVersions(rocm, pair.rocm) < 0)
  );
}

function missingPython(wheel: Wheel, tag: string, { wheels }: Catalogue): string {
  const [first = '', last = ''] = [wheel.pythons[0], wheel.pythons.at(-1)];
  const [range, nearest] = compareTags(tag, first) < 0 ? ['before', first] : ['after', last];
  const others = wheels.filter(
    ({ channel, rocm, pythons }) => channel === 'stable' && rocm === wheel.rocm && pythons.includes(tag),
  );
  const other = others.toSorted((a, b) => compareVersions(a.torch, b.torch))[range === 'after' ? 0 : others.length - 1];
  return (
    `${wheelId(wheel)} has no wheel for Python ${pythonVersion(tag)}, only for ${wheel.pythons.map(pythonVersion).join(', ')}; ` +
    `use python: "${pythonVersion(nearest)}"${other === undefined ? '' : `, or torch ${other.torch}, which has one for this ROCm`}`
  );
}
