#!/usr/bin/env node
/** The program as a process: its streams, and its exit code. */
import { bench } from './bench.ts';
import { ExitCode } from '../model/errors.ts';

// What is measured goes to the run folder: a progress view that nobody can read must not end a run, and whoever reads the result may
// have seen enough, as in `bench plan … | head`. A result that was lost on a full disk is told by the exit code.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(
    `bench: standard output could not be written: ${error.message}\n  next: make room; the run folder holds the result\n  (output-lost)\n`,
  );
  process.once('exit', (code) => {
    if (code === ExitCode.complete) process.exitCode = ExitCode.noVerdict;
  });
});

process.exitCode = await bench(process.argv.slice(2), process);
