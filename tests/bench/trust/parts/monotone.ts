/** Surfaces on which larger is worse: no cell may be wrong, and the cost is compared with what an oracle pays. */
import { drive } from '../drive.ts';
import { MONOTONE } from '../families/monotone.ts';
import { figuresOf } from '../figures.ts';
import { atMost, meanOf, mostOf, sumOf, type Goal, type Part, type Sample } from '../sample.ts';
import { Random } from '../../search/random.ts';
import type { MatrixInput } from '../../../../harness/matrix/file/schema.ts';

/** What a hang costs, in passes. */
const HANG = 20;

/** Ways of searching one surface after the other: in forks, and in fresh processes, where nothing is confirmed. All but `default` try each cell once. */
const MODES: readonly Readonly<Record<string, Partial<MatrixInput>>>[] = [
  {
    'no audits, fork': { attempts: 1, search: { audit: 'none' } },
    'audits, fork': { attempts: 1 },
    'default, fork': {},
    versions: { attempts: 1, search: { strategy: 'versions' } },
  },
  {
    'no audits, fresh': { attempts: 1, isolation: 'spawn', search: { audit: 'none' } },
    'audits, fresh': { attempts: 1, isolation: 'spawn' },
    'default, fresh': { isolation: 'spawn' },
    'safe side': { attempts: 1, search: { prove: 'safe-side' } },
  },
];

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
    { figure: 'price', of: 'most' },
  ],
  run: async ({ part, family, seed, index }) => {
    const surface = MONOTONE[family]?.(new Random(seed));
    if (surface === undefined) throw new RangeError(`no family ${family}`);
    const samples: Sample[] = [];
    for (const [mode, matrix] of Object.entries(MODES[index % MODES.length] ?? {})) {
      const isolation = matrix.isolation ?? 'fork';
      const run = await drive(surface, { hang: HANG, matrix, bare: !mode.startsWith('default') });
      samples.push({ part, family, mode, seed, figures: figuresOf(surface, run, HANG, isolation) });
    }
    return [...samples, ...priceOf(samples)];
  },
  goals,
};

/** What the default pays over one try for each cell, on the same surface. */
function priceOf(samples: readonly Sample[]): readonly Sample[] {
  const [one, own] = ['audits', 'default'].map((wanted) => samples.find(({ mode }) => mode.startsWith(wanted)));
  const [before, after] = [one?.figures['cost'], own?.figures['cost']];
  if (own === undefined || before === undefined || after === undefined) return [];
  return [{ ...own, mode: 'price of the default', figures: { price: after / before } }];
}

function isRandom({ family }: Sample): boolean {
  return family === 'random lines';
}

function goals(samples: readonly Sample[]): readonly Goal[] {
  const of = (...words: readonly string[]): readonly Sample[] =>
    samples.filter(({ mode }) => words.some((word) => mode.startsWith(word)));
  const maps = ['no audits', 'audits', 'default'];
  const price = of('price').filter(({ family }) => family !== 'all pass');
  const percent = { percent: true };
  return [
    ...atMost('larger is worse: wrong cells, map and versions', 0, of(...maps, 'versions'), sumOf('wrong')),
    ...atMost('larger is worse: boundaries that are sure and wrong', 0, samples, sumOf('wrong, certain')),
    ...atMost('larger is worse: lines said not to be so', 0, samples, sumOf('called broken')),
    ...['fork', 'fresh'].flatMap((isolation) => [
      ...['no audits', 'audits'].flatMap((audits) => {
        const own = of(`${audits}, ${isolation}`);
        const name = `cost over the oracle, ${audits}, ${isolation}, mean`;
        const ruled = own.filter((sample) => !isRandom(sample));
        return [
          ...atMost(name, audits === 'audits' ? 1.35 : 1.15, ruled, meanOf('x oracle')),
          ...(audits === 'audits'
            ? []
            : atMost(`${name}, lines at random`, 1.4, own.filter(isRandom), meanOf('x oracle'))),
        ];
      }),
      ...atMost(
        `cost over binary search on each line, ${isolation}, dearest surface`,
        1.02,
        of(`no audits, ${isolation}`),
        mostOf('of binary'),
      ),
    ]),
    ...atMost('tries where they matter: cost over one try, nothing flaky, mean', 1.6, price, meanOf('price')),
    ...atMost('versions: share of the cost of the grid, mean', 0.5, of('versions'), meanOf('of grid'), {
      below: true,
      ...percent,
    }),
    ...atMost('versions: lines without a certificate', 0, of('versions'), sumOf('open')),
    ...atMost('prove safe-side: wrong cells without a mark', 0, of('safe side'), sumOf('unmarked')),
  ];
}
