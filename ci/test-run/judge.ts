/** What one finished test program adds up to. Pure: the process is over, its output is text. */
import { readClosingLine, readSkips, readUvu, type Counts, type SkipLine } from './summary.ts';

/** How the process of a test file ended. */
export interface Ended {
  readonly output: string;
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly timedOut: boolean;
  /** Processes of its group were still there when it was over; they have been killed. */
  readonly leftProcesses: boolean;
  readonly seconds: number;
  /** User and system time of the process and of those of its children that were over before it. */
  readonly cpuSeconds: number;
  /** What else is wrong with it. */
  readonly complaints: readonly string[];
}

export interface Judgement {
  readonly counts: Counts;
  /** Why the file failed; empty when it passed. */
  readonly problems: readonly string[];
}

export type Format = 'uvu' | 'closing-line';

/**
 * Counts of one file. A file that reports no test, that ends badly or that skips without saying so is a failure even
 * where every test it reports has passed. `allowed` is null where any explained skip is welcome (outside CI).
 */
export function judge(
  ended: Ended,
  format: Format,
  limitSeconds: number,
  allowed: readonly string[] | null,
): Judgement {
  const reported = format === 'uvu' ? readUvu(ended.output) : readClosingLine(ended.output);
  const skips = readSkips(ended.output);
  const counts =
    reported === null ? { passed: 0, failed: 0, skipped: skips.length } : withSkips(reported, skips.length);
  const problems = [
    ...endings(ended, limitSeconds),
    ...ended.complaints,
    ...reports(reported, format),
    ...skipProblems(reported, skips, allowed),
  ];
  if (counts.failed > 0 && problems.length === 0) problems.push(`${counts.failed} failed`);
  return { counts: problems.length > 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts, problems };
}

/** A test that printed SKIP and returned was counted as passed; it tested nothing. */
function withSkips({ passed, failed, skipped }: Counts, lines: number): Counts {
  const returnedEarly = Math.min(passed, Math.max(0, lines - skipped));
  return { passed: passed - returnedEarly, failed, skipped: Math.max(skipped, lines) };
}

function endings({ timedOut, code, signal }: Ended, limitSeconds: number): string[] {
  if (timedOut) return [`stopped after ${limitSeconds} s`];
  if (signal !== null) return [`died by ${signal}`];
  return code === 0 ? [] : [`exit code ${code}`];
}

function reports(reported: Counts | null, format: Format): string[] {
  if (reported === null) {
    return [format === 'uvu' ? 'no summary: does the file end with .run()?' : 'no closing line "N passed, M failed"'];
  }
  return reported.passed + reported.failed + reported.skipped === 0 ? ['reports no test'] : [];
}

function skipProblems(
  reported: Counts | null,
  skips: readonly SkipLine[],
  allowed: readonly string[] | null,
): string[] {
  const silent = (reported?.skipped ?? 0) - skips.length;
  const problems = silent > 0 ? [`${silent} skipped without a SKIP line`] : [];
  if (allowed === null) return problems;
  const unexplained = skips.filter((skip) => !allowed.some((entry) => skip.startsWith(`${entry}: `)));
  return [...problems, ...unexplained.map((skip) => `may not skip here: ${skip}`)];
}

/** Entries of ci/allowed-skips.txt: `<file>: <name>` a line; "#" begins a comment line. */
export function readAllowed(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
