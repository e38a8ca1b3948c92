/**
 * The folder of one run: where its files lie, who may write them, and how it is created and found again.
 * docs/run-folder.md describes every file. What is in the files is other modules' business.
 */
import { lstat, mkdir, readdir, rmdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { writeAtomically, type Content } from '../machine/files/atomic-file.ts';
import { makeOwnFolder } from '../machine/files/own-folder.ts';
import { OddFile, readOwn } from '../machine/files/own-file.ts';
import { takeLock, type Lock } from '../machine/lock/lock.ts';
import { makeFolder } from '../machine/files/make-folder.ts';
import { codeOf, messageOf, NoVerdictError, UsageError } from '../model/errors.ts';

export const JOURNAL = 'journal.jsonl';
const LOCK = 'run.lock';
/** results.json is the longest of them: no text of this program is longer than 2^29 characters. */
const MOST_BYTES = 2 ** 30;
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+=,@-]{0,199}$/;

/** A run folder. Reading it needs no lock. */
export interface RunFolder {
  /** Absolute. */
  readonly path: string;
  /** Last part of the path; the run's id when it is created. */
  readonly name: string;
  readonly journal: string;
  /** Absolute path of a file in the folder. */
  file(name: string): string;
  /** UTF-8 text of a file; null when it is absent. */
  read(name: string): Promise<string | null>;
  /** Writes a file whole or not at all. Not for the journal. */
  write(name: string, content: Content): Promise<void>;
}

/** A run folder that this process alone may measure into. */
export interface LockedRun extends RunFolder {
  /** Makes the evidence folder of an attempt; returns its absolute path. */
  evidenceFolder(attempt: string): Promise<string>;
  /** Removes the evidence folder of an attempt if nothing is in it. Never rejects: an empty folder does no harm. */
  dropEmptyEvidence(attempt: string): Promise<void>;
  /** Makes the folder for the output of the workers of one environment and setting; returns its absolute path. */
  workerFolder(environment: string, setting: string): Promise<string>;
  /** May be called twice. */
  release(): void;
}

export interface NewRun {
  /** Name of the matrix. */
  readonly matrix: string;
  /** The matrix file as given, byte for byte. */
  readonly matrixText: string;
  /** The text of matrix.resolved.json. */
  readonly resolved: string;
  /** The folder to make; absent: `<root>/<matrix>-<YYYYMMDD-HHMMSS>` in UTC, with "-2", "-3" … when that is taken. */
  readonly out?: string;
  /** Absent: "runs" in the working directory. */
  readonly root?: string;
  readonly now: Date;
}

/**
 * Makes and locks a new run. UsageError: `run-exists` (with the way to resume it), `out-not-empty`, `out-not-folder`.
 * NoVerdictError: `run-folder-unwritable`.
 */
export async function createRun(run: NewRun): Promise<LockedRun> {
  try {
    const path = run.out === undefined ? await makeNamed(run) : await makeGiven(run.out);
    const locked = lockRun(path);
    try {
      // Looked at again under the lock: two runs may have been started with the same --out.
      await refuseUsed(path, new Set([LOCK]));
      await writeAtomically(locked.file('matrix.yml'), run.matrixText);
      await writeAtomically(locked.file('matrix.resolved.json'), run.resolved);
      return locked;
    } catch (error) {
      locked.release();
      throw error;
    }
  } catch (error) {
    throw known(error) ?? unwritable(error);
  }
}

/** Opens and locks a run to go on with it. Throws as `openRun` does, and NoVerdictError `run-locked`. */
export async function resumeRun(path: string): Promise<LockedRun> {
  const folder = await openRun(path);
  try {
    return lockRun(folder.path);
  } catch (error) {
    throw known(error) ?? unwritable(error);
  }
}

/** Opens a run to judge or show it. UsageError `no-run` when the folder holds no journal. */
export async function openRun(path: string): Promise<RunFolder> {
  const absolute = resolve(path);
  if (await isFile(join(absolute, JOURNAL))) return folderAt(absolute);
  throw new UsageError(
    'no-run',
    `${path} is not the folder of a run: it has no ${JOURNAL}`,
    'give the folder that "bench run" named; by default it lies in runs/',
  );
}

/** Opens a folder to report what was judged: a copy that holds results.json alone will do. UsageError `no-run`. */
export async function openResults(path: string): Promise<RunFolder> {
  const absolute = resolve(path);
  return (await isFile(join(absolute, 'results.json'))) ? folderAt(absolute) : openRun(path);
}

async function isFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found?.isFile() === true;
}

function folderAt(path: string): RunFolder {
  const file = (name: string): string => join(path, name);
  return {
    path,
    name: basename(path),
    journal: file(JOURNAL),
    file,
    read: async (name) => {
      try {
        return await readOwn(file(name), MOST_BYTES);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null;
        throw error instanceof OddFile ? odd(error) : error;
      }
    },
    write: async (name, content) => {
      try {
        await writeAtomically(file(name), content);
      } catch (error) {
        throw known(error) ?? unwritten(path, error);
      }
    },
  };
}

