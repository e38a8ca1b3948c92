/** `bench bisect log`: for people. The run folder's journal is what is replayed. */
import { readResults } from '../run/judge-and-report.ts';
import { bisectLogText } from '../text/bisect-text.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import { ExitCode } from '../../model/errors.ts';
import { openRun } from '../../journal/run-folder.ts';
import type { Io } from '../streams.ts';

/** A path of a run folder may stand in a line. */
const MOST_CHARACTERS = 1000;

export async function bisectLog(run: string, { stdout }: Io): Promise<ExitCode> {
  const folder = await openRun(run);
  const results = await readResults(folder);
  const lines = bisectLogText(results, folder.path);
  stdout.write(`${lines.map((line) => plainLine(line, MOST_CHARACTERS)).join('\n')}\n`);
  return ExitCode.complete;
}
