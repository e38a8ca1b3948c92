/** `bench bisect`: one case along the environments between two of them. */
import { CASE_EXAMPLE } from '../../knowledge/examples.ts';
import { newRun } from '../run/new-run.ts';
import { runExitCode, runOpened } from '../run/run-opened.ts';
import { printJson, type Io } from '../streams.ts';
import type { BisectOptions } from '../commands/bisect.ts';
import { bisectText } from '../text/bisect-text.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import { UsageError, type ExitCode } from '../../model/errors.ts';
import { findEnvironment, narrowed, parseCase } from '../../matrix/space/narrow.ts';
import type { Matrix } from '../../matrix/file/schema.ts';

/** A path of a run folder may stand in a line. */
const MOST_CHARACTERS = 1000;

interface BisectRequest {
  readonly good: string;
  readonly bad: string;
  readonly case: string;
  readonly setting: string;
  readonly first: boolean;
}

export async function bisect(matrixFile: string, options: BisectOptions, io: Io): Promise<ExitCode> {
  const own = asked(options);
  const opened = await newRun(matrixFile, options, io.env, (matrix) => bisected(matrix, own));
  const { end, results, interrupted } = await runOpened(opened, options, io, ({ results: found }, folder) => {
    if (options.json === true) printJson(io, found, 0);
    else
      io.stdout.write(
        `${bisectText(found, own, folder)
          .map((line) => plainLine(line, MOST_CHARACTERS))
          .join('\n')}\n`,
      );
  });
  return runExitCode(end, results, [], interrupted);
}

function asked({ good, bad, case: text, setting = 'default', first }: BisectOptions): BisectRequest {
  if (good !== undefined && bad !== undefined && text !== undefined)
    return { good, bad, case: text, setting, first: first === true };
  const missing = Object.entries({ good, bad, case: text }).flatMap(([name, value]) =>
    value === undefined ? [`--${name}`] : [],
  );
  throw new UsageError(
    'bisect-options',
    `${missing.join(', ')} missing: a bisection needs --good, --bad and --case`,
    `for example: bench bisect --good 5.2 --bad 5.7 --case ${CASE_EXAMPLE}`,
  );
}

/** Both ends and what lies between them, in the order of the matrix whichever end is the good one. */
function bisected(matrix: Matrix, { good, bad, case: text, setting, first }: BisectRequest): Matrix {
  const [a, b] = [good, bad].map((wanted) => matrix.environments.indexOf(findEnvironment(matrix.environments, wanted)));
  if (a === undefined || b === undefined || a === b)
    throw new UsageError('bisect-ends', '--good and --bad are the same environment', 'give two different ones');
  const between = matrix.environments.slice(Math.min(a, b), Math.max(a, b) + 1);
  return {
    ...narrowed(matrix, parseCase(text), between, setting),
    search: { strategy: 'versions', axis: null, every: !first },
  };
}
