/** What a catalogue has that an older one had not. */
import { compareTags } from '../order.ts';
import { wheelId } from '../wheel-name.ts';
import type { Catalogue, Wheel } from '../types.ts';

export interface News {
  readonly wheels: readonly { readonly id: string; readonly channel: string; readonly pythons: readonly string[] }[];
  /** Wheels that were known, for Pythons that were not. */
  readonly pythons: readonly { readonly id: string; readonly pythons: readonly string[] }[];
  /** Files whose checksum or size was not known. */
  readonly sha256: number;
  readonly sizes: number;
}

export function newsOf(before: Catalogue, after: Catalogue): News {
  const known = new Map(before.wheels.map((wheel) => [key(wheel), wheel]));
  const wheels: News['wheels'][number][] = [];
  const more: News['pythons'][number][] = [];
  let sha256s = 0;
  let sizes = 0;
  for (const wheel of after.wheels) {
    const old = known.get(key(wheel));
    const { channel } = wheel;
    const pythons = wheel.pythons
      .filter((tag) => old === undefined || !old.pythons.includes(tag))
      .toSorted(compareTags);
    if (old === undefined) wheels.push({ id: wheelId(wheel), channel, pythons });
    else if (pythons.length > 0) more.push({ id: wheelId(wheel), pythons });
    for (const [tag, { sha256, size }] of Object.entries(wheel.files)) {
      if (sha256 !== null && (old?.files[tag]?.sha256 ?? null) === null) sha256s += 1;
      if (size !== null && (old?.files[tag]?.size ?? null) === null) sizes += 1;
    }
  }
  return { wheels, pythons: more, sha256: sha256s, sizes };
}

function key({ channel, torch, rocm, build }: Wheel): string {
  return `${channel} ${torch}+${rocm}${build}`;
}
