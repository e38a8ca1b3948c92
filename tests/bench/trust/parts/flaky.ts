/** Hangs that come in a share of the tries only: which lines are told a wrong boundary as sure. What the default asks for is measured. */
import { flakyCard } from '../cards.ts';
import { drive } from '../drive.ts';
import { edges, product, randomLines, redrawn, squareRoot, stairs } from '../families/monotone.ts';
import { figuresOf } from '../figures.ts';
import { atMost, sumOf, type Goal, type Measure, type Part, type Sample } from '../sample.ts';
import { Random } from '../../search/random.ts';

const HANG = 20;
const SHARES: Readonly<Record<string, number>> = { 'p = 0.9': 0.9, 'p = 0.5': 0.5, 'p = 0.2': 0.2, 'p = 0.05': 0.05 };
const FAMILIES = [squareRoot, product, redrawn, stairs, edges, randomLines];

export const flaky: Part = {
  name: 'flaky',
  families: Object.fromEntries(Object.keys(SHARES).map((share) => [share, 12])),
  columns: [
    { figure: 'hanging lines', of: 'sum' },
    { figure: 'wrong, certain', of: 'sum' },
    { figure: 'called broken', of: 'sum' },
    { figure: 'open', of: 'sum' },
    { figure: 'dangerous, unmarked', of: 'mean' },
    { figure: 'x oracle', of: 'mean' },
    { figure: 'health', of: 'mean' },
  ],
  run: async ({ part, family, seed, index }) => {
    const random = new Random(seed);
    const surface = (FAMILIES[index % FAMILIES.length] ?? squareRoot)(random);
    const samples: Sample[] = [];
    for (const isolation of ['fork', 'spawn'] as const) {
      const card = flakyCard(surface, random, SHARES[family] ?? 1);
      const run = await drive(surface, { hang: HANG, matrix: { isolation }, card });
      samples.push({ part, family, mode: isolation, seed, figures: figuresOf(surface, run, HANG, isolation) });
    }
    return samples;
  },
  goals,
};

function ofHangingLines(name: string): Measure {
  return (samples) => sumOf(name)(samples) / Math.max(1, sumOf('hanging lines')(samples));
}

function goals(samples: readonly Sample[]): readonly Goal[] {
  const limits = { 'p = 0.9': 0.05, 'p = 0.5': 0.05, 'p = 0.2': 0.2 };
  const options = { below: true, percent: true };
  return Object.entries(limits).flatMap(([family, limit]) =>
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
}
