/** How a failure is told: what happened, what to do next, and the exit code. */
import { BenchError, ExitCode } from '../../model/errors.ts';
import { systemFailure } from './system-failure.ts';
import { plainBlock } from '../../../reports/findings/words/plain-text.ts';

export interface Failure {
  readonly text: string;
  readonly exitCode: ExitCode;
}

/** Hints name commands in the form that works where they are pasted: npx tells its program that it was started by npx. */
export function asTyped(text: string, environment: NodeJS.ProcessEnv): string {
  if (environment['npm_command'] !== 'exec') return text;
  return text.replaceAll(
    /(?<!npx )\bbench (?=(?:run|plan|judge|report|compare|history|attach|issue|bisect|probe|--help)\b|--help)/g,
    'npx bench ',
  );
}

/** What a server, a file or a probe said may be in it: nothing of that may steer the terminal. */
export function describeFailure(error: unknown, environment: NodeJS.ProcessEnv): Failure {
  const { text, exitCode } = failureText(error, environment);
  return { text: plainBlock(text), exitCode };
}

function failureText(thrown: unknown, environment: NodeJS.ProcessEnv): Failure {
  const error = systemFailure(thrown) ?? thrown;
  if (error instanceof BenchError) {
    const next =
      error.next === '' ? '' : `  next: ${asTyped(error.next, environment).replaceAll('\n', '\n        ')}\n`;
    return { text: `bench: ${error.message}\n${next}  (${error.code})\n`, exitCode: error.exitCode };
  }
  // Nobody foresaw this one: the stack is what a bug report needs.
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    text: `bench: a defect of bench itself: ${stack}\n  next: please report this with the command you ran; what was measured is in the run folder's journal\n  (internal)\n`,
    exitCode: ExitCode.noVerdict,
  };
}
