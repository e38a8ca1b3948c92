/** From an opened run to its end: measure, judge, report, give the folder back. `run`, `bisect` and `probe` differ before and after. */
import { judgeRun, reportRun } from './judge-and-report.ts';
import { tellGithubActions } from './github-actions.ts';
import { catchSignals } from '../watch/interrupt.ts';
import { liveView, plainView, quietView, type View } from '../watch/view.ts';
import type { OpenedRun } from './target.ts';
import type { Io } from '../streams.ts';
import { findingsOf, type Findings } from '../../../reports/findings/findings.ts';
import { armHardwareWatchdog } from '../../devices/hardware-watchdog.ts';
import { machineAt } from '../../devices/machine.ts';
import { withheld } from '../../environments/kinds/wheel/withheld.ts';
import { ExitCode } from '../../model/errors.ts';
import { packageVersion } from '../../machine/installation.ts';
import { axesOf } from '../../matrix/space/axes.ts';
import { variablesFor } from '../../matrix/space/subject.ts';
import { variableAdvice } from '../../matrix/variables/advice.ts';
import { measure } from '../../runner/measure.ts';
import { failOnMatches, type FailOn } from '../../verdicts/fail-on.ts';
import type { LoopEnd } from '../../runner/loop.ts';
import type { SearchProgress } from '../../search/search.ts';
import type { Results } from '../../model/results/results.ts';

/** How the run is watched, and what its measuring is told. */
export interface WatchedRun {
  readonly quiet?: true | undefined;
  readonly slots?: number | undefined;
  readonly retryHostLost?: true | undefined;
  readonly acceptHostLost?: true | undefined;
  readonly acceptChangedProbe?: true | undefined;
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
  options: WatchedRun,
  io: Io,
  print: (findings: Findings, folder: string) => void,
): Promise<RunEnd> {
  const screen: Screen = { view: quietView(io.stderr) };
  const interruption = catchSignals((text) => screen.view.say(text));
  try {
    const end = await measured(opened, options, io, screen, interruption.signal);
    interruption.measured();
    const results = await judgeRun(opened.folder);
    const findings = findingsOf(results);
    await reportRun(opened.folder, findings);
    print(findings, opened.folder.path);
    await tellGithubActions(findings, opened.folder.file('summary.md'), io.env, (line) => io.stderr.write(`${line}\n`));
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

async function measured(
  opened: OpenedRun,
  options: WatchedRun,
  io: Io,
  screen: Screen,
  signal: AbortSignal,
): Promise<LoopEnd> {
  const watchdog = await armHardwareWatchdog(opened.matrix.watchdog.hardware_watchdog, machineAt('/'));
  const warnings = [
    ...opened.warnings,
    ...variableAdvice(opened.matrix),
    ...callersVariables(opened, io.env),
    ...(watchdog === null ? [] : [watchdog.notice]),
  ];
  if (options.quiet !== true) for (const text of warnings) io.stderr.write(`warning: ${text}\n`);
  try {
    return await measure({
      ...opened,
      warnings,
      tool: `bench ${packageVersion()}`,
      signal,
      slots: options.slots ?? 1,
      acceptChangedProbe: options.acceptChangedProbe,
      hostLost: options.retryHostLost === true ? 'retry' : options.acceptHostLost === true ? 'accept' : undefined,
      watch: (progress, finished) => {
        screen.view = openView(opened, options.quiet === true, io, progress, finished);
        return screen.view.observer;
      },
    });
  } finally {
    watchdog?.close();
    screen.view.close();
    screen.view = quietView(io.stderr);
  }
}

/** A simulated card reads no variable of anybody's shell. */
function callersVariables({ matrix, device }: OpenedRun, env: NodeJS.ProcessEnv): readonly string[] {
  if (device.simulation !== null) return [];
  const given = matrix.environments.flatMap(({ name }) =>
    Object.keys(matrix.settings).flatMap((setting) => Object.keys(variablesFor(matrix, name, setting))),
  );
  return withheld(env, new Set(given));
}

function openView(
  { matrix, device, folder }: OpenedRun,
  isQuiet: boolean,
  io: Io,
  progress: () => SearchProgress,
  finished: number,
): View {
  const stream = io.stderr;
  if (isQuiet) return quietView(stream);
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
    palette: io.colours(stream),
  };
  return stream.isTTY === true && io.env['TERM'] !== 'dumb' && io.env['CI'] === undefined
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
  failOn: readonly FailOn[],
  interrupted: ExitCode | null,
): ExitCode {
  if (end.kind === 'interrupted') return interrupted ?? ExitCode.interrupted;
  if (end.kind === 'quarantined' || results.run.status !== 'complete') return ExitCode.noVerdict;
  if (failOnMatches(results, failOn).length > 0) return ExitCode.finding;
  // Without one good or bad cell nothing was found out, however many attempts were made.
  const graded = results.cells.some(
    ({ verdict }) => verdict === 'flaky' || verdict === 'pass' || results.bad.includes(verdict),
  );
  return graded ? ExitCode.complete : ExitCode.noVerdict;
}
