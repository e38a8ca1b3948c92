/**
 * What GitHub Actions shows beside a job: an annotation for each line that turns bad, and the summary as the step's. Only where the
 * variables of Actions are set. Annotations go to standard error, which Actions reads as well: `--json` owns standard output.
 */
import { appendFile, readFile } from 'node:fs/promises';
import { boundaryWords } from '../../../reports/findings/lines/boundary-words.ts';
import type { Findings } from '../../../reports/findings/findings.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import type { Results } from '../../model/results/results.ts';
import { messageOf } from '../../model/errors.ts';

/** Actions shows ten annotations of a kind for each step. */
const MOST = 10;
/** A step's summary may have 1 MiB. */
const MOST_SUMMARY_BYTES = 1024 * 1024;

/** One workflow command a line; none where nothing is bad. Text is escaped: no value of a matrix or a probe can start a command. */
export function annotations({ results, simulated: notice, lineById }: Findings): readonly string[] {
  const simulated = notice === null ? '' : 'SIMULATED ';
  const axis = results.searchAxis ?? 'value';
  const turned = [...lineById.values()].filter(({ smallestBad }) => smallestBad !== null);
  const shown = turned.slice(0, turned.length > MOST ? MOST - 1 : MOST).map((view) => {
    const { environment, setting, fixed } = view.line;
    const where = [environment, ...(setting === 'default' ? [] : [setting]), ...varying(results, fixed)]
      .map((part) => plainLine(part, 60))
      .join(' ');
    return command('warning', `${simulated}${where}`, boundaryWords(view, plainLine(axis, 40)));
  });
  const left = turned.length - shown.length;
  return left === 0
    ? shown
    : [
        ...shown,
        command('warning', `${simulated}${results.run.matrix}`, `${left} more lines, see the summary of the step`),
      ];
}

/** Says it all to GitHub Actions; does nothing elsewhere. Never fails a run: what cannot be written is said. */
export async function tellGithubActions(
  findings: Findings,
  summaryFile: string,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<void> {
  if (env['GITHUB_ACTIONS'] !== 'true') return;
  for (const line of annotations(findings)) say(line);
  const target = env['GITHUB_STEP_SUMMARY'];
  if (target === undefined || target === '') return;
  try {
    const summary = await readFile(summaryFile);
    if (summary.length <= MOST_SUMMARY_BYTES) await appendFile(target, summary);
  } catch (error) {
    say(`bench: the step's summary could not be written: ${messageOf(error)}`);
  }
}

function varying(results: Results, fixed: Results['lines'][number]['fixed']): readonly string[] {
  const axes = results.axes.filter(({ name, values }) => name !== results.searchAxis && values.length > 1);
  return axes.map(({ parameters }) => parameters.map((parameter) => String(fixed[parameter])).join('->'));
}

function command(kind: 'warning', title: string, message: string): string {
  const data = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = title
    .replaceAll('%', '%25')
    .replaceAll('\r', '%0D')
    .replaceAll('\n', '%0A')
    .replaceAll(':', '%3A')
    .replaceAll(',', '%2C');
  return `::${kind} title=${property}::${data}`;
}
