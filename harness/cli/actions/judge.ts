/** `bench judge`: journal → results.json, and the reports with it. Needs no card and no probe. A run that is not finished is no 0. */
import { judgeRun, reportRun } from '../run/judge-and-report.ts';
import { printResult } from '../text/result-text.ts';
import { findingsOf } from '../../../reports/findings/findings.ts';
import { ExitCode } from '../../model/errors.ts';
import { openRun } from '../../journal/run-folder.ts';
import type { Io } from '../streams.ts';

export async function judge(run: string, io: Io): Promise<ExitCode> {
  const folder = await openRun(run);
  const findings = findingsOf(await judgeRun(folder));
  await reportRun(folder, findings);
  printResult(findings, folder.path, io);
  return findings.results.run.status === 'complete' ? ExitCode.complete : ExitCode.noVerdict;
}
