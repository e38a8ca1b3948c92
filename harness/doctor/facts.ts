/** What the doctor looks at, gathered once at the rim; the checks are pure functions of it. Nothing here judges. */
import type { Display } from '../devices/desktop.ts';
import type { CardFacts } from '../makers/maker.ts';

export interface Folder {
  readonly path: string;
  /** Bytes that this user may still write; null when it could not be learned in time. */
  readonly freeBytes: number | null;
  readonly writable: boolean;
}

export interface Facts extends CardFacts {
  /** "v20.20.2" */
  readonly node: string;
  readonly nodeRange: string;
  /** Version and path, or why there is none. */
  readonly python: { readonly version: string; readonly path: string } | { readonly problem: string };
  /** The Python that wheels are installed for unless a matrix names another one, as `python` is told. */
  readonly wheelPython: Facts['python'];
  /** Version; null when it is neither on PATH nor in bench's cache folder. */
  readonly uv: string | null;
  readonly cache: Folder;
  readonly runs: Folder;
  /** Present on PATH. */
  readonly tools: Readonly<Record<'py-spy' | 'gdb' | 'eu-stack', boolean>>;
  /** /proc/sys/kernel/yama/ptrace_scope; null where there is no such limit. */
  readonly ptraceScope: number | null;
  /** By which way the kernel log can be read; null when by none. */
  readonly kernelLog: string | null;
  readonly kernel: string | null;
  readonly display: Display | null;
  /** Programs that have the card open, as sentences; without the desktop's own. */
  readonly survey: readonly string[];
  /** The caller's variables. */
  readonly ambient: Readonly<Record<string, string | undefined>>;
  /** With the user's own part; null where that did not answer in time. */
  readonly catalogue:
    | { readonly wheels: number; readonly asOf: string }
    | { readonly problem: string; readonly mend: string }
    | null;
}
