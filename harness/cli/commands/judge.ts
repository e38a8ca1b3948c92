/** `bench judge`: journal → results.json, and the reports with it. Needs no card and no probe. */
import { judgeRun, reportRun } from '../run/finish.ts';
import { palette, wantsColour } from '../text/palette.ts';
import { printResult } from '../text/result-text.ts';
import { ExitCode } from '../../model/errors.ts';
import { openRun } from '../../journal/run-folder.ts';

export async function judgeCommand(run: string, colour: boolean): Promise<ExitCode> {
  const folder = await openRun(run);
  const results = await judgeRun(folder);
  await reportRun(folder, results);
  printResult(results, folder.path, palette(wantsColour(process.stdout, process.env, colour)));
  return ExitCode.complete;
}
