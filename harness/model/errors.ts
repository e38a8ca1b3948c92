/**
 * Every failure that a person may meet is one of these: what happened, and what to do next.
 * Codes are stable; people search for them.
 */

/** The process exit codes, as documented in docs/architecture.md. */
export const ExitCode = {
  complete: 0,
  finding: 1,
  usage: 2,
  noVerdict: 3,
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/** A failure with a stable code, a message that says what happened and a next step. */
export class BenchError extends Error {
  readonly code: string;
  readonly next: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, next: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.next = next;
    this.exitCode = exitCode;
  }
}

/** The code of an error of the system's or of Node's, such as ENOENT; '' where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** What was thrown, in its own words. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The caller's words or files are wrong: exit code 2. */
export class UsageError extends BenchError {
  constructor(code: string, message: string, next: string, options?: ErrorOptions) {
    super(code, message, next, ExitCode.usage, options);
  }
}

/** No verdict can be had: environment, device or harness failed. Exit code 3. */
export class NoVerdictError extends BenchError {
  constructor(code: string, message: string, next: string, options?: ErrorOptions) {
    super(code, message, next, ExitCode.noVerdict, options);
  }
}
