/** `bench bisect`: one case along the environments between two of them. */
import { newRun } from '../run/open-run.ts';
import { runExitCode, runOpened } from '../run/run-opened.ts';
import type { Io } from '../streams.ts';
import type { BisectOptions } from '../commands/bisect.ts';
import { plainLine } from '../../../reports/findings/plain-text.ts';
import { UsageError, type ExitCode } from '../../model/errors.ts';
import { findEnvironment, narrowed, parseCase } from '../../matrix/space/narrow.ts';
import { bisectLog as logLines, bridgeWords, transitionWords } from '../../verdicts/transition-words.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import type { Results } from '../../model/results/results.ts';

/** A path of a run folder may stand in a line. */
const MOST_CHARACTERS = 1000;

interface Asked {
  readonly good: string;
  readonly bad: string;
  readonly case: string;
  readonly setting: string;
  readonly first: boolean;
}

export async function bisect(matrixFile: string, options: BisectOptions, io: Io): Promise<ExitCode> {
  const own = asked(options);
  const opened = await newRun(matrixFile, options, (matrix) => bisected(matrix, own));
  const { end, results, interrupted } = await runOpened(opened, options, io, (found, folder) => {
    if (options.json === true) io.stdout.write(`${JSON.stringify(found)}\n`);
    else
      io.stdout.write(
        `${answer(found, own, folder)
          .map((line) => plainLine(line, MOST_CHARACTERS))
          .join('\n')}\n`,
      );
  });
  return runExitCode(end, results, [], interrupted);
}

function asked({ good, bad, case: text, setting = 'default', first }: BisectOptions): Asked {
  if (good !== undefined && bad !== undefined && text !== undefined)
    return { good, bad, case: text, setting, first: first === true };
  const missing = Object.entries({ good, bad, case: text }).flatMap(([name, value]) =>
    value === undefined ? [`--${name}`] : [],
  );
  throw new UsageError(
    'bisect-options',
    `${missing.join(', ')} missing: a bisection needs --good, --bad and --case`,
    'for example: bench bisect --good 5.2 --bad 5.7 --case in_channels=16,out_channels=32,size=48',
  );
}

/** Both ends and what lies between them, in the order of the matrix whichever end is the good one. */
function bisected(matrix: Matrix, { good, bad, case: text, setting, first }: Asked): Matrix {
  const [a, b] = [good, bad].map((wanted) => matrix.environments.indexOf(findEnvironment(matrix.environments, wanted)));
  if (a === undefined || b === undefined || a === b)
    throw new UsageError('bisect-ends', '--good and --bad are the same environment', 'give two different ones');
  const between = matrix.environments.slice(Math.min(a, b), Math.max(a, b) + 1);
  return {
    ...narrowed(matrix, parseCase(text), between, setting),
    search: { strategy: 'versions', axis: null, every: !first },
  };
}

/** Ends that are not what they were called: every change is found all the same, but somebody was mistaken. */
function surprises(results: Results, ends: { readonly good: string; readonly bad: string }): readonly string[] {
  const cellOf = (wanted: string): Results['cells'][number] | undefined => {
    const name = results.environments.find(
      (one) => one.name === wanted || one.rocm === wanted || one.torch === wanted,
    )?.name;
    return results.cells.find(({ environment }) => environment === name);
  };
  const told = (option: 'good' | 'bad'): readonly string[] => {
    const verdict = cellOf(ends[option])?.verdict;
    if (verdict === undefined) return [];
    const found =
      verdict === 'pass'
        ? 'good'
        : verdict === 'flaky' || results.bad.some((one) => one === verdict)
          ? 'bad'
          : 'untestable';
    if (found === option) return [];
    const is =
      found === 'untestable'
        ? `could not be tested: ${verdict}`
        : `is not ${option}: ${verdict === 'pass' ? 'it passes' : verdict}`;
    return [`note     --${option} ${ends[option]} ${is}`];
  };
  return [...told('good'), ...told('bad')];
}

function answer(results: Results, { good, bad }: Asked, folder: string): readonly string[] {
  const transitions = results.transitions ?? [];
  const verdictOf = (place: 'first' | 'last'): string => {
    const cell = place === 'first' ? results.cells[0] : results.cells.at(-1);
    return `${cell?.environment ?? ''} is ${cell?.verdict ?? 'untested'}`;
  };
  const simulated =
    results.device.simulation === null
      ? []
      : [`SIMULATED: no real card was used; fates come from the model ${results.device.simulation.model}`];
  return [
    ...simulated,
    ...surprises(results, { good, bad }),
    ...logLines(results).filter((line) => /^# (good|bad|skip):/.test(line)),
    ...(transitions.length === 0
      ? [`no change between --good ${good} and --bad ${bad}: ${verdictOf('first')}, ${verdictOf('last')}`]
      : transitions.flatMap((one) => [transitionWords(one), ...bridgeWords(one).map((text) => `  ${text}`)])),
    `log      bench bisect log ${folder}`,
    `report   ${folder}/report.html`,
  ];
}
