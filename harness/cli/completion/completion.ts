/** `bench completion <shell>`: prints a script that teaches the shell bench's words. */
import type { Command } from 'commander';
import { completionScript, SHELLS } from './scripts.ts';
import { completedCommands } from './words.ts';
import { ExitCode, UsageError } from '../../model/errors.ts';

/** Throws UsageError `unknown-shell`. */
export function completionCommand(shell: string, program: Command): ExitCode {
  const known = SHELLS.find((one) => one === shell);
  if (known === undefined)
    throw new UsageError('unknown-shell', `there are no completions for ${shell}`, `name one of ${SHELLS.join(', ')}`);
  process.stdout.write(completionScript(known, completedCommands(program)));
  return ExitCode.complete;
}
