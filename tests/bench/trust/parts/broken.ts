/** Surfaces on which larger is not worse: what is wrong must be marked, and what it costs is compared with the grid. */
import { drive } from '../drive.ts';
import { BROKEN } from '../families/broken.ts';
import { figuresOf } from '../figures.ts';
import { looksOf } from '../looks.ts';
import { atMost, meanOf, mostOf, sumOf, type Goal, type Measure, type Part, type Sample } from '../sample.ts';
import { Random } from '../../search/random.ts';
import type { MatrixInput } from '../../../../harness/matrix/file/schema.ts';

const MODES: Readonly<Record<string, { readonly hang: number; readonly matrix: Partial<MatrixInput> }>> = {
  'one try, fork': { hang: 20, matrix: { attempts: 1 } },
  'one try, fresh': { hang: 20, matrix: { attempts: 1, isolation: 'spawn' } },
  'one try, fresh, R 100': { hang: 100, matrix: { attempts: 1, isolation: 'spawn' } },
  default: { hang: 20, matrix: {} },
};

/** Of these every wrong cell must be marked once the run is flagged. */
const MARKED: readonly string[] = ['turned', 'gap', 'checkerboard', 'one size'];

export const broken: Part = {
  name: 'larger is not worse',
  families: Object.fromEntries(
    Object.keys(BROKEN).map((family) => [family, family === 'bands' || family === 'islands' ? 20 : 16]),
  ),
  columns: [
    { figure: 'of grid', of: 'mean' },
    { figure: 'of grid', of: 'most' },
    { figure: 'flagged', of: 'sum' },
    { figure: 'wrong', of: 'mean' },
    { figure: 'unmarked', of: 'mean' },
    { figure: 'dangerous', of: 'mean' },
    { figure: 'dangerous, unmarked', of: 'mean' },
    { figure: 'dangerous, unmarked', of: 'most' },
    { figure: 'unmarked, flagged', of: 'sum' },
    { figure: 'marked', of: 'mean' },
    { figure: 'unsaid', of: 'sum' },
    { figure: 'sites without a look', of: 'sum' },
    { figure: 'regions without a look', of: 'sum' },
  ],
  run: async ({ part, family, seed }) => {
    const surface = BROKEN[family]?.(new Random(seed));
    if (surface === undefined) throw new RangeError(`no family ${family}`);
    const samples: Sample[] = [];
    for (const [mode, { hang, matrix }] of Object.entries(MODES)) {
      const run = await drive(surface, { hang, matrix, bare: mode !== 'default' });
      samples.push({
        part,
        family,
        mode,
        seed,
        figures: { ...figuresOf(surface, run, hang, matrix.isolation ?? 'fork'), ...looksOf(surface, run) },
      });
    }
    return samples;
  },
  goals,
};

function shareOf(name: string, whole: string): Measure {
  return (some) => sumOf(name)(some) / Math.max(1, sumOf(whole)(some));
}

function isOneTry({ mode }: Sample): boolean {
  return mode.startsWith('one try');
}

function goals(samples: readonly Sample[]): readonly Goal[] {
  const of = (...families: readonly string[]): readonly Sample[] =>
    samples.filter(({ family }) => families.includes(family));
  const at = (family: string, mode: string): readonly Sample[] => of(family).filter((sample) => sample.mode === mode);
  // A mark is good and a look is better: here cells with a mark count too.
  const dangerous = 'dangerous';
  const percent = { percent: true };
  return [
    ...['one try, fork', 'one try, fresh'].flatMap((mode) => {
      const [bands, islands] = [at('bands', mode), at('islands', mode)];
      return [
        ...atMost(`bands, ${mode}: dangerous cells, mean`, 1, bands, meanOf(dangerous), {
          below: true,
        }),
        ...atMost(`bands, ${mode}: the worst surface`, 10, bands, mostOf(dangerous)),
        ...atMost(`bands, ${mode}: share of the cost of the grid`, 0.6, bands, meanOf('of grid'), percent),
        ...atMost(`islands, ${mode}: dangerous cells, mean`, 6, islands, meanOf(dangerous), {
          below: true,
        }),
        ...atMost(`islands, ${mode}: share of the cost of the grid`, 0.36, islands, meanOf('of grid'), percent),
      ];
    }),
    ...MARKED.flatMap((family) =>
      atMost(`${family}: wrong cells without a mark in a flagged run`, 0, of(family), sumOf('unmarked, flagged')),
    ),
    ...atMost('cost in grids, dearest surface', 1.1, samples.filter(isOneTry), mostOf('of grid')),
    ...atMost(
      'environments and settings without a look, share',
      0,
      samples,
      shareOf('sites without a look', 'sites'),
      percent,
    ),
    ...atMost(
      'of those with a region that hangs: without a look inside, share',
      0.5,
      samples,
      shareOf('regions without a look', 'sites with a region'),
      percent,
    ),
    ...atMost('runs that do not say how many passes are inferred', 0, samples, sumOf('unsaid')),
    ...atMost('runs without an end', 0, samples, sumOf('endless')),
  ];
}
