/** `bench bisect log`: for people. The run folder's journal is what is replayed. */
import { readResults } from '../run/finish.ts';
import { plainLine } from '../../../reports/findings/plain-text.ts';
import { ExitCode } from '../../model/errors.ts';
import { openRun } from '../../journal/run-folder.ts';
import { bisectLog as logLines } from '../../verdicts/transition-words.ts';
import type { Io } from '../streams.ts';

/** A path of a run folder may stand in a line. */
const MOST_CHARACTERS = 1000;

export async function bisectLog(run: string, { stdout }: Io): Promise<ExitCode> {
  const folder = await openRun(run);
  const results = await readResults(folder);
  const simulated =
    results.device.simulation === null
      ? []
      : [`# SIMULATED: no real card was used; fates come from the model ${results.device.simulation.model}`];
  const lines = [
    `# bench bisect log of ${folder.path}; to go on or to replay it: bench run --resume ${folder.path}`,
    ...simulated,
    ...logLines(results),
  ];
  stdout.write(`${lines.map((line) => plainLine(line, MOST_CHARACTERS)).join('\n')}\n`);
  return ExitCode.complete;
}
