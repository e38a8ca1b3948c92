/** The one sentence or two, for every report, on what was not run. The numbers first. */
import type { Assumption, RestsOn } from '../../model/results/results.ts';

export interface Counts extends Omit<Assumption, 'text'> {
  readonly inferred: RestsOn;
}

export function assumptionWords({ broken, inferred, boundaries, looked, untriedLines }: Counts): string {
  const { passes, bad, takenOver } = inferred;
  const all = passes + bad;
  const what = [some(passes, 'pass', 'passes'), some(bad, 'bad verdict', 'bad verdicts')]
    .filter((one) => one !== '')
    .join(' and ');
  const taken =
    takenOver === 0
      ? ''
      : ` ${takenOver} of these ${takenOver === 1 ? 'is' : 'are'} taken over from another line, and doubtful.`;
  const untried =
    boundaries === 0 || untriedLines === 0
      ? ''
      : looked === 0
        ? ` Nothing above ${boundaries === 1 ? 'the' : 'any'} boundary was run.`
        : ` Above ${looked} of ${boundaries} boundaries something larger was run.`;
  if (broken === 0)
    return `${what} ${all === 1 ? 'is' : 'are'} inferred from "larger is worse", not run; ${looksWords(inferred)}.${untried}${taken}`;
  const known = `Larger is not worse on ${broken === 1 ? '1 line' : `${broken} lines`}`;
  if (all === 0) return `${known}; elsewhere nothing is inferred from it.`;
  return `${known}, so ${what} on other lines, inferred and not run, ${all === 1 ? 'is' : 'are'} doubtful: ${looksWords(inferred)}.${untried}`;
}

function some(count: number, one: string, many: string): string {
  return count === 0 ? '' : `${count} ${count === 1 ? one : many}`;
}

/** "of 42 looks at such cells 20 failed, so about 95 of these 190 are wrong". */
function looksWords({ looks, passes, bad }: RestsOn): string {
  const [made, failed] = [looks.passes + looks.bad, looks.passesFailed + looks.badFailed];
  if (made === 0) return 'none of them was run as a check';
  const looked = made === 1 ? 'the one look at such a cell' : `of ${made} looks at such cells`;
  if (failed === 0) return made === 1 ? `${looked} did not fail` : `${looked} none failed`;
  // Where one side was not looked at, the other speaks for it.
  const rate = (tried: number, wrong: number): number => (tried === 0 ? failed / made : wrong / tried);
  const all = passes + bad;
  const wrong = Math.round(passes * rate(looks.passes, looks.passesFailed) + bad * rate(looks.bad, looks.badFailed));
  const how = wrong === 0 ? 'hardly one' : `about ${wrong}`;
  return `${looked}${made === 1 ? ' failed' : ` ${failed} failed`}, so ${how} of these ${all} may be wrong`;
}
