/** Small matrices whose truth is known, and a runner without processes that answers a search from that truth. */
import type { Cell, Enumeration, Line } from '../../harness/model/cell.ts';
import { MatrixFile, type Matrix, type MatrixInput } from '../../harness/matrix/file/schema.ts';
import type { Scalar } from '../../harness/model/conditions.ts';
import type { Answer, Question, Search } from '../../harness/search/search.ts';
import type { OutcomeKind } from '../../harness/model/outcome.ts';
import { grade } from '../../harness/model/grade.ts';

export interface Plane {
  readonly environments: readonly string[];
  readonly fixed: readonly Readonly<Record<string, Scalar>>[];
  readonly sizes: readonly number[];
}

/** How an attempt of a question ends. */
export type Truth = (question: Question) => OutcomeKind;

export function enumerationOf(plane: Plane): Enumeration {
  const lineCount = plane.environments.length * plane.fixed.length;
  return { lineCount, cellCount: lineCount * plane.sizes.length, lines: () => lines(plane) };
}

function* lines(plane: Plane): Iterable<Line> {
  for (const environment of plane.environments) {
    for (const fixed of plane.fixed) {
      const line = `${environment}/${Object.values(fixed).join('-')}`;
      const cells = plane.sizes.map((size, position): Cell => {
        return { id: `${line}/${size}`, environment, setting: 'default', case: { ...fixed, size }, line, position };
      });
      yield { id: line, environment, setting: 'default', fixed, axis: 'size', cells };
    }
  }
}

export function matrixOf(plane: Plane, changes: Partial<MatrixInput> = {}): Matrix {
  const file = MatrixFile.parse({
    schema: 1,
    name: 'surface',
    probe: 'conv2d',
    environments: plane.environments.map((name) => ({ kind: 'interpreter', name, python: 'python3' })),
    axes: { channels: [1], size: plane.sizes },
    ...changes,
  });
  return {
    ...file,
    environments: file.environments.flatMap((one, index) =>
      one.kind === 'catalogue' ? [] : [{ ...one, name: plane.environments[index] ?? 'none' }],
    ),
    attempts: typeof file.attempts === 'number' ? file.attempts : 1,
    search: { ...file.search, axis: 'size' },
  };
}

export interface Costs {
  readonly pass: number;
  readonly bad: number;
}

export function answerTo(
  question: Question,
  truth: Truth,
  matrix: Matrix,
  costs: Costs = { pass: 1, bad: 20 },
): Answer {
  const outcome = truth(question);
  const verdict = grade(outcome, matrix.bad);
  return { ...question, outcome, grade: verdict, seconds: verdict === 'bad' ? costs.bad : costs.pass };
}

/** Runs the search to its end, `width` questions at a time, and gives every answer in order. */
export function drive(
  search: Search,
  truth: Truth,
  matrix: Matrix,
  options: { costs?: Costs; width?: number } = {},
): Answer[] {
  const told: Answer[] = [];
  for (;;) {
    const questions = search.next(options.width ?? 1);
    if (questions.length === 0) return told;
    for (const question of questions) {
      const answer = answerTo(question, truth, matrix, options.costs);
      search.tell(answer);
      told.push(answer);
    }
  }
}

/** The founding notes' claims over 13 versions, channel pairs and 35 sizes; 5.4 hangs on the two large pairs only. */
export const FOUNDING_NOTES: Plane = {
  environments: ['5.0', '5.1', '5.2', '5.3', '5.4', '5.5', '5.6', '5.7', '6.0', '6.1', '6.2', '6.3', '6.4'],
  fixed: [
    [16, 32],
    [15, 31],
    [17, 33],
    [31, 63],
    [32, 64],
    [64, 128],
    [3, 16],
  ].map(([channels = 1, out = 1]) => ({ in_channels: channels, out_channels: out })),
  sizes: [
    8, 12, 16, 20, 24, 28, 30, 31, 32, 33, 34, 36, 38, 40, 42, 43, 44, 46, 48, 50, 52, 56, 60, 64, 72, 80, 96, 97, 112,
    128, 160, 192, 224, 240, 256,
  ],
};

export function foundingNotes({ cell }: Question): OutcomeKind {
  const { in_channels: channels, size } = cell.case;
  const powerOfTwo = typeof channels === 'number' && Number.isInteger(Math.log2(channels));
  const healthy = ['5.0', '5.1', '5.2', '6.2', '6.3', '6.4'].includes(cell.environment);
  const partly = cell.environment === '5.4' && Number(channels) < 32;
  return powerOfTwo && !healthy && !partly && Number(size) > 32 ? 'hang' : 'pass';
}

/** 16 to 32 hangs from 43: the im2col workspace of a 3x3 kernel is above 1 MiB; not in 5.2 and before, nor from 6.2 on. */
export function workspaceRule({ cell }: Question): OutcomeKind {
  const { in_channels: channels, size } = cell.case;
  const healthy = ['5.0', '5.1', '5.2', '6.2', '6.3', '6.4'].includes(cell.environment);
  return !healthy && Number(channels) * 9 * Number(size) ** 2 * 4 > 2 ** 20 ? 'hang' : 'pass';
}
