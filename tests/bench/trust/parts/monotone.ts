/** Surfaces on which larger is worse: no cell may be wrong, and the cost is compared with what an oracle pays. */
import { drive } from '../drive.ts';
import { MONOTONE } from '../families/monotone.ts';
import { figuresOf } from '../figures.ts';
import { atMost, meanOf, mostOf, sumOf, type Goal, type Part, type Sample } from '../sample.ts';
import { Random } from '../../search/random.ts';
import type { MatrixInput } from '../../../../harness/matrix/file/schema.ts';

/** What a hang costs, in passes. */
const HANG = 20;

const MODES: Readonly<Record<string, Partial<MatrixInput>>> = {
  'no audits': { attempts: 1, search: { audit: 'none' } },
  'no audits, fresh': { attempts: 1, isolation: 'spawn', search: { audit: 'none' } },
  audits: { attempts: 1 },
  default: {},
  'safe side': { attempts: 1, search: { prove: 'safe-side' } },
  versions: { attempts: 1, search: { strategy: 'versions' } },
};

export const monotone: Part = {
  name: 'larger is worse',
  families: Object.fromEntries(Object.keys(MONOTONE).map((family) => [family, 16])),
  columns: [
    { figure: 'x oracle', of: 'mean' },
    { figure: 'x oracle', of: 'most' },
    { figure: 'of binary', of: 'most' },
    { figure: 'of grid', of: 'mean' },
    { figure: 'wrong', of: 'sum' },
    { figure: 'unmarked', of: 'sum' },
    { figure: 'wrong, certain', of: 'sum' },
    { figure: 'called broken', of: 'sum' },
    { figure: 'open', of: 'sum' },
    { figure: 'health', of: 'mean' },
    { figure: 'price', of: 'mean' },
  ],
  run: async ({ part, family, seed }) => {
    const surface = MONOTONE[family]?.(new Random(seed));
    if (surface === undefined) throw new RangeError(`no family ${family}`);
    const samples: Sample[] = [];
    for (const [mode, matrix] of Object.entries(MODES)) {
      const isolation = matrix.isolation ?? 'fork';
      const run = await drive(surface, { hang: HANG, matrix });
      samples.push({ part, family, mode, seed, figures: figuresOf(surface, run, HANG, isolation) });
    }
    return [...samples, ...price(samples)];
  },
  goals,
};

/** What the default pays over one try for each cell, on the same surface. */
function price(samples: readonly Sample[]): readonly Sample[] {
  const [one, own] = ['audits', 'default'].map((wanted) => samples.find(({ mode }) => mode === wanted));
  const [before, after] = [one?.figures['cost'], own?.figures['cost']];
  if (own === undefined || before === undefined || after === undefined) return [];
  return [{ ...own, mode: 'price of the default', figures: { price: after / before } }];
}

function isRandom({ family }: Sample): boolean {
  return family === 'random lines';
}

function goals(samples: readonly Sample[]): readonly Goal[] {
  const of = (...modes: string[]): readonly Sample[] => samples.filter(({ mode }) => modes.includes(mode));
  const ruled = (mode: string): readonly Sample[] => of(mode).filter((sample) => !isRandom(sample));
  const hanging = of('price of the default').filter(({ family }) => family !== 'all pass');
  return [
    ...atMost(
      'larger is worse: wrong cells, map and versions',
      0,
      of('no audits', 'no audits, fresh', 'audits', 'default', 'versions'),
      sumOf('wrong'),
    ),
    ...atMost(
      'larger is worse: boundaries that are sure and wrong',
      0,
      of('no audits', 'no audits, fresh', 'audits', 'default', 'safe side'),
      sumOf('wrong, certain'),
    ),
    ...atMost('larger is worse: lines said not to be so', 0, samples, sumOf('called broken')),
    ...atMost('cost over the oracle, without audits, mean', 1.15, ruled('no audits'), meanOf('x oracle')),
    ...atMost('the same, lines drawn at random, mean', 1.4, of('no audits').filter(isRandom), meanOf('x oracle')),
    ...atMost('cost over the oracle, with audits, mean', 1.35, ruled('audits'), meanOf('x oracle')),
    ...atMost(
      'cost over binary search on each line, dearest surface',
      1.02,
      of('no audits', 'no audits, fresh'),
      mostOf('of binary'),
    ),
    ...atMost('tries where they matter: cost over one try, nothing flaky, mean', 1.6, hanging, meanOf('price')),
    ...atMost('versions: share of the cost of the grid, mean', 0.5, of('versions'), meanOf('of grid'), {
      below: true,
      percent: true,
    }),
    ...atMost('versions: lines without a certificate', 0, of('versions'), sumOf('open')),
    ...atMost('prove safe-side: wrong cells without a mark', 0, of('safe side'), sumOf('unmarked')),
  ];
}
