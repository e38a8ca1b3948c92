/** `bench run`: open, measure, judge, report, and say in a few lines what came out. */
import { compareWithBaseline, openBaseline, refuseBaseline } from '../run/baseline.ts';
import { tooFew } from './compare.ts';
import { tellGithubActions } from '../run/github-actions.ts';
import { catchSignals } from '../run/interrupt.ts';
import { newRun, resumedRun, type OpenedRun } from '../run/open-run.ts';
import { palette, wantsColour } from '../text/palette.ts';
import { parseRunOptions, type RunOptions } from '../run/run-options.ts';
import { judgeRun, reportRun } from '../run/finish.ts';
import { printResult } from '../text/result-text.ts';
import { liveView, plainView, quietView, type View } from '../run/view.ts';
import { armHardwareWatchdog } from '../../devices/hardware-watchdog.ts';
import { machineAt } from '../../devices/machine.ts';
import { withheld } from '../../environments/kinds/wheel/withheld.ts';
import { ExitCode } from '../../model/errors.ts';
import { packageVersion } from '../../machine/installation.ts';
import { axesOf } from '../../matrix/space/axes.ts';
import { variablesFor } from '../../matrix/space/subject.ts';
import { variableAdvice } from '../../matrix/variables/advice.ts';
import { measure } from '../../runner/measure.ts';
import { verdictCount } from '../../verdicts/compare/compare.ts';
import { findings } from '../../verdicts/fail-on.ts';
import type { LoopEnd } from '../../runner/loop.ts';
import type { SearchProgress } from '../../search/search.ts';
import type { Results } from '../../model/results/results.ts';

/** Returns the exit code; throws BenchError for what stops a run before or while it measures. */
export async function runCommand(matrixFile: string | undefined, given: unknown): Promise<ExitCode> {
  const options = parseRunOptions(matrixFile, given);
  const baseline = await openBaseline(options.baseline);
  const opened =
    options.resume === undefined
      ? await newRun(String(matrixFile), options, undefined, (device) => refuseBaseline(baseline, device))
      : await resumedRun(options.resume, options.slots, (device) => refuseBaseline(baseline, device));
  const colours = palette(wantsColour(process.stdout, process.env, options.color));
  const { end, results, interrupted } = await runOpened(opened, options, (found, folder) => {
    if (options.json) process.stdout.write(`${JSON.stringify(found)}\n`);
    else printResult(found, folder, colours);
  });
  const code = runExitCode(end, results, options, interrupted);
  if (interrupted !== null || end.kind === 'interrupted') return code;
  // What regressed is told even where the run has no verdict as a whole; but then that decides the exit code.
  const regressed =
    baseline === null
      ? ExitCode.complete
      : await compareWithBaseline(
          baseline,
          results,
          opened.folder,
          colours,
          options.json ? process.stderr : process.stdout,
        );
  const few = tooFew(verdictCount(results), options.expect);
  if (code === ExitCode.noVerdict || few) return ExitCode.noVerdict;
  return code === ExitCode.complete ? regressed : code;
}

export interface RunEnd {
  readonly end: LoopEnd;
  readonly results: Results;
  /** The exit code for the signal that came; null when none did. */
  readonly interrupted: ExitCode | null;
}

/** Measures, judges, reports and gives the folder back. `print` says what came out. */
export async function runOpened(
  opened: OpenedRun,
  options: RunOptions,
  print: (results: Results, folder: string) => void,
): Promise<RunEnd> {
  const screen: Screen = { view: quietView(process.stderr) };
  const interruption = catchSignals((text) => screen.view.say(text));
  try {
    const end = await measured(opened, options, screen, interruption.signal);
    interruption.measured();
    const results = await judgeRun(opened.folder);
    await reportRun(opened.folder, results);
    print(results, opened.folder.path);
    await tellGithubActions(results, opened.folder.file('summary.md'), process.env, (line) =>
      process.stderr.write(`${line}\n`),
    );
    return { end, results, interrupted: interruption.exitCode() };
  } finally {
    interruption.release();
    opened.release();
  }
}

/** The view that is open now: a signal may come at any time. */
interface Screen {
  view: View;
}

async function measured(opened: OpenedRun, options: RunOptions, screen: Screen, signal: AbortSignal): Promise<LoopEnd> {
  const watchdog = await armHardwareWatchdog(opened.matrix.watchdog.hardware_watchdog, machineAt('/'));
  const warnings = [
    ...opened.warnings,
    ...variableAdvice(opened.matrix),
    ...callersVariables(opened),
    ...(watchdog === null ? [] : [watchdog.notice]),
  ];
  if (!options.quiet) for (const text of warnings) process.stderr.write(`warning: ${text}\n`);
  try {
    return await measure({
      ...opened,
      warnings,
      tool: `bench ${packageVersion()}`,
      signal,
      slots: options.slots,
      hostLost: options.retryHostLost === true ? 'retry' : options.acceptHostLost === true ? 'accept' : undefined,
      watch: (progress, finished) => {
        screen.view = openView(opened, options, progress, finished);
        return screen.view.observer;
      },
    });
  } finally {
    watchdog?.close();
    screen.view.close();
    screen.view = quietView(process.stderr);
  }
}

/** A simulated card reads no variable of anybody's shell. */
function callersVariables({ matrix, device }: OpenedRun): readonly string[] {
  if (device.simulation !== null) return [];
  const given = matrix.environments.flatMap(({ name }) =>
    Object.keys(matrix.settings).flatMap((setting) => Object.keys(variablesFor(matrix, name, setting))),
  );
  return withheld(process.env, new Set(given));
}

function openView(
  { matrix, device, folder }: OpenedRun,
  options: RunOptions,
  progress: () => SearchProgress,
  finished: number,
): View {
  const stream = process.stderr;
  if (options.quiet) return quietView(stream);
  const going = finished > 0 ? `, going on after ${finished} attempts` : '';
  const shown = axesOf(matrix).map(({ parameters }) => parameters);
  const title = `${matrix.name} on ${deviceText(device)}${going}, writing ${folder.path}`;
  const mark = device.simulation === null ? '' : 'SIMULATED';
  const shared = {
    title,
    mark,
    progress,
    shown,
    bad: matrix.bad,
    stream,
    palette: palette(wantsColour(stream, process.env, options.color)),
  };
  return stream.isTTY && process.env['TERM'] !== 'dumb' && process.env['CI'] === undefined
    ? liveView(shared)
    : plainView(shared);
}

function deviceText(device: OpenedRun['device']): string {
  if (device.simulation !== null) return `a SIMULATED card (model ${device.simulation.model})`;
  return device.target === null ? device.name : `${device.name} (${device.target})`;
}

export function runExitCode(
  end: LoopEnd,
  results: Results,
  { failOn }: RunOptions,
  interrupted: ExitCode | null,
): ExitCode {
  if (end.kind === 'interrupted') return interrupted ?? ExitCode.interrupted;
  if (end.kind === 'quarantined') return ExitCode.noVerdict;
  if (failOn !== undefined && findings(results, failOn).length > 0) return ExitCode.finding;
  // Without one good or bad cell nothing was found out, however many attempts were made.
  const graded = results.cells.some(
    ({ verdict }) => verdict === 'flaky' || verdict === 'pass' || results.bad.includes(verdict),
  );
  return graded ? ExitCode.complete : ExitCode.noVerdict;
}
