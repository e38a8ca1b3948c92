/** Hangs that come in a share of the tries only: which lines are told a wrong boundary as sure. What the default asks for is measured. */
import { flakyCard } from '../cards.ts';
import { drive, type Run } from '../drive.ts';
import { edges, product, randomLines, redrawn, squareRoot, stairs } from '../families/monotone.ts';
import { figuresOf } from '../figures.ts';
import { atMost, mostOf, sumOf, type Goal, type Measure, type Part, type Sample } from '../sample.ts';
import { Random } from '../../search/random.ts';
import type { Surface } from '../surface.ts';
import type { Isolation } from '../../../../harness/model/attempt/attempt.ts';

const HANG = 20;
/** Hangs are sure here: what the tries cost where they find nothing. */
const SURE = 'p = 1';
const SHARES: Readonly<Record<string, number>> = {
  [SURE]: 1,
  'p = 0.9': 0.9,
  'p = 0.5': 0.5,
  'p = 0.2': 0.2,
  'p = 0.05': 0.05,
};
const FAMILIES = [squareRoot, product, redrawn, stairs, edges, randomLines];

export const flaky: Part = {
  name: 'flaky',
  families: Object.fromEntries(Object.keys(SHARES).map((share) => [share, 12])),
  columns: [
    { figure: 'hanging lines', of: 'sum' },
    { figure: 'wrong, certain', of: 'sum' },
    { figure: 'called broken', of: 'sum' },
    { figure: 'open', of: 'sum' },
    { figure: 'stopped', of: 'sum' },
    { figure: 'dangerous, unmarked', of: 'mean' },
    { figure: 'x oracle', of: 'mean' },
    { figure: 'x one try', of: 'mean' },
    { figure: 'x one try', of: 'most' },
    { figure: 'health', of: 'mean' },
  ],
  run: async ({ part, family, seed, index }) => {
    const random = new Random(seed);
    const surface = (FAMILIES[index % FAMILIES.length] ?? squareRoot)(random);
    const samples: Sample[] = [];
    for (const isolation of ['fork', 'spawn'] as const) {
      const card = flakyCard(surface, random, SHARES[family] ?? 1);
      const run = await drive(surface, { hang: HANG, matrix: { isolation }, card });
      const more = await priceOf(surface, run, family, isolation);
      const figures = { ...figuresOf(surface, run, HANG, isolation), ...more };
      samples.push({ part, family, mode: isolation, seed, figures });
    }
    return samples;
  },
  goals,
};

/** Of a matrix in which nothing hangs no pass is tried again. */
async function priceOf(
  surface: Surface,
  { spent }: Run,
  family: string,
  isolation: Isolation,
): Promise<Record<string, number>> {
  if (family !== SURE || !surface.truth.flat().includes('hang')) return {};
  const once = await drive(surface, { hang: HANG, matrix: { isolation }, bare: true });
  return { 'x one try': costOf(spent) / costOf(once.spent) };
}

function costOf({ passes, hangs }: Run['spent']): number {
  return passes + HANG * hangs;
}

function ofHangingLines(name: string): Measure {
  return (samples) => sumOf(name)(samples) / Math.max(1, sumOf('hanging lines')(samples));
}

function goals(samples: readonly Sample[]): readonly Goal[] {
  const limits = { 'p = 0.9': 0.05, 'p = 0.5': 0.05, 'p = 0.2': 0.2 };
  const options = { below: true, percent: true };
  const sure = samples.filter(({ family }) => family === SURE);
  const price = 'flaky, p = 1: cost over one try for each cell, the dearest';
  const flakyGoals = Object.entries(limits).flatMap(([family, limit]) =>
    ['fork', 'spawn'].flatMap((mode) => {
      const own = samples.filter((sample) => sample.family === family && sample.mode === mode);
      const name = `flaky, ${family}, ${mode}`;
      return [
        ...atMost(
          `${name}: hanging lines with a wrong boundary that is sure`,
          limit,
          own,
          ofHangingLines('wrong, certain'),
          options,
        ),
        ...(limit < 0.1
          ? atMost(
              `${name}: of these called "larger is not worse"`,
              0.01,
              own,
              ofHangingLines('called broken'),
              options,
            )
          : []),
      ];
    }),
  );
  return [
    ...atMost(price, 1.6, sure, mostOf('x one try')),
    ...flakyGoals,
    ...atMost('flaky: runs that were stopped as if the card were sick', 0, samples, sumOf('stopped')),
  ];
}
