/** Looking things up in a catalogue: one wheel, its neighbours, and the nearest real ones of a pair that does not exist. */
import { compareVersions, sameVersion } from './order.ts';
import type { Catalogue, ChannelId, Container, Wheel } from './types.ts';

export interface Pair {
  readonly torch: string;
  readonly rocm: string;
}

/** What a person may mean by half a name, such as "torch==2.0.1", "2.0.1" or "rocm5.3": the stable wheels of that torch, or of that ROCm. */
export function halfNamed({ wheels }: Catalogue, text: string): readonly Wheel[] {
  const [, tag, version] = /^(?:torch\s*==?\s*|v|(rocm))?(\d[0-9A-Za-z.]*)$/.exec(text.trim()) ?? [];
  if (version === undefined) return [];
  return wheels.filter(
    ({ channel, torch, rocm }) =>
      channel === 'stable' && (rocm === version || (tag === undefined && sameVersion(torch, version))),
  );
}

/** The wheels of a pair, the stable one first. The ROCm tag is compared as text: 5.1 and 5.1.1 are different, and so are 6.2 and 6.2.0. */
export function wheelsOf({ wheels }: Catalogue, { torch, rocm }: Pair): readonly Wheel[] {
  const found = wheels.filter((wheel) => sameVersion(wheel.torch, torch) && wheel.rocm === rocm);
  return found.toSorted((a, b) => rank(a.channel) - rank(b.channel));
}

/** What pip would install without being told of another index: null when only another channel has it, or none. */
export function publicWheel(catalogue: Catalogue, pair: Pair): Wheel | null {
  return wheelsOf(catalogue, pair).find(({ channel }) => channel !== 'amd' && channel !== 'gfx1010') ?? null;
}

function rank(channel: ChannelId): number {
  return ['stable', 'later', 'nightly', 'amd', 'gfx1010', 'container'].indexOf(channel);
}

export type Order = 'torch' | 'rocm';

/** By torch and then ROCm, or by ROCm and then torch; oldest first. */
export function ordered<One extends Pair>(wheels: readonly One[], order: Order): readonly One[] {
  const other = order === 'torch' ? 'rocm' : 'torch';
  return wheels.toSorted((a, b) => compareVersions(a[order], b[order]) || compareVersions(a[other], b[other]));
}

export interface Neighbours {
  /** Same ROCm, another torch: what changes between them is torch. Oldest first. */
  readonly torchOnly: readonly Wheel[];
  /** Same torch, another ROCm. Oldest first. */
  readonly rocmOnly: readonly Wheel[];
  /** The same two of AMD's wheels and of nightlies: other builds, so a bridge and not a proof. */
  readonly otherBuilds: readonly Wheel[];
  /** Images that share torch or ROCm. */
  readonly containers: readonly Container[];
}

export function neighbours(
  { wheels, containers }: Catalogue,
  wheel: Pair & { readonly channel?: ChannelId },
): Neighbours {
  const near = ordered(wheels, 'torch').filter(
    (one) => sameVersion(one.torch, wheel.torch) !== (one.rocm === wheel.rocm),
  );
  const sameBuilder = near.filter(({ channel }) => channel === 'stable' || channel === 'later');
  return {
    torchOnly: sameBuilder.filter(({ rocm }) => rocm === wheel.rocm),
    rocmOnly: sameBuilder.filter(({ torch }) => sameVersion(torch, wheel.torch)),
    otherBuilds: near.filter((one) => !sameBuilder.includes(one)),
    containers: containers.filter(
      ({ torch, rocm }) => rocm === wheel.rocm || (torch !== null && sameVersion(torch, wheel.torch)),
    ),
  };
}

export interface Nearest {
  /** Of this torch: the wheels on either side of the ROCm that was asked for, the older one first. */
  readonly sameTorch: readonly Wheel[];
  /** Of this ROCm: the wheels on either side of the torch. */
  readonly sameRocm: readonly Wheel[];
  /** When neither is known: those with the nearest torch. */
  readonly otherwise: readonly Wheel[];
  /** The pair itself in a channel that needs an index of its own, or in an image. */
  readonly elsewhere: readonly Wheel[];
  readonly images: readonly Container[];
}

/** The real wheels next to a pair. Of each kind at most two. */
export function nearestTo(catalogue: Catalogue, pair: Pair): Nearest {
  const stable = catalogue.wheels.filter(({ channel }) => channel === 'stable' || channel === 'later');
  const sameTorch = around(
    stable.filter(({ torch }) => sameVersion(torch, pair.torch)),
    'rocm',
    pair.rocm,
  );
  const sameRocm = around(
    stable.filter(({ rocm }) => rocm === pair.rocm),
    'torch',
    pair.torch,
  );
  return {
    sameTorch,
    sameRocm,
    otherwise: sameTorch.length + sameRocm.length > 0 ? [] : around(ordered(stable, 'rocm'), 'torch', pair.torch),
    elsewhere: wheelsOf(catalogue, pair).filter(({ channel }) => channel === 'amd' || channel === 'gfx1010'),
    images: catalogue.containers.filter(
      ({ torch, rocm }) => torch !== null && sameVersion(torch, pair.torch) && rocm === pair.rocm,
    ),
  };
}

/** The newest at or below and the oldest above. */
function around(wheels: readonly Wheel[], by: Order, version: string): readonly Wheel[] {
  const sorted = wheels.toSorted((a, b) => compareVersions(a[by], b[by]));
  const below = sorted.findLast((wheel) => compareVersions(wheel[by], version) <= 0);
  const above = sorted.find((wheel) => compareVersions(wheel[by], version) > 0);
  return [below, above].flatMap((wheel) => (wheel === undefined ? [] : [wheel]));
}
