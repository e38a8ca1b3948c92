/** What the catalogue holds. Unknown is null, never guessed; what was inferred and not read anywhere says so. */

export const CHANNELS = ['stable', 'later', 'amd', 'nightly', 'gfx1010', 'container'] as const;
/**
 * stable: the complete list of one day · later: stable wheels seen singly since · amd: AMD's own builds · nightly: deleted at will ·
 * gfx1010: native wheels for RDNA1 cards · container: rocm/pytorch images.
 */
export type ChannelId = (typeof CHANNELS)[number];

export interface Channel {
  readonly id: ChannelId;
  readonly title: string;
  /** Where its wheels are: `<X>` stands for a ROCm version. Empty for images. */
  readonly indexes: readonly string[];
  readonly notes: readonly string[];
  /** Where these facts were read. */
  readonly source: string;
}

export interface Fact<Value> {
  readonly value: Value;
  readonly status: 'confirmed' | 'inferred';
}

/** One file of a wheel: a build for one CPython. */
export interface WheelFile {
  /** null when a part of it, such as the platform, is not known. */
  readonly name: string | null;
  /** Without the fragment; null when it was not seen and only follows the pattern of the index. */
  readonly url: string | null;
  /** 64 hex digits. */
  readonly sha256: string | null;
  readonly size: Size | null;
}

export interface Size {
  readonly bytes: number;
  /** exact: an index gave it · about: published, rounded · least: it is larger than this. */
  readonly quality: 'exact' | 'about' | 'least';
}

export interface Wheel {
  readonly channel: Exclude<ChannelId, 'container'>;
  readonly torch: string;
  /** The tag of the wheel: "5.2" and "5.2.0" are not the same one. */
  readonly rocm: string;
  /** What follows the ROCm tag in the version, such as ".git4e7ae583"; '' for nearly all. */
  readonly build: string;
  /** Of pip; null when not known. */
  readonly index: string | null;
  /** "cp38", in order; empty when none was seen. */
  readonly pythons: readonly string[];
  /** Whether `pythons` is all there is: then a Python that is not in it has no wheel. */
  readonly pythonsComplete: boolean;
  readonly platform: Fact<string> | null;
  readonly torchvision: Fact<string> | null;
  readonly miopen: Fact<string> | null;
  /** Whether it holds code for gfx1030, as which an RDNA1 card poses under HSA_OVERRIDE_GFX_VERSION=10.3.0. */
  readonly gfx1030: boolean | null;
  /** RPATH: its own libraries win over LD_LIBRARY_PATH. RUNPATH: they lose. Inferred from the build scripts. */
  readonly lookup: 'RPATH' | 'RUNPATH' | null;
  /** By CPython tag; only what is known of single files. */
  readonly files: Readonly<Record<string, WheelFile>>;
  /** A size of one of its files, when it is not known of which. */
  readonly size: Size | null;
  /** Whether pytorch.org's page of previous versions names the pair. */
  readonly onPage: 'yes' | 'no' | 'unchecked';
  /** Where it was seen. */
  readonly source: string;
  readonly note: string | null;
}

export interface Container {
  readonly image: string;
  readonly torch: string | null;
  readonly rocm: string;
  readonly python: string;
  readonly source: string;
}

export interface Catalogue {
  readonly wheels: readonly Wheel[];
  readonly containers: readonly Container[];
  /** Indexes that the user's own part of it was read from, with the time. */
  readonly updates: readonly { readonly index: string; readonly fetched: string }[];
}
