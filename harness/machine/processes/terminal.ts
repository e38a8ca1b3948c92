/** Hands the terminal over to a program of the user's, such as a shell in an environment, and gives its exit code back. */
import { NoVerdictError } from '../../model/errors.ts';
import { start } from './start.ts';

/** 128 + the signal's number when it died by one. Throws NoVerdictError `not-started`. */
export async function inTerminal(command: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  // Ctrl-C is the program's: this one goes on and cleans up behind it.
  process.on('SIGINT', ignore);
  try {
    const { ended } = start({ command, env, stdin: 'inherit', stdout: 'inherit', stderr: 'inherit', ownGroup: false });
    const end = await ended;
    if (end.kind === 'exited') return end.code;
    if (end.kind === 'signalled') return 128 + (SIGNALS[end.signal] ?? 0);
    throw new NoVerdictError(
      'not-started',
      `${command[0] ?? 'nothing'} did not start: ${end.code}`,
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
