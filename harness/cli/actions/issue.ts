/** `bench issue`: a bug report about a hang, for whoever can mend it. Sends nothing. */
import type { Io } from '../streams.ts';
import type { IssueOptions } from '../commands/issue.ts';
import { writeFile } from 'node:fs/promises';
import { readResults } from '../run/judge-and-report.ts';
import { findingsOf } from '../../../reports/findings/findings.ts';
import { ExitCode, messageOf, UsageError } from '../../model/errors.ts';
import { bugReport, type Project } from '../../bug-report/bug-report.ts';
import { openResults } from '../../journal/run-folder.ts';

const ADDRESSES: Readonly<Record<Project, string>> = {
  rocm: 'https://github.com/ROCm/ROCm/issues/new/choose',
  miopen: 'https://github.com/ROCm/rocm-libraries/issues/new/choose',
  pytorch: 'https://github.com/pytorch/pytorch/issues/new/choose',
};

export async function issue(run: string, options: IssueOptions, { stdout, stderr }: Io): Promise<ExitCode> {
  const results = await readResults(await openResults(run));
  const report = bugReport(findingsOf(results), {
    cell: options.cell ?? null,
    project: options.for,
    allowSimulated: options.allowSimulated === true,
  });
  if (options.out === undefined) stdout.write(report.markdown);
  else await write(options.out, report.markdown);
  const simulated = results.device.simulation !== null;
  stderr.write(
    `bench: report of ${report.cell}${options.out === undefined ? '' : ` written to ${options.out}`}; ${simulated ? 'SIMULATED: not for posting' : `read it over, then post it at ${ADDRESSES[options.for]}`}\n`,
  );
  return ExitCode.complete;
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError('out-unwritable', `cannot write ${file}: ${messageOf(error)}`, 'give another file to --out', {
      cause: error,
    });
  }
}
