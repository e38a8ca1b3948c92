/** Which search a matrix asks for. */
import type { Enumeration } from '../model/cell.ts';
import type { Matrix } from '../matrix/file/schema.ts';
import { ExplainingSearch } from './explaining.ts';
import { GridLine } from './grid.ts';
import { BisectedLine } from './line.ts';
import { MapSearch } from './map/map-search.ts';
import type { Frame } from './map/prior.ts';
import { Outlook } from './outlook.ts';
import { Schedule } from './schedule.ts';
import type { Search } from './search.ts';
import { VersionsSearch } from './versions.ts';

/** A search over every line of the matrix. Pure: told the answers of a journal, it goes on where that run was. */
export function createSearch(matrix: Matrix, enumeration: Enumeration): Search {
  const search = createStrategy(matrix, enumeration);
  return matrix.explain.probes > 0 ? new ExplainingSearch(search, matrix, enumeration) : search;
}

function createStrategy(matrix: Matrix, enumeration: Enumeration): Search {
  const { attempts, isolation } = matrix;
  const rules = { attempts, isolation };
  const outlook = new Outlook(matrix.watchdog.deadlines['first-run']);
  switch (matrix.search.strategy) {
    case 'map':
      return new MapSearch(enumeration, frameOf(matrix), rules, {
        audit: matrix.search.audit ?? 'sample',
        prove: matrix.search.prove ?? 'boundary',
        deadline: matrix.watchdog.deadlines['first-run'],
      });
    case 'grid':
      return new Schedule(enumeration, (line) => new GridLine(line, rules), outlook);
    case 'versions':
      return new VersionsSearch(enumeration, { ...rules, every: matrix.search.every ?? true });
    case 'line':
      return new Schedule(enumeration, (line) => new BisectedLine(line, rules, outlook), outlook);
  }
}

function frameOf({ environments, settings, constants }: Matrix): Frame {
  return {
    environments: environments.map(({ name }) => name),
    settings: Object.keys(settings),
    constants: new Set(Object.keys(constants)),
  };
}
