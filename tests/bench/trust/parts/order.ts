/** Hangs that come of what was done before, on cards whose canary is well: no hang may be confirmed where nothing hangs. */
import { coldCard, heavyCard, warmCard, wedgedCard, wornCard } from '../cards.ts';
import { drive, type Card } from '../drive.ts';
import { allPass, redrawn, squareRoot, stairs } from '../families/monotone.ts';
import { figuresOf } from '../figures.ts';
import { saysOrder } from '../mark.ts';
import { atMost, sumOf, type Goal, type Part, type Sample } from '../sample.ts';
import type { Surface } from '../surface.ts';
import { Random } from '../../search/random.ts';
import type { MatrixInput } from '../../../../harness/matrix/file/schema.ts';

const HANG = 20;

const MODELS: Readonly<Record<string, (surface: Surface, random: Random) => Card>> = {
  'wedged by a hang': (surface, random) => wedgedCard(surface, 1 + random.below(5)),
  'worn out': (surface, random) => wornCard(surface, random.pick([20, 40, 40, 90, 150])),
  'cold at first': (surface, random) => coldCard(surface, 1 + random.below(2)),
  'warm later': (surface, random) => warmCard(surface, 10 + random.below(30), random.pick([48, 64, 96])),
  'after a large one': (surface, random) => heavyCard(surface, random.pick([64, 96, 128])),
};
/** Here a hang or the number of attempts leaves the suspect unable to run anything: what it runs no more tells, and nothing may be confirmed. */
const LEFT_BEHIND: ReadonlySet<string> = new Set(['wedged by a hang', 'worn out']);

const MODES: Readonly<Record<string, Partial<MatrixInput>>> = {
  map: {},
  'map, fresh': { isolation: 'spawn' },
  grid: { search: { strategy: 'grid' } },
};
const FAMILIES = [redrawn, allPass, squareRoot, allPass, stairs];

export const order: Part = {
  name: 'order',
  families: Object.fromEntries(Object.keys(MODELS).map((model) => [model, 10])),
  columns: [
    { figure: 'invented cells', of: 'sum' },
    { figure: 'invented', of: 'sum' },
    { figure: 'wrong, certain', of: 'sum' },
    { figure: 'unmarked', of: 'sum' },
    { figure: 'called broken', of: 'sum' },
    { figure: 'open', of: 'sum' },
    { figure: 'health', of: 'mean' },
    { figure: 'order said', of: 'sum' },
    { figure: 'wrong, order not said', of: 'sum' },
    { figure: 'stopped', of: 'sum' },
    { figure: 'endless', of: 'sum' },
  ],
  run: async ({ part, family, seed, index }) => {
    const random = new Random(seed);
    // A hang that wedges needs a hang to begin with.
    const own = family === 'wedged by a hang' ? FAMILIES.filter((one) => one !== allPass) : FAMILIES;
    const surface = (own[index % own.length] ?? redrawn)(random);
    const samples: Sample[] = [];
    for (const [mode, matrix] of Object.entries(MODES)) {
      const card = MODELS[family]?.(surface, random);
      if (card === undefined) throw new RangeError(`no model ${family}`);
      const run = await drive(surface, { hang: HANG, matrix, card });
      const figures = figuresOf(surface, run, HANG, matrix.isolation ?? 'fork');
      const isWrong = (figures['invented cells'] ?? 0) + (figures['wrong, certain'] ?? 0) > 0;
      const said = saysOrder(run.results);
      const more = { 'order said': Number(said), 'wrong, order not said': Number(isWrong && !said) };
      samples.push({ part, family, mode, seed, figures: { ...figures, ...more } });
    }
    return samples;
  },
  goals,
};

function goals(samples: readonly Sample[]): readonly Goal[] {
  return [
    ...Object.keys(MODELS).flatMap((model) => {
      const own = samples.filter(({ family }) => family === model);
      return LEFT_BEHIND.has(model)
        ? [
            ...atMost(`order, ${model}: confirmed hangs of cells that do not hang`, 0, own, sumOf('invented cells')),
            ...atMost(`order, ${model}: boundaries that are sure and wrong`, 0, own, sumOf('wrong, certain')),
          ]
        : atMost(
            `order, ${model}: runs that are sure, wrong, and do not say that it matters what was done before`,
            0,
            own,
            sumOf('wrong, order not said'),
          );
    }),
    ...atMost('order: runs without an end', 0, samples, sumOf('endless')),
  ];
}
