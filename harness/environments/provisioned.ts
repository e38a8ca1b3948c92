/** What provisioning takes and gives. */

export type Provisioned = Ready | Unavailable;

export interface Ready {
  readonly kind: 'ready';
  /** Starts the environment's Python; the interpreter's own path, never a shim. */
  readonly command: readonly string[];
  /** Variables that this environment adds to `baseEnvironment()`. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Unavailable {
  readonly kind: 'unavailable';
  /** One line: what happened and what to do next. */
  readonly reason: string;
  /** The end of what the failing command printed; '' when there was no command. */
  readonly log: string;
}

export interface ProvisionOptions {
  /** Folder of the matrix file: a relative path of an interpreter begins here. */
  readonly directory: string;
  /** The caller's environment; `process.env` when absent. */
  readonly ambient?: Readonly<Record<string, string | undefined>>;
  /** Told about work that takes long, one line each. */
  readonly onProgress?: (text: string) => void;
}

export function unavailable(reason: string, log = ''): Unavailable {
  return { kind: 'unavailable', reason, log };
}

export const INTERRUPTED = 'interrupted';
