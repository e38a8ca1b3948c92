/** `bench completion <shell>`: prints a script that teaches the shell bench's words. */
import type { Command } from '@commander-js/extra-typings';
import { completionScript, type Shell } from './scripts.ts';
import { completedCommands } from './words.ts';
import { ExitCode } from '../../model/errors.ts';
import type { Io } from '../streams.ts';

export async function completion(shell: Shell, program: Command, { stdout }: Io): Promise<ExitCode> {
  stdout.write(completionScript(shell, completedCommands(program)));
  return ExitCode.complete;
}
