/**
 * What differs from one maker of devices to the next. A new maker is a file here that gives an object of this form, and a row in model/makers.ts.
 * A maker touches the world only through what it is handed, so that recorded machines can stand in for it.
 */
import type { Discovery, FoundDevice, Machine } from './found.ts';
import type { Instruments } from './instruments.ts';
import type { Check } from '../model/check.ts';
import type { Collected } from '../model/attempt/collected.ts';
import type { DeviceInfo } from '../model/events.ts';
import type { DeviceChoice, DeviceKind } from '../model/makers.ts';

export interface Maker {
  readonly kind: DeviceKind;
  /** Its devices on this machine, and where it looked. Opens no device and asks no vendor tool. Never rejects. */
  discover(machine: Machine): Promise<Discovery>;
  /** What a person can do about a device on which nothing returns any more. */
  repair(device: DeviceInfo): string;
  /** Load, memory and temperatures while a probe hangs. */
  readings(card: DeviceInfo, instruments: Instruments): Promise<Collected>;
  /** What its driver counts for each process; absent where it counts nothing. */
  counts?(pids: readonly number[], instruments: Instruments): Promise<Collected>;
  /** What a container client has to be told, so that a probe inside reaches the card. */
  readonly container?: ContainerAccess;
  /** Files that are open for any card of this kind: who holds one of these alone may use another card. */
  readonly sharedFiles?: readonly string[];
  /** Processes that compute on some card of this kind, those too that /proc hides from this user. */
  computing?(machine: Machine): Promise<readonly number[]>;
  /** Programs that keep the files of every card open and use none. */
  readonly keepers?: readonly string[];
  /** What a person should know of the chosen card's driver before the run. */
  warnings?(device: FoundDevice): readonly string[];
  readonly doctor?: DoctorChecks;
}

export interface ContainerAccess {
  readonly devices: readonly string[];
  /** More of the client's own options. */
  readonly options: readonly string[];
  /** Files whose groups the probe has to be in. */
  readonly groupsOf: readonly string[];
}

export interface DoctorChecks {
  /** Driver and rights: what stands in the way of a card. */
  access(facts: CardFacts): readonly Check[];
  /** What is worth knowing of the chosen card. */
  card(chosen: FoundDevice): readonly Check[];
  /** What the caller's variables would do to this card. */
  shell(card: FoundDevice, ambient: Readonly<Record<string, string | undefined>>): readonly Check[];
  /** The variables that `shell` speaks of. */
  readonly told: readonly string[];
}

export type Access = 'usable' | 'denied' | 'absent';

/** What the doctor knows of cards and of this user's rights to them. */
export interface CardFacts {
  /** What the caller wants to measure on. */
  readonly wanted: DeviceChoice;
  readonly user: {
    readonly name: string;
    readonly root: boolean;
    /** Names of the groups that this process is in; a number where the group has no name here. */
    readonly groups: readonly string[];
    /** Of /etc/group, those that have the user as a member although this process is not in them: a new login is missing. */
    readonly pending: readonly string[];
  };
  /** The files that makers share among their cards. */
  readonly shared: ReadonlyMap<string, Access>;
  /** Render files and whether this user may open them. */
  readonly renderFiles: readonly { readonly path: string; readonly access: Access }[];
  /** Group that owns the device files, where it is named in /etc/group: render on some systems, video on others. */
  readonly deviceGroups: readonly string[];
  readonly inContainer: boolean;
  readonly discovery: Discovery;
  /** The card or CPU that a run would take. */
  readonly chosen: FoundDevice | null;
}
