/** Which wheels a person asks for: by versions, Python, chip and channel. */
import { holdsCode, serves } from './chips.ts';
import { ordered, type Order } from './find.ts';
import { compareVersions, meant } from './order.ts';
import type { Catalogue, ChannelId, Container, Wheel } from './types.ts';

export interface Wanted {
  /** A version, the beginning of one, or a specifier: see `meant`. */
  readonly torch?: string | undefined;
  readonly rocm?: string | undefined;
  /** "cp310" */
  readonly python?: string | undefined;
  /** The card: wheels that cannot run on it are left out; those of which it is not known stay. */
  readonly card?: string | undefined;
  /** Chips whose code must be in the wheel, and chips whose code must not. What is not known fits neither. */
  readonly holds?: string | undefined;
  readonly lacks?: string | undefined;
  /** stable unless told. */
  readonly channel?: ChannelId | undefined;
  /** torch unless told. */
  readonly order?: Order | undefined;
  /** Of each ROCm tag the wheel with the newest torch alone. */
  readonly newest?: boolean | undefined;
}

export function selectWheels(catalogue: Catalogue, wanted: Wanted): readonly Wheel[] {
  const { torch, rocm, python, card, holds, lacks, channel = 'stable', order = 'torch', newest = false } = wanted;
  const all = catalogue.wheels.filter((wheel) => wheel.channel === channel);
  const torches = among(
    torch,
    all.map((wheel) => wheel.torch),
  );
  const rocms = among(
    rocm,
    all.map((wheel) => wheel.rocm),
  );
  const found = all.filter(
    (wheel) =>
      (torches === null || torches.has(wheel.torch)) &&
      (rocms === null || rocms.has(wheel.rocm)) &&
      (python === undefined || wheel.pythons.includes(python)) &&
      (card === undefined || serves(wheel, card) !== 'none') &&
      (holds === undefined || holdsCode(wheel, holds) === true) &&
      (lacks === undefined || holdsCode(wheel, lacks) === false),
  );
  return ordered(newest ? newestPerRocm(found) : found, order);
}

export function selectContainers({ containers }: Catalogue, { torch, rocm, python }: Wanted): readonly Container[] {
  const torches = among(
    torch,
    containers.flatMap((one) => (one.torch === null ? [] : [one.torch])),
  );
  const rocms = among(
    rocm,
    containers.map((one) => one.rocm),
  );
  return containers.filter(
    (one) =>
      (torches === null || (one.torch !== null && torches.has(one.torch))) &&
      (rocms === null || rocms.has(one.rocm)) &&
      (python === undefined || one.python === python.replace(/^cp3/, '3.')),
  );
}

/** The versions that are meant; null for all. */
function among(version: string | undefined, known: readonly string[]): ReadonlySet<string> | null {
  return version === undefined ? null : meant(version, known);
}

export function newestPerRocm(wheels: readonly Wheel[]): readonly Wheel[] {
  return perRocm(wheels, (a, b) => compareVersions(b.torch, a.torch));
}

export function oldestPerRocm(wheels: readonly Wheel[]): readonly Wheel[] {
  return perRocm(wheels, (a, b) => compareVersions(a.torch, b.torch));
}

/** The first of each ROCm tag, in the order of `compare`. */
function perRocm(wheels: readonly Wheel[], compare: (a: Wheel, b: Wheel) => number): readonly Wheel[] {
  const seen = new Set<string>();
  return wheels.toSorted(compare).filter(({ rocm }) => (seen.has(rocm) ? false : seen.add(rocm)));
}
