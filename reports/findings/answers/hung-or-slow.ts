/** "Hung, or only slow?": what was seen while the attempts did not return. Seconds are those of the wall clock on both sides. */
import type { AttemptResult, Results } from '../../../harness/model/results/results.ts';
import { count, counted, duration } from '../words/numbers.ts';
import { isStarved } from '../../../harness/model/grade.ts';
import { OUTCOMES } from '../../../harness/model/outcome.ts';
import type { Statement } from './statement.ts';

/** A hang must have been silent for this many times the slowest first run before the two are told apart without a warning. */
const CLEAR = 3;

/** The answer first. Attempts that count for nothing are left out, starved hangs among them, and so are hangs under a lowered limit whose cell passed under the full ones. */
export function hungOrSlow(results: Results): readonly Statement[] {
  const passed = new Set(results.cells.flatMap(({ id, verdict }) => (verdict === 'pass' ? [id] : [])));
  const counting = results.attempts.filter(
    ({ credit, cell, report: { outcome } }) =>
      credit !== 'void' && !isStarved(outcome) && !(outcome.kind === 'hang' && passed.has(cell)),
  );
  const silent = counting.flatMap(({ report: { outcome } }) => (outcome.kind === 'hang' ? [outcome] : []));
  const stuck = counting.filter(
    ({
      report: {
        outcome: { kind },
      },
    }) => kind !== 'hang' && OUTCOMES[kind].neverReturned,
  ).length;
  const slow = counting.filter(({ report }) => report.outcome.kind === 'slow').length;
  return [
    ...hung(silent, stuck),
    ...compared(silent, counting, results.device.simulation?.timeScale ?? null),
    ...compiling(silent),
    ...slowWords(slow, silent.length + stuck),
  ];
}

type Hang = Extract<AttemptResult['report']['outcome'], { kind: 'hang' }>;

function hung(silent: readonly Hang[], stuck: number): Statement[] {
  const many = silent.length + stuck;
  if (many === 0) return [{ tone: 'plain', text: 'No attempt hung.' }];
  const of = (activity: Hang['activity']): number => silent.filter((one) => one.activity === activity).length;
  const seen = [
    ...(of('busy') > 0 ? [`${count(of('busy'))} with a busy CPU`] : []),
    ...(of('idle') > 0 ? [`${count(of('idle'))} idle`] : []),
    ...(of('compiling') > 0 ? [`${count(of('compiling'))} compiling until shortly before`] : []),
    ...(stuck > 0 ? [`${count(stuck)} unkillable or with the host lost`] : []),
  ].join(', ');
  const phases = [...new Set(silent.map(({ phase }) => phase))];
  const where = phases.length === 1 ? `, all in ${phases[0] ?? ''}` : '';
  return [
    {
      tone: 'bad',
      text: `Hung: ${counted(many, 'attempt')} gave no sign of progress until the deadline (${seen})${where}.`,
    },
  ];
}

/** How long a hang was silent beside how long a pass took in the same phase. */
function compared(silent: readonly Hang[], counting: readonly AttemptResult[], timeScale: number | null): Statement[] {
  const inFirstRun = silent.filter(({ phase }) => phase === 'first-run');
  const shortest = inFirstRun.reduce((least, hang) => Math.min(least, countedSilence(hang)), Infinity);
  let slowest = 0;
  for (const { report } of counting) {
    if (report.outcome.kind !== 'pass') continue;
    for (const { phase, seconds } of report.phases) if (phase === 'first-run' && seconds > slowest) slowest = seconds;
  }
  if (!Number.isFinite(shortest) || slowest === 0) return [];
  const text = `Silent for ${duration(shortest)} or longer; the slowest first run that passed took ${duration(slowest)}${timeScale === null || timeScale === 1 ? '' : ` (by the clock; one second of the model takes ${duration(timeScale)})`}.`;
  return [
    shortest >= CLEAR * slowest
      ? { tone: 'plain', text }
      : { tone: 'warn', text: `${text} That is close: a longer deadline would tell them apart better.` },
  ];
}

/** Without the time in which it was given no core: that says nothing of how slow it may have been. */
function countedSilence({ silentSeconds, because }: Hang): number {
  return silentSeconds - (because?.waitedSeconds ?? 0);
}

function compiling(silent: readonly Hang[]): Statement[] {
  const at = silent.filter(({ activity }) => activity === 'compiling');
  const phases = [...new Set(at.map(({ phase }) => phase))].join(' and ');
  return at.length === 0
    ? []
    : [
        {
          tone: 'warn',
          text: `${counted(at.length, 'hang')} may be a compiler at work: give ${phases} a longer deadline to be sure.`,
        },
      ];
}

function slowWords(slow: number, hangs: number): Statement[] {
  if (slow > 0)
    return [
      {
        tone: 'warn',
        text: `Slow: ${counted(slow, 'attempt')} still made progress at the hard limit; that is not counted as a hang.`,
      },
    ];
  return hangs === 0
    ? []
    : [{ tone: 'plain', text: 'None was slow, which is what progress up to the hard limit would be called.' }];
}
