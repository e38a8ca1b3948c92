/**
 * Starts programs; nothing else in the house does. A program gets the environment that it is given and nothing of ours, and does not end with us.
 * How it ends is never an error here.
 */
import { Readable, type Writable } from 'node:stream';
import { execa } from 'execa';
import { readStat } from './read.ts';
import type { Identity } from './stat.ts';

/** A stream holds an open file, which is handed on as a bare descriptor: no pipe of ours hangs on it. */
type Output = 'ignore' | 'inherit' | 'pipe' | Writable;

export interface Program {
  /** The program and its arguments. */
  readonly command: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: 'ignore' | 'inherit' | 'pipe';
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether it gets a pipe to write to as its descriptor 3. */
  readonly channel?: boolean;
  /** Whether it leads a process group, which can be ended with all that it starts and which Ctrl-C at the terminal does not reach. */
  readonly ownGroup: boolean;
}

export type Ended =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  /** ENOENT, EACCES, ENOEXEC … */
  | { readonly kind: 'not-started'; readonly code: string };

export interface Started {
  /** null when it did not start. */
  readonly leader: Identity | null;
  /** Our ends of its pipes. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly channel: Readable | null;
  /** Resolves when it has ended and its pipes are closed, which a grandchild may prevent for ever. */
  readonly ended: Promise<Ended>;
  /** Tells its end at once, whoever holds its pipes. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
  /** It keeps us from exiting no longer. */
  unref(): void;
}

export function start({ command, env, stdin, stdout, stderr, channel = false, ownGroup }: Program): Started {
  const [program = '', ...args] = command;
  const child = execa(program, args, {
    stdio: [stdin, stdout, stderr, ...(channel ? (['pipe'] as const) : [])],
    env: { ...env },
    extendEnv: false,
    detached: ownGroup,
    cleanup: false,
    reject: false,
    buffer: false,
  });
  const [, , , third]: readonly unknown[] = child.stdio;
  return {
    leader: child.pid === undefined ? null : readStat(child.pid),
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    channel: third instanceof Readable ? third : null,
    ended: child.then(({ exitCode, signal, code }): Ended => {
      if (signal !== undefined) return { kind: 'signalled', signal };
      return exitCode === undefined
        ? { kind: 'not-started', code: code ?? 'unknown' }
        : { kind: 'exited', code: exitCode };
    }),
    onExit: (listener) => void child.once('exit', listener),
    unref: () => void child.unref(),
  };
}
