/** Finds a Python 3 and asks it who it is, once: `python3` on PATH may be a version manager's shim that costs 0.1 s a start. */
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { baseEnvironment, lookupEnvironment } from '../../base-environment.ts';
import { askCommand, type Ended } from '../../../machine/processes/bounded-command.ts';
import { INTERRUPTED, unavailable, type ProvisionOptions, type Unavailable } from '../../provisioned.ts';
import { lastPart } from '../../../model/redact.ts';

export interface Interpreter {
  /** sys.executable: the interpreter itself, or a virtual environment's link to it. */
  readonly executable: string;
  /** Such as "3.10.13". */
  readonly version: string;
}

export type Found = { readonly kind: 'found'; readonly interpreter: Interpreter } | Unavailable;

/** The oldest minor version of Python 3 that the probes run on. */
export const OLDEST_MINOR = 7;
const LIMIT_SECONDS = 20;
/** Runs on Python 2 as well, to tell an old Python from something that is no Python. */
const QUESTION =
  'import json, sys; print(json.dumps({"executable": sys.executable, "version": list(sys.version_info)[:3]}))';

const Answer = z.object({ executable: z.string().min(1), version: z.tuple([z.int(), z.int(), z.int()]) });
type Answer = z.infer<typeof Answer>;

/**
 * `python` is a path (relative to the matrix file when it holds a slash) or a command on PATH. It is looked up as the caller's
 * shell would, then asked again by its real path in the environment in which probes run.
 */
export async function findInterpreter(python: string, options: ProvisionOptions, signal: AbortSignal): Promise<Found> {
  const program = python.includes('/') && !isAbsolute(python) ? join(options.directory, python) : python;
  const ambient = options.ambient ?? process.env;
  const found = await ask(program, lookupEnvironment(ambient), signal);
  if ('kind' in found) return found;
  const [major, minor] = found.version;
  if (major !== 3 || minor < OLDEST_MINOR) {
    return unavailable(
      `${program} is Python ${found.version.join('.')}; the probes need Python 3.${OLDEST_MINOR} or later`,
    );
  }
  const again = await ask(found.executable, baseEnvironment(ambient), signal);
  if ('kind' in again) {
    const reason = `${again.reason} (it did start with all of your environment variables: does it need one that probes do not get?)`;
    return signal.aborted ? again : unavailable(reason, again.log);
  }
  return { kind: 'found', interpreter: { executable: again.executable, version: again.version.join('.') } };
}

async function ask(program: string, env: Record<string, string>, signal: AbortSignal): Promise<Answer | Unavailable> {
  const { ended, stdout, stderr } = await askCommand({
    program,
    args: ['-c', QUESTION],
    env,
    limitSeconds: LIMIT_SECONDS,
    signal,
  });
  const answer = ended.kind === 'exited' && ended.code === 0 ? readAnswer(stdout) : null;
  return answer ?? unavailable(describe(program, ended), lastPart((stderr || stdout).trim(), 2000));
}

function readAnswer(stdout: string): Answer | null {
  try {
    const parsed: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    return Answer.safeParse(parsed).data ?? null;
  } catch {
    return null;
  }
}

function describe(program: string, ended: Ended): string {
  switch (ended.kind) {
    case 'cancelled':
      return INTERRUPTED;
    case 'timed-out':
      return `${program} gave no version within ${LIMIT_SECONDS} s: is it a Python, and does its disk answer?`;
    case 'signalled':
      return `${program} died by ${ended.signal} when asked for its version: reinstall it or name another`;
    case 'exited':
      return ended.code === 127
        ? `${program} starts no Python: a version manager's shim without that version? Name the interpreter's path`
        : `${program} is not a Python: asked for its version it ended with exit code ${ended.code} and no answer`;
    case 'not-started':
      return notStarted(program, ended.code);
  }
}

function notStarted(program: string, code: string): string {
  if (code === 'ENOENT') {
    if (program.includes('/') && existsSync(program))
      return `${program} names an interpreter in its first line that is not there`;
    return program.includes('/')
      ? `there is no file ${program}`
      : `there is no ${program} on PATH: install it or name a path`;
  }
  if (code === 'EACCES') return `${program} may not be executed: it is a folder, or lacks the permission (chmod +x)`;
  return code === 'ENOEXEC'
    ? `${program} is not a program that this machine can run`
    : `${program} did not start: ${code}`;
}