function lockRun(path: string): LockedRun {
  const lock = lockOrThrow(path);
  return {
    ...folderAt(path),
    evidenceFolder: (attempt) => subfolder(path, 'evidence', attempt, 'empty'),
    // rmdir refuses a folder that holds anything, which is the rule here.
    dropEmptyEvidence: (attempt) =>
      SAFE_NAME.test(attempt) ? rmdir(join(path, 'evidence', attempt)).catch(() => {}) : Promise.resolve(),
    workerFolder: (environment, setting) => subfolder(path, 'workers', `${environment}@${setting}`, 'any'),
    release: () => lock.release(),
  };
}

function lockOrThrow(path: string): Lock {
  const file = join(path, LOCK);
  const result = takeLock(file, basename(path));
  if (result.kind === 'taken') return result.lock;
  if (result.kind === 'unreadable') {
    throw new NoVerdictError(
      'run-locked',
      `${file}: ${result.problem}`,
      'if no bench works on this run, delete the file',
    );
  }
  const { pid, host } = result.by;
  throw result.otherHost
    ? new NoVerdictError(
        'run-locked',
        `process ${pid} on ${host} works on this run, or did when ${host} was last seen`,
        `wait for it; if it is gone for certain, delete ${file}`,
      )
    : new NoVerdictError(
        'run-locked',
        `process ${pid} works on this run`,
        `wait for it, or end it with: kill -INT ${pid}`,
      );
}

async function subfolder(path: string, kind: string, name: string, wanted: 'any' | 'empty'): Promise<string> {
  if (!SAFE_NAME.test(name))
    throw new NoVerdictError(
      'unsafe-name',
      `"${name}" cannot be the name of a folder`,
      'please report this: it is a fault of bench',
    );
  try {
    return await makeOwnFolder(await makeOwnFolder(path, kind), name, wanted);
  } catch (error) {
    throw unwritten(path, error);
  }
}

async function makeNamed({ matrix, root = 'runs', now }: NewRun): Promise<string> {
  const stamp = now.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15);
  await makeFolder(resolve(root));
  for (let number = 1; ; number += 1) {
    const path = resolve(root, `${matrix}-${stamp}${number === 1 ? '' : `-${number}`}`);
    try {
      await mkdir(path);
      return path;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

async function makeGiven(out: string): Promise<string> {
  const path = resolve(out);
  try {
    await makeFolder(path);
    // A lock without anything else was left by a run that did not come to write its first file.
    await refuseUsed(path, new Set([LOCK]));
  } catch (error) {
    if (codeOf(error) === 'EEXIST' || codeOf(error) === 'ENOTDIR') {
      throw new UsageError('out-not-folder', `${out} is a file`, 'give a new folder to --out', { cause: error });
    }
    throw error;
  }
  return path;
}

async function refuseUsed(path: string, allowed: ReadonlySet<string>): Promise<void> {
  const names = (await readdir(path)).filter((name) => !allowed.has(name) && !name.startsWith(`${LOCK}.`));
  if (names.includes(JOURNAL)) {
    throw new UsageError(
      'run-exists',
      `${path} already holds a run`,
      `go on with it: bench run --resume ${path}; or give another folder to --out`,
    );
  }
  if (names.length > 0) {
    throw new UsageError(
      'out-not-empty',
      `${path} is not empty and holds no run (${names.slice(0, 3).join(', ')})`,
      'give a new or an empty folder to --out',
    );
  }
}

function known(error: unknown): UsageError | NoVerdictError | null {
  return error instanceof UsageError || error instanceof NoVerdictError ? error : null;
}

function odd(error: OddFile): UsageError {
  return new UsageError(
    'run-file-odd',
    error.message,
    'what a probe or a copy put there is not read; put the file back from where the run was made',
    { cause: error },
  );
}

/** Of a run that has begun: what is safe, where it is, and how to go on. */
function unwritten(path: string, error: unknown): NoVerdictError {
  const isGone = ['ENOENT', 'ENOTDIR'].includes(codeOf(error));
  return isGone
    ? new NoVerdictError(
        'run-folder-gone',
        `the run folder ${path} is no longer where it was: ${messageOf(error)}`,
        'if it was moved, all that was measured is in it: bench run --resume <where it is now>; if it was deleted, start a new run',
        { cause: error },
      )
    : new NoVerdictError(
        'run-folder-unwritten',
        `cannot write into the run folder: ${messageOf(error)}. What was measured is safe in ${join(path, JOURNAL)}`,
        `free some disk space, then go on with: bench run --resume ${path}; where measuring was over, bench judge ${path} is enough`,
        { cause: error },
      );
}

function unwritable(error: unknown): NoVerdictError {
  const what = messageOf(error);
  return new NoVerdictError(
    'run-folder-unwritable',
    `cannot write the run folder: ${what}`,
    'free some disk space, or give another folder to --out',
    { cause: error },
  );
}
