/** Time to think: CPU time of a whole `versions` search, where there are four times as many columns or versions. */
import { atMost, meanOf, type Part, type Sample } from '../sample.ts';
import { inputOf, matrixOf, type Space } from '../surface.ts';
import { enumerate } from '../../../../harness/matrix/space/enumerate.ts';
import { createSearch } from '../../../../harness/search/create.ts';

const SPACES: Readonly<Record<string, (times: number) => Space>> = {
  columns: (times) => space(8, 10 * times),
  versions: (times) => space(8 * times, 10),
};

/** Four times as much to think of is allowed half as much again for the machine's own sake. */
const LINEAR = 6;

export const questions: Part = {
  name: 'time of questions',
  families: { columns: 1, versions: 1 },
  columns: [
    { figure: 'small, ms', of: 'mean' },
    { figure: 'large, ms', of: 'mean' },
    { figure: 'ratio', of: 'mean' },
  ],
  run: async ({ part, family, seed }): Promise<readonly Sample[]> => {
    const grown = SPACES[family];
    if (grown === undefined) throw new RangeError(`no space ${family}`);
    // The first run is the compiler's.
    cpuOf(grown(1), seed);
    const [small, large] = [best(grown(1), seed), best(grown(4), seed)];
    return [
      {
        part,
        family,
        mode: 'versions',
        seed,
        figures: { 'small, ms': small, 'large, ms': large, ratio: large / small },
      },
    ];
  },
  goals: (samples) =>
    samples.flatMap(({ family }) =>
      atMost(
        `versions: time of a search over that of one with a quarter of the ${family}`,
        LINEAR,
        samples.filter((one) => one.family === family),
        meanOf('ratio'),
      ),
    ),
};

function space(versions: number, channels: number): Space {
  return {
    environments: Array.from({ length: versions }, (_, index) => `5.${index}`),
    settings: ['default'],
    fixed: { channels: Array.from({ length: channels }, (_, index) => 4 * (index + 1)) },
    sizes: Array.from({ length: 12 }, (_, index) => 8 * (index + 1)),
  };
}

/** Other work on the machine only ever adds; what takes seconds is long enough to be measured once. */
function best(of: Space, seed: number): number {
  const first = cpuOf(of, seed);
  return first > 2000 ? first : Math.min(first, cpuOf(of, seed), cpuOf(of, seed));
}

/** Milliseconds. */
function cpuOf(of: Space, seed: number): number {
  const matrix = matrixOf(inputOf(of), { attempts: 1, search: { strategy: 'versions' } });
  const search = createSearch(matrix, enumerate(matrix));
  const limit = 400 + (seed % 400);
  const before = process.cpuUsage();
  for (let [question] = search.next(1); question !== undefined; [question] = search.next(1)) {
    const { size, channels } = question.cell.case;
    const hangs =
      Number(question.cell.environment.slice(2)) % 7 > 2 && Number(size) * Math.sqrt(Number(channels)) > limit;
    search.tell({
      ...question,
      outcome: hangs ? 'hang' : 'pass',
      grade: hangs ? 'bad' : 'good',
      seconds: hangs ? 20 : 1,
    });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
