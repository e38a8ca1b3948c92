/**
 * Runs one command of the tool chain (a Python that is asked for its version, pip, uv) and settles in bounded time whatever it does.
 * Not for probes: those belong to the supervisor. Output goes to files, because a grandchild that holds a pipe keeps a reader waiting for ever.
 */
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, openSync, readSync, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NoVerdictError } from '../../model/errors.ts';
import { endGroup } from './end-group.ts';
import { signalGroup } from './signal.ts';
import { start, type Ended as ProgramEnded } from './start.ts';
import type { Identity } from './stat.ts';

export type Ended = ProgramEnded | { readonly kind: 'timed-out' } | { readonly kind: 'cancelled' };

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
}

const TERM_GRACE_SECONDS = 2;
/** After SIGKILL: a process in state D is left to itself. */
const KILL_WAIT_SECONDS = 5;

export interface OutputFiles {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `command`; its output is appended to the files. Its whole process group is gone afterwards, if it can be killed. */
export async function runCommand(command: Command, files: OutputFiles): Promise<Ended> {
  if (command.signal.aborted) return { kind: 'cancelled' };
  const stdout = createWriteStream(files.stdout, { flags: 'a' });
  const stderr = createWriteStream(files.stderr, { flags: 'a' });
  try {
    await Promise.all([once(stdout, 'open'), once(stderr, 'open')]);
    return await runInto(command, stdout, stderr);
  } finally {
    stdout.destroy();
    stderr.destroy();
  }
}

/** Both streams hold an open descriptor. */
async function runInto(command: Command, stdout: WriteStream, stderr: WriteStream): Promise<Ended> {
  const { program, args, env } = command;
  const { leader, ended } = start({
    command: [program, ...args],
    env,
    stdin: 'ignore',
    stdout,
    stderr,
    ownGroup: true,
  });
  return leader === null ? await ended : await settle(leader, ended, command);
}

async function settle(leader: Identity, over: Promise<Ended>, command: Command): Promise<Ended> {
  const first = await firstOf(over, command);
  if (first === 'timed-out' || first === 'cancelled') {
    await endGroup({ leader, graceSeconds: TERM_GRACE_SECONDS, waitSeconds: KILL_WAIT_SECONDS });
    return { kind: first };
  }
  signalGroup(leader, 'SIGKILL');
  return first;
}

export interface Answered {
  readonly ended: Ended;
  /** What the command printed. */
  readonly stdout: string;
  readonly stderr: string;
}

const ANSWER_BYTES = 1024 * 1024;

/** The same for a short question: gives what the command printed. Its files have no name, so that no sudden end leaves one behind. */
export async function askCommand(command: Command): Promise<Answered> {
  if (command.signal.aborted) return { ended: { kind: 'cancelled' }, stdout: '', stderr: '' };
  const [out, err] = namelessFiles();
  const stdout = createWriteStream('', { fd: out });
  const stderr = createWriteStream('', { fd: err });
  try {
    const ended = await runInto(command, stdout, stderr);
    return ended.kind === 'cancelled'
      ? { ended, stdout: '', stderr: '' }
      : { ended, stdout: textOf(out), stderr: textOf(err) };
  } finally {
    stdout.destroy();
    stderr.destroy();
  }
}

function namelessFiles(): readonly [number, number] {
  const folder = scratchFolder([tmpdir(), '/tmp', '/dev/shm', '/var/tmp']);
  try {
    return [openSync(join(folder, 'stdout'), 'a+'), openSync(join(folder, 'stderr'), 'a+')];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A caller's TMPDIR may not be there. */
function scratchFolder([first = '.', ...others]: readonly string[]): string {
  try {
    return mkdtempSync(join(first, 'bench-ask-'));
  } catch (error) {
    if (others.length > 0) return scratchFolder(others);
    throw new NoVerdictError(
      'no-scratch',
      'there is no folder for temporary files',
      'set TMPDIR to a folder that you may write to',
      { cause: error },
    );
  }
}

function textOf(fd: number): string {
  const bytes = Buffer.alloc(ANSWER_BYTES);
  return bytes.toString('utf8', 0, readSync(fd, bytes, 0, ANSWER_BYTES, 0));
}

async function firstOf(
  over: Promise<Ended>,
  { limitSeconds, signal }: Command,
): Promise<Ended | 'timed-out' | 'cancelled'> {
  const settled = new AbortController();
  const limit = sleep(limitSeconds * 1000, 'timed-out' as const, { signal: settled.signal, ref: true }).catch(
    () => 'timed-out' as const,
  );
  const cancelled = new Promise<'cancelled'>((resolve) => {
    signal.addEventListener('abort', () => resolve('cancelled'), { once: true, signal: settled.signal });
  });
  try {
    return await Promise.race([over, limit, cancelled]);
  } finally {
    settled.abort();
  }
}
