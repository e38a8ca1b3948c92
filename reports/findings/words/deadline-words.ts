/** What a deadline saw when it decided, and what lowered deadlines did to a run, in words. */
import type { Outcome } from '../../../harness/model/outcome.ts';
import type { Results } from '../../../harness/model/results/results.ts';
import { count, counted, duration } from './numbers.ts';
import { plainLine } from './plain-text.ts';
import type { Evidence } from '../../../harness/model/attempt/evidence.ts';
import type { Because } from '../../../harness/model/attempt/because.ts';

/** From this share of the time on, waiting for a core is worth a word. */
const MUCH_WAITING = 0.5;
/** From this share of the silence on, what was not counted of it is. */
const MUCH_UNCOUNTED = 0.1;
const SIGN = { line: 'from the probe', search: "MIOpen's search", compile: 'compiling' } as const;

/** "limit 60 s; 0.98 of a core; no sign of progress in this phase". Null where no deadline decided, or an older program did not say. */
export function becauseWords(outcome: Outcome): string | null {
  if ((outcome.kind !== 'hang' && outcome.kind !== 'slow') || outcome.because === undefined) return null;
  const { because } = outcome;
  const lowered = outcome.kind === 'hang' && outcome.limit === 'adaptive' ? ', lowered from earlier passes' : '';
  return [
    `${outcome.kind === 'slow' ? 'hard limit' : 'limit of silence'} ${duration(because.limitSeconds)}${lowered}${uncounted(because)}`,
    ...(because.cpuShare === null ? [] : [`${because.cpuShare.toFixed(2)} of a core used${waited(because)}`]),
    signs(because),
    ...(because.compiler === null
      ? []
      : [
          `compiler ${plainLine(because.compiler.name, 40)} below it, ${because.compiler.cpuSeconds === 0 ? 'using no CPU' : `${duration(because.compiler.cpuSeconds)} of CPU between two looks`}`,
        ]),
  ].join('; ');
}

/** Said where it matters: a probe that the machine did not let run may only have been slow. */
function waited({ waitShare }: Because): string {
  return (waitShare ?? 0) < MUCH_WAITING
    ? ''
    : `, but ${Math.round((waitShare ?? 0) * 100)} % of the time it stood in line for one: this machine had none to spare`;
}

/** Where it is more than a moment: why the silence was longer than its limit. */
function uncounted({ waitedSeconds = 0, silentSeconds }: Because): string {
  return waitedSeconds <= MUCH_UNCOUNTED * silentSeconds
    ? ''
    : `, not counting ${duration(waitedSeconds)} in which it was given no core`;
}

function signs({ signs: many, lastSign }: Because): string {
  if (lastSign === null) return 'no sign of progress in this phase';
  return `${counted(many, 'sign')} of progress, the last one ${duration(lastSign.ageSeconds)} before: ${SIGN[lastSign.kind]}, "${plainLine(lastSign.text, 120)}"`;
}

/** One sentence; null where it did nothing between the verdict and the kill. */
export function afterwardsWords({ afterwards }: Evidence): string | null {
  if (afterwards === undefined) return null;
  const { kind, detail } = afterwards;
  const did = {
    passed: 'went on and came to its end',
    raised: `raised "${plainLine(detail, 200)}"`,
    exited: `exited with ${plainLine(detail, 40)}`,
    died: `died by ${plainLine(detail, 40)}`,
    'went-on': 'went on',
  }[kind];
  return `It ${did} after bench had asked for its stacks. That woke it, and takes nothing back: by itself it had not moved.`;
}

/** One sentence; null where nothing hung under a lowered limit. */
export function adaptiveWords({ adaptive }: Results['run']): string | null {
  if (adaptive === undefined || adaptive.suspected === 0) return null;
  const { suspected, confirmed, refuted, savedSeconds } = adaptive;
  const saved =
    savedSeconds >= 0
      ? `${duration(savedSeconds)} not waited`
      : `that took ${duration(-savedSeconds)} more than the full limits`;
  const rest = suspected - confirmed - refuted;
  const open = rest > 0 ? `, ${count(rest)} bound nothing and were left at that` : '';
  return `Under limits lowered from earlier passes ${counted(suspected, 'hang was', 'hangs were')} suspected: ${count(confirmed)} confirmed under the full limits, ${count(refuted)} refuted${open}; ${saved}.`;
}
