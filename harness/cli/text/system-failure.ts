/** Refusals of the system that no command foresees one by one: a limit that is too small, a disk that is full, a folder that is gone. */
import { codeOf, messageOf, NoVerdictError, UsageError, type BenchError } from '../../model/errors.ts';

const WORDS: Readonly<Record<string, readonly [code: string, what: string, next: string]>> = {
  EMFILE: ['too-few-files', 'this process may open no more files', 'raise the limit: ulimit -n 1024'],
  ENFILE: ['too-few-files', 'this machine can open no more files', 'close other programs'],
  EAGAIN: [
    'too-few-processes',
    'this user may start no more processes or threads',
    'raise the limit: ulimit -u 4096, or end what else runs',
  ],
  ENOMEM: ['no-memory', 'the machine has no memory left', 'close other programs'],
  ENOSPC: ['disk-full', 'the disk is full', 'free some disk space'],
  EDQUOT: ['disk-full', 'the disk quota is used up', 'free some disk space'],
  EROFS: ['disk-read-only', 'the file system is read-only', 'repair the disk'],
  EIO: ['disk-failed', 'the disk reports an input/output error', 'repair the disk'],
};

/** null for an error that is not one of these. */
export function systemFailure(error: unknown): BenchError | null {
  if (codeOf(error) === 'ENOENT' && messageOf(error).includes('uv_cwd')) return folderGone(error);
  const known = WORDS[codeOf(error)];
  if (known === undefined) return null;
  const [code, what, next] = known;
  return new NoVerdictError(
    code,
    `${what}: ${messageOf(error)}. What was measured before, if anything was, is in the run folder`,
    `${next}, then run the command again; a run that had begun goes on with: bench run --resume <its folder>`,
    { cause: error },
  );
}

/** Every relative path, and every program that is started, needs it. Throws UsageError `working-folder-gone`. */
export function refuseGoneFolder(): void {
  try {
    process.cwd();
  } catch (error) {
    throw folderGone(error);
  }
}

function folderGone(cause: unknown): UsageError {
  return new UsageError(
    'working-folder-gone',
    'the folder that this command was started in is no longer there. Nothing was started',
    'go to a folder that is there, with cd, and run the command again',
    { cause },
  );
}
