/** What is said of the cause, with twelve explaining probes: a true rule or none where there is one, both of a pair that cannot be told apart, none for chance. */
import { drive, type Run } from '../drive.ts';
import { CHANCE, PLANTED, TWIN } from '../families/caused.ts';
import { causeOf } from '../mark.ts';
import { atMost, sumOf, type Goal, type Measure, type Part, type Sample } from '../sample.ts';
import { matrixOf, type Surface } from '../surface.ts';
import { Random } from '../../search/random.ts';
import { CellFacts } from '../../../../harness/insight/cell-facts.ts';
import { surroundingsOf } from '../../../../harness/insight/surroundings.ts';
import { allHold, type Term } from '../../../../harness/model/results/term.ts';

const PROBES = 12;
/** A rule that gets more of the matrix's cells wrong than this is not the one that was planted. */
const TRUE_ENOUGH = 0.05;
const CONFOUNDED = 'torch and ROCm change together';

const FAMILIES: Readonly<Record<string, (random: Random) => Surface>> = {
  ...PLANTED,
  [CONFOUNDED]: TWIN,
  ...CHANCE,
};

export const cause: Part = {
  name: 'causes',
  families: Object.fromEntries(
    Object.keys(FAMILIES).map((family) => [family, family === CONFOUNDED ? 6 : family in PLANTED ? 4 : 10]),
  ),
  columns: [
    { figure: 'told', of: 'sum' },
    { figure: 'true', of: 'sum' },
    { figure: 'untrue', of: 'sum' },
    { figure: 'share wrong', of: 'mean' },
    { figure: 'both named', of: 'sum' },
  ],
  run: async ({ part, family, seed }) => {
    const surface = FAMILIES[family]?.(new Random(seed));
    if (surface === undefined) throw new RangeError(`no family ${family}`);
    const matrix = { explain: { probes: PROBES }, attempts: 1 };
    const run = await drive(surface, { hang: 20, matrix, explained: true });
    const { terms, words } = causeOf(run.results);
    const wrong = terms === null ? 0 : shareWrong(surface, run, terms);
    const isTrue = terms !== null && wrong <= TRUE_ENOUGH;
    const figures = {
      told: Number(terms !== null),
      true: Number(isTrue),
      untrue: Number(terms !== null && !isTrue),
      'share wrong': wrong,
      'both named': Number(/torch/i.test(words) && /rocm/i.test(words)),
    };
    return [{ part, family, mode: `${PROBES} probes`, seed, figures }];
  },
  goals,
};

/** Of the matrix's cells, observed or not. */
function shareWrong(surface: Surface, { results }: Run, terms: readonly Term[]): number {
  const facts = new CellFacts(
    surroundingsOf(matrixOf(surface.input), () => null),
    results.cells,
    results.outside ?? [],
  );
  const wrong = results.cells.filter(
    (cell) => allHold(terms, facts.lookup(cell)) !== (surface.truthOf(cell) === 'hang'),
  );
  return wrong.length / results.cells.length;
}

function shareOf(name: string): Measure {
  return (samples) => sumOf(name)(samples) / Math.max(1, samples.length);
}

function lacking(name: string): Measure {
  return (samples) => 1 - shareOf(name)(samples);
}

function goals(samples: readonly Sample[]): readonly Goal[] {
  const planted = samples.filter(({ family }) => family in PLANTED);
  const twins = samples.filter(({ family }) => family === CONFOUNDED);
  const chance = samples.filter(({ family }) => family in CHANCE);
  const percent = { percent: true };
  return [
    ...atMost('a cause was planted: rules told that are not true', 0, planted, sumOf('untrue')),
    ...Object.keys(PLANTED).flatMap((family) =>
      atMost(
        `planted, ${family}: not found`,
        0.5,
        planted.filter((one) => one.family === family),
        lacking('true'),
        percent,
      ),
    ),
    ...atMost(
      'torch and ROCm change together: one of them alone is named',
      0,
      twins,
      (some) => some.length - sumOf('both named')(some),
    ),
    ...atMost('chance alone: a rule is told', 0.05, chance, shareOf('told'), percent),
  ];
}
