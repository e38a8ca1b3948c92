/** boundaries.csv: one line for each line of the matrix. Columns: docs/csv-columns.md. */
import type { Readable } from 'node:stream';
import type { LineResult } from '../../harness/model/results/results.ts';
import type { Overview } from '../findings/overview.ts';
import { csvTable, parameterNames, withParameters } from './table.ts';

export function boundariesCsv({ results, lineById }: Overview): Readable {
  const environments = new Map(results.environments.map((one) => [one.name, one]));
  const simulated = results.device.simulation !== null;
  const fixed = new Set(results.lines.flatMap((line) => Object.keys(line.fixed)));
  const columns = withParameters<LineResult>(
    [
      { name: 'line', value: (line) => line.id },
      { name: 'environment', value: (line) => line.environment },
      { name: 'torch', value: (line) => environments.get(line.environment)?.torch ?? null },
      { name: 'rocm', value: (line) => environments.get(line.environment)?.rocm ?? null },
      { name: 'setting', value: (line) => line.setting },
      null,
      { name: 'axis', value: (line) => line.axis },
      { name: 'kind', value: (line) => line.boundary.kind },
      {
        name: 'largest_good',
        free: true,
        value: (line) => (line.axis === null ? null : (lineById.get(line.id)?.largestGood ?? null)),
      },
      {
        name: 'smallest_bad',
        free: true,
        value: (line) => (line.axis === null ? null : (lineById.get(line.id)?.smallestBad ?? null)),
      },
      { name: 'confirmed', value: (line) => lineById.get(line.id)?.confirmed ?? null },
      { name: 'unresolved', value: ({ boundary }) => (boundary.kind === 'interval' ? boundary.unresolved : null) },
      {
        name: 'changes',
        free: true,
        value: ({ boundary }) =>
          boundary.kind === 'not-monotone'
            ? boundary.changes.map((one) => `${String(one.from)}>${String(one.to)} ${one.turns}`).join('; ')
            : null,
      },
      {
        name: 'reason',
        free: true,
        value: ({ boundary }) => (boundary.kind === 'untestable' ? boundary.reason : null),
      },
      { name: 'hangs', value: ({ hangRate }) => hangRate?.hangs ?? null },
      { name: 'tries', value: ({ hangRate }) => hangRate?.tries ?? null },
      { name: 'hang_rate_low', value: ({ hangRate }) => hangRate?.low ?? null },
      { name: 'hang_rate_high', value: ({ hangRate }) => hangRate?.high ?? null },
      { name: 'simulated', value: () => simulated },
    ],
    parameterNames(results).filter((name) => fixed.has(name)),
    (line) => line.fixed,
  );
  return csvTable(columns, results.lines);
}
