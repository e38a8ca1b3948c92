/** What provisioning takes and gives: one interface for wheels, containers and interpreters. */
import type { Provision } from '../matrix/file/schema.ts';
import type { DeviceKind } from '../model/makers.ts';

export type Provisioned = Ready | Unavailable;

export interface Ready {
  readonly kind: 'ready';
  /** Starts the environment's Python; the interpreter's own path, never a shim. For a container what would start it without variables. */
  readonly command: readonly string[];
  /** Variables that this environment adds to `baseEnvironment()`. */
  readonly env: Readonly<Record<string, string>>;
  /** A worker in it is started by another program, such as a container's client: from the worker's variables to that program. */
  readonly wrap?: (variables: Readonly<Record<string, string>>, mode?: WrapMode) => Wrapped;
  /** Lets the environment go: it may be removed from then on. */
  readonly release?: () => void;
}

/** worker: with the event channel, and starts Python · terminal, piped: a program of the user's follows the command. */
export type WrapMode = 'worker' | 'terminal' | 'piped';

export interface Wrapped {
  readonly command: readonly string[];
  /** Where a worker can write, at the same path inside; it is gone with the worker. Absent where it can write wherever its user can. */
  readonly exchange?: string;
  /** Of the program that starts it. */
  readonly env: Readonly<Record<string, string>>;
  /** Call it when the program has ended, however it did: removes what it may have left. Never rejects, bounded. */
  ended(): Promise<void>;
}

export interface Unavailable {
  readonly kind: 'unavailable';
  /** One line: what happened and what to do next. */
  readonly reason: string;
  /** The end of what the failing command printed; '' when there was no command. */
  readonly log: string;
  /** The disk had no room for it: letting others go may help. */
  readonly lacksRoom?: boolean;
}

export interface ProvisionOptions {
  /** Folder of the matrix file: a relative path of an interpreter begins here. */
  readonly directory: string;
  /** The caller's environment; `process.env` when absent. */
  readonly ambient?: Readonly<Record<string, string | undefined>>;
  /** Told about work that takes long, one line each. */
  readonly onProgress?: (text: string) => void;
  /** As the matrix has it. */
  readonly provision?: Partial<Provision>;
  /** What builds that are running at the same time will still take, in bytes. */
  readonly reserved?: (mine: string) => number;
  /** Told what this build will take, when that is known. */
  readonly reserve?: (key: string, bytes: number) => void;
  /** Only a guess at what is wanted next: makes no room by removing others. */
  readonly isAhead?: boolean;
  /** For containers: which kind of card, and the folders that probes read and write. */
  readonly container?: ContainerNeeds;
}

export interface ContainerNeeds {
  readonly device: DeviceKind;
  readonly runId: string;
  /** Absolute. The same paths hold inside. */
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** In here each worker gets a folder of its own, the only part of a run that it can write to. */
  readonly exchange?: string;
}

export function unavailable(reason: string, log = ''): Unavailable {
  return { kind: 'unavailable', reason, log };
}

export const INTERRUPTED = 'interrupted';
