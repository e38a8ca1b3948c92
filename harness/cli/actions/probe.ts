/**
 * `bench probe`: one cell, for `git bisect run` and for scripts. Exit codes are git's: 0 good, 1 bad, 125 cannot be tested (skip), 128 and above: stop. Wrong
 * words stop as well, for 2 would mean "bad" to git.
 */
import { describeFailure } from '../text/failure.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import { newRun } from '../run/new-run.ts';
import { runOpened } from '../run/run-opened.ts';
import { printJson, type Io } from '../streams.ts';
import type { ProbeOptions } from '../commands/probe.ts';
import { findEnvironment, narrowed, parseCase } from '../../matrix/space/narrow.ts';
import type { LoopEnd } from '../../runner/loop.ts';
import type { Results } from '../../model/results/results.ts';

/** git bisect run's. */
export const ProbeExit = { good: 0, bad: 1, skip: 125, stop: 128 } as const;

/** A path of a run folder may stand in it. */
const MOST_CHARACTERS = 1000;

/** Never throws: every failure is an exit code that git understands. */
export async function probe(matrixFile: string, options: ProbeOptions, io: Io): Promise<number> {
  try {
    return await probed(matrixFile, options, io);
  } catch (error) {
    io.stderr.write(describeFailure(error, io.env).text);
    return ProbeExit.stop;
  }
}

async function probed(matrixFile: string, options: ProbeOptions, io: Io): Promise<number> {
  const { environment, case: text, setting = 'default', json = false } = options;
  const opened = await newRun(matrixFile, options, io.env, (matrix) =>
    narrowed(matrix, parseCase(text), [findEnvironment(matrix.environments, environment)], setting),
  );
  const { end, results, interrupted } = await runOpened(opened, { quiet: true }, io, (found, folder) => {
    const said = verdictOf(found.results);
    const simulated = found.simulated !== null;
    if (json)
      printJson(
        io,
        {
          verdict: said.word,
          outcome: said.outcome,
          why: said.why,
          environment: said.environment,
          setting,
          case: said.case,
          simulated,
          run: folder,
        },
        0,
      );
    else
      io.stdout.write(
        `${plainLine(`${simulated ? 'SIMULATED ' : ''}${said.word}: ${said.why} (${said.environment}, ${text}); ${folder}`, MOST_CHARACTERS)}\n`,
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
