/** Reads what a test program printed: uvu's summary, the Python runner's closing line and the SKIP lines. Pure. */

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** One `SKIP <file>: <name>: <reason>` line, without the word SKIP. */
export type SkipLine = string;

const ANSI = new RegExp(`${String.fromCodePoint(27)}\\[[0-9;]*m`, 'g');
const UVU = /^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)\n/gm;
const CLOSING = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/;
/** Not anchored at the start: uvu prints its dots without a newline before whatever the test prints. */
const SKIP = /(?:^|[^A-Za-z])SKIP (\S+\.(?:test\.ts|py): .+)$/gm;

/** uvu's last summary, or null. uvu leaves skipped tests out of its total, and a throwing before hook leaves its exit code at 0. */
export function readUvu(output: string): Counts | null {
  const last = [...plain(output).matchAll(UVU)].at(-1);
  if (last === undefined) return null;
  const [total, passed, skipped] = last.slice(1).map(Number);
  if (total === undefined || passed === undefined || skipped === undefined) return null;
  return { passed, failed: Math.max(0, total - passed), skipped };
}

/** `N passed, M failed[, K skipped]` when it is the last line that says anything, else null. */
export function readClosingLine(output: string): Counts | null {
  const match = CLOSING.exec(plain(output).trimEnd().split('\n').at(-1) ?? '');
  return match === null ? null : { passed: Number(match[1]), failed: Number(match[2]), skipped: Number(match[3] ?? 0) };
}

export function readSkips(output: string): SkipLine[] {
  return [...plain(output).matchAll(SKIP)].map((match) => match[1] ?? '');
}

/** The line that `.ci/run` and people look for. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

export function add(left: Counts, right: Counts): Counts {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

function plain(output: string): string {
  return output.replaceAll(ANSI, '').replaceAll('\r\n', '\n');
}
