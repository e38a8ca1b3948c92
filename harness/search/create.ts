/** Which search a matrix asks for. */
import type { Enumeration } from '../model/cell.ts';
import type { Matrix } from '../matrix/file/schema.ts';
import { endsFirst } from './ends-first.ts';
import { ExplainingSearch } from './explaining.ts';
import { GridLine } from './grid-line.ts';
import { BisectedLine } from './bisected-line.ts';
import { MapSearch } from './map/map-search.ts';
import type { MatrixNames } from './map/prior.ts';
import { LinePrior } from './line-prior.ts';
import { Schedule } from './schedule.ts';
import type { Search } from './search.ts';
import { VersionsSearch } from './versions.ts';
import { STRATEGIES, type Strategy } from '../model/strategy.ts';
import { promisedTries } from '../matrix/cost/tries.ts';
import { CertifiedSearch } from './certificates/certified-search.ts';
import type { Rules } from './cell-tally.ts';

interface SearchInputs {
  readonly matrix: Matrix;
  readonly enumeration: Enumeration;
  readonly rules: Rules;
  readonly prior: LinePrior;
}

const OPEN: Readonly<Record<Strategy, (asked: SearchInputs) => Search>> = {
  map: ({ matrix, enumeration, rules }) =>
    new MapSearch(enumeration, frameOf(matrix), rules, {
      audit: matrix.search.audit ?? 'sample',
      prove: matrix.search.prove ?? 'boundary',
      deadline: matrix.watchdog.deadlines['first-run'],
    }),
  line: ({ enumeration, rules, prior }) =>
    new Schedule(enumeration, (line) => new BisectedLine(line, rules, prior), prior),
  grid: ({ enumeration, rules, prior }) => new Schedule(enumeration, (line) => new GridLine(line, rules), prior),
  // With every version and an axis along which larger is worse, the boundaries of all lines say where verdicts change, at a fraction of the cells.
  versions: ({ matrix, enumeration, rules }) => {
    const every = matrix.search.every ?? true;
    if (!every || matrix.search.axis === null) return new VersionsSearch(enumeration, { ...rules, every });
    const names = frameOf(matrix);
    return new MapSearch(endsFirst(enumeration, names.environments), names, rules, {
      audit: 'none',
      prove: 'boundary',
      deadline: matrix.watchdog.deadlines['first-run'],
    });
  },
};

/** A search over every line of the matrix. Pure: told the answers of a journal, it goes on where that run was. */
export function createSearch(matrix: Matrix, enumeration: Enumeration): Search {
  const bare = strategyOf(matrix, enumeration);
  const search = STRATEGIES[matrix.search.strategy].endsFirst
    ? bare
    : new CertifiedSearch(bare, enumeration, rulesOf(matrix), promisedTries(matrix));
  return matrix.explain.probes > 0 ? new ExplainingSearch(search, matrix, enumeration) : search;
}

/** The search itself: where the turns are, if every cell ends each time as it did the first time. */
export function strategyOf(matrix: Matrix, enumeration: Enumeration): Search {
  const prior = new LinePrior(matrix.watchdog.deadlines['first-run']);
  return OPEN[matrix.search.strategy]({ matrix, enumeration, rules: rulesOf(matrix), prior });
}

function rulesOf({ attempts, isolation }: Matrix): Rules {
  return { attempts, isolation };
}

function frameOf({ environments, settings, constants }: Matrix): MatrixNames {
  return {
    environments: environments.map(({ name }) => name),
    settings: Object.keys(settings),
    constants: new Set(Object.keys(constants)),
  };
}
