/** What the doctor looks at, gathered once at the rim; the checks are pure functions of it. Nothing here judges. */
import type { Display } from '../devices/desktop.ts';
import type { Discovery, FoundDevice } from '../devices/found.ts';

export type Access = 'usable' | 'denied' | 'absent';

export interface Folder {
  readonly path: string;
  /** Bytes that this user may still write; null when it could not be learned in time. */
  readonly freeBytes: number | null;
  readonly writable: boolean;
}

export interface Facts {
  /** What the caller wants to measure on. */
  readonly wanted: 'auto' | 'rocm' | 'cuda' | 'cpu' | 'simulated';
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
  readonly user: {
    readonly name: string;
    readonly root: boolean;
    /** Names of the groups that this process is in; a number where the group has no name here. */
    readonly groups: readonly string[];
    /** Of /etc/group, those that have the user as a member although this process is not in them: a new login is missing. */
    readonly pending: readonly string[];
  };
  readonly kfd: Access;
  /** Render files and whether this user may open them. */
  readonly renderFiles: readonly { readonly path: string; readonly access: Access }[];
  /** Group that owns the device files, where it is named in /etc/group: render on some systems, video on others. */
  readonly deviceGroups: readonly string[];
  readonly inContainer: boolean;
  readonly discovery: Discovery;
  /** The card or CPU that a run would take. */
  readonly chosen: FoundDevice | null;
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

export type State = 'ok' | 'warning' | 'problem';

/** One line of the screen. */
export interface Finding {
  /** Stable, for programs. */
  readonly id: string;
  readonly title: string;
  readonly state: State;
  readonly saw: string;
  /** What mends it: a command where there is one. null for ok. */
  readonly mend: string | null;
}

export function ok(id: string, title: string, saw: string): Finding {
  return { id, title, state: 'ok', saw, mend: null };
}

export function warning(id: string, title: string, saw: string, mend: string): Finding {
  return { id, title, state: 'warning', saw, mend };
}

/** With one of these nothing can be measured as asked. */
export function problem(id: string, title: string, saw: string, mend: string): Finding {
  return { id, title, state: 'problem', saw, mend };
}
