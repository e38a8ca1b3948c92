#!/usr/bin/env node
/** The program as a process: its streams, its end whatever happens, and its exit code. What it does is loaded where a failure to load it can be told. */
import { closeSync, fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { ignoresHangUp } from './watch/hang-up.ts';
import { ExitCode } from '../model/errors.ts';

// What is measured goes to the run folder: a progress view that nobody can read must not end a run, and whoever reads the result may
// have seen enough, as in `bench plan … | head`. A result that was lost on a full disk is told by the exit code.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A terminal that was closed takes nothing either.
  if (error.code === 'EPIPE' || (error.code === 'EIO' && isCharacterDevice(1))) return;
  process.stderr.write(
    `bench: standard output could not be written: ${error.message}\n  next: free some disk space; the run folder holds the result\n  (output-lost)\n`,
  );
  process.once('exit', (code) => {
    if (code === ExitCode.complete) process.exitCode = ExitCode.noVerdict;
  });
});

// At its end Node gives terminals their modes back, and aborts where one is gone. One that is closed is left alone.
process.once('exit', () => {
  for (const descriptor of [0, 1, 2]) {
    if (!isCharacterDevice(descriptor) || isatty(descriptor)) continue;
    try {
      closeSync(descriptor);
    } catch {
      // It is closed already.
    }
  }
});

// Whoever started this under nohup wants it to go on.
if (ignoresHangUp(process.env)) process.on('SIGHUP', () => {});

/** How long a file operation that was given up on may still take at the end. */
const LAST_FILES_MILLISECONDS = 5000;

process.on('uncaughtException', async (error) => {
  process.exit(await told(error));
});

process.exitCode = await started();
await leaveInTime();

async function started(): Promise<number> {
  try {
    const { bench } = await import('./bench.ts');
    return await bench(process.argv.slice(2), process);
  } catch (error) {
    return told(error);
  }
}

/** All is told and written. What nobody waits for any more, such as a read of a disk that does not answer, keeps no process. */
async function leaveInTime(): Promise<void> {
  const { isBusyWithFiles, leave } = await import('../machine/leave.ts');
  setTimeout(() => {
    if (isBusyWithFiles()) leave(Number(process.exitCode));
  }, LAST_FILES_MILLISECONDS).unref();
}

/** Of a failure that no command told. Where its words cannot be loaded, as without a free file, its own have to do. */
async function told(error: unknown): Promise<number> {
  try {
    const { describeFailure } = await import('./text/failure.ts');
    const { text, exitCode } = describeFailure(error, process.env);
    process.stderr.write(text);
    return exitCode;
  } catch {
    process.stderr.write(
      `bench: the program could not be loaded: ${error instanceof Error ? error.message : String(error)}\n  next: raise the limits of this shell (ulimit -n 1024), or install bench again\n  (not-loaded)\n`,
    );
    return ExitCode.noVerdict;
  }
}

function isCharacterDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return false;
  }
}
