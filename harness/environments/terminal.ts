/** Hands the terminal over to a program of the user's, such as a shell in an environment, and gives its exit code back. */
import { execa } from 'execa';
import { NoVerdictError } from '../model/errors.ts';

/** 128 + the signal's number when it died by one. Throws NoVerdictError `not-started`. */
export async function inTerminal(command: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  const [program = '', ...args] = command;
  // Ctrl-C is the program's: this one goes on and cleans up behind it.
  process.on('SIGINT', ignore);
  try {
    const ended = await execa(program, args, {
      env,
      extendEnv: false,
      stdio: 'inherit',
      reject: false,
      cleanup: false,
    });
    if (ended.exitCode !== undefined) return ended.exitCode;
    if (ended.signal !== undefined) return 128 + (SIGNALS[ended.signal] ?? 0);
    throw new NoVerdictError(
      'not-started',
      `${program} did not start: ${ended.code ?? 'unknown reason'}`,
      'give a program that is there: bench env run … -- <command>',
    );
  } finally {
    process.off('SIGINT', ignore);
  }
}

function ignore(): void {}

const SIGNALS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGPIPE: 13,
  SIGTERM: 15,
};
