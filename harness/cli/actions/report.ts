/** `bench report`: results.json → every report, byte for byte the same each time. Works on a copied folder that holds results.json alone. */
import type { Io } from '../streams.ts';
import { resolve } from 'node:path';
import { readResults, reportRun } from '../run/judge-and-report.ts';
import { findingsOf } from '../../../reports/findings/findings.ts';
import { ExitCode } from '../../model/errors.ts';
import { openResults } from '../../journal/run-folder.ts';

export async function report(run: string, { stdout }: Io): Promise<ExitCode> {
  const folder = await openResults(run);
  const names = await reportRun(folder, findingsOf(await readResults(folder)));
  for (const name of names) stdout.write(`${resolve(folder.path, name)}\n`);
  return ExitCode.complete;
}
