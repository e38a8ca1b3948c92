/**
 * `bench probe`: one cell, for `git bisect run` and for scripts. Exit codes are git's: 0 good, 1 bad, 125 cannot be tested (skip), 128 and above: stop. Wrong
 * words stop as well, for 2 would mean "bad" to git.
 */
import { z } from 'zod';
import { describeFailure } from '../text/failure.ts';
import { plainLine } from '../../../reports/findings/plain-text.ts';
import { newRun } from '../run/open-run.ts';
import { parseRunOptions } from '../run/run-options.ts';
import { runOpened } from './run.ts';
import { findEnvironment, narrowed, parseCase } from '../../matrix/space/narrow.ts';
import type { LoopEnd } from '../../runner/loop.ts';
import type { Results } from '../../model/results/results.ts';

/** git bisect run's. */
export const ProbeExit = { good: 0, bad: 1, skip: 125, stop: 128 } as const;

/** A path of a run folder may stand in it. */
const MOST_CHARACTERS = 1000;

const Options = z.object({ environment: z.string(), case: z.string(), setting: z.string().default('default') });

/** Never throws: every failure is an exit code that git understands. */
export async function probeCommand(matrixFile: string, given: unknown): Promise<number> {
  try {
    return await probed(matrixFile, given);
  } catch (error) {
    process.stderr.write(describeFailure(error).text);
    return ProbeExit.stop;
  }
}

async function probed(matrixFile: string, given: unknown): Promise<number> {
  const own = Options.parse(given);
  const options = parseRunOptions(matrixFile, given);
  const opened = await newRun(matrixFile, options, (matrix) =>
    narrowed(matrix, parseCase(own.case), [findEnvironment(matrix.environments, own.environment)], own.setting),
  );
  const { end, results, interrupted } = await runOpened(opened, { ...options, quiet: true }, (found, folder) => {
    const said = verdictOf(found);
    const simulated = found.device.simulation !== null;
    if (options.json)
      process.stdout.write(
        `${JSON.stringify({ verdict: said.word, outcome: said.outcome, why: said.why, environment: said.environment, setting: own.setting, case: said.case, simulated, run: folder })}\n`,
      );
    else
      process.stdout.write(
        `${plainLine(`${simulated ? 'SIMULATED ' : ''}${said.word}: ${said.why} (${said.environment}, ${own.case}); ${folder}`, MOST_CHARACTERS)}\n`,
      );
  });
  return exitOf(end, results, interrupted);
}

function exitOf(end: LoopEnd, results: Results, interrupted: number | null): number {
  if (end.kind === 'interrupted') return interrupted ?? ProbeExit.stop;
  if (end.kind === 'quarantined') return ProbeExit.stop;
  return ProbeExit[verdictOf(results).word];
}

interface Verdict {
  readonly word: 'good' | 'bad' | 'skip';
  readonly outcome: string;
  readonly why: string;
  readonly environment: string;
  readonly case: Readonly<Record<string, unknown>>;
}

/** A flaky cell is bad: it hung. */
function verdictOf(results: Results): Verdict {
  const [cell] = results.cells;
  const verdict = cell?.verdict ?? 'untested';
  const word = verdict === 'pass' ? 'good' : verdict === 'flaky' || results.bad.includes(verdict) ? 'bad' : 'skip';
  const last = results.attempts.findLast(({ report }) => report.outcome.kind === verdict)?.report.outcome;
  const phase = last !== undefined && 'phase' in last ? ` in ${last.phase}` : '';
  const reason = results.environments[0]?.reason?.split('\n')[0] ?? '';
  const tries =
    cell === undefined || cell.attempts === 0 ? '' : `, ${cell.badAttempts} of ${cell.attempts} attempts bad`;
  return {
    word,
    outcome: verdict,
    why: `${verdict}${phase}${word === 'skip' && reason !== '' ? `: ${reason}` : tries}`,
    environment: cell?.environment ?? '',
    case: cell?.case ?? {},
  };
}
