/** What discovery finds, and how it looks at the machine. */
import type { DeviceInfo } from '../model/events.ts';
import type { DeviceKind } from '../model/makers.ts';

export interface FoundDevice extends DeviceInfo {
  /** Why it cannot be used as things are, with what to do; null when it can. */
  readonly problem: string | null;
  /** Part of the processor package, not a card of its own. */
  readonly integrated: boolean;
  /** Memory of the card in MiB; null when the driver does not tell. */
  readonly vramMib: number | null;
  /** Its own device files, such as /dev/dri/renderD128; who holds them uses the card. */
  readonly files: readonly string[];
  /** Variables that leave this device alone visible to a probe; empty when it is the only one of its kind. */
  readonly variables: Readonly<Record<string, string>>;
}

/** One place that was looked at, and what was there. */
export interface Look {
  readonly kind: DeviceKind;
  readonly where: string;
  readonly saw: string;
  /** What to do, where that is a card that its driver refuses. */
  readonly mend?: string;
}

export interface Discovery {
  readonly devices: readonly FoundDevice[];
  readonly looked: readonly Look[];
}

/** A device of which nothing but this is known. */
export function unknownDevice(known: Pick<FoundDevice, 'kind' | 'name'> & Partial<FoundDevice>): FoundDevice {
  return {
    target: null,
    pciAddress: null,
    simulation: null,
    problem: null,
    integrated: false,
    vramMib: null,
    files: [],
    variables: {},
    ...known,
  };
}

/** The machine under a root folder. None of the methods throws or waits for ever. */
export interface Machine {
  /** Reads a file that may block on a sick card. `path` is absolute, as seen from the root. */
  read(
    path: string,
  ): Promise<
    { readonly kind: 'text'; readonly text: string } | { readonly kind: 'unreadable' } | { readonly kind: 'too-slow' }
  >;
  /**
   * The first line of each file, without white space around it; files that are absent, empty or closed to us are left out.
   * answered: false when some file did not; what was read before it counts.
   */
  lines(paths: readonly string[]): Promise<{ readonly lines: ReadonlyMap<string, string>; readonly answered: boolean }>;
  /** Names in a folder, sorted by number where they hold one; empty when it is absent or closed to us. */
  list(path: string): Promise<readonly string[]>;
  /** The same, but an empty folder, one that is closed to us and an absent one are told apart. */
  entries(path: string): Promise<readonly string[] | 'closed' | 'absent'>;
  /** What a symbolic link points to, as it is written; null when there is none that we may read. */
  link(path: string): Promise<string | null>;
  /** Whether a device file may be read and written. */
  access(path: string): Promise<'usable' | 'denied' | 'absent'>;
}
