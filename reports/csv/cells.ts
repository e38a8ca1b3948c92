/** cells.csv: one line for each cell of the matrix, observed or not. Columns: docs/csv-columns.md. */
import type { Readable } from 'node:stream';
import { isDoubtful, type CellResult, type Results } from '../../harness/model/results/results.ts';
import { csvTable, parameterNames, withParameters } from './table.ts';

export function cellsCsv(results: Results): Readable {
  const environments = new Map(results.environments.map((one) => [one.name, one]));
  const bad = new Set(results.bad);
  const simulated = results.device.simulation !== null;
  const columns = withParameters<CellResult>(
    [
      { name: 'cell', value: (cell) => cell.id },
      { name: 'environment', value: (cell) => cell.environment },
      { name: 'torch', value: (cell) => environments.get(cell.environment)?.torch ?? null },
      { name: 'rocm', value: (cell) => environments.get(cell.environment)?.rocm ?? null },
      { name: 'setting', value: (cell) => cell.setting },
      null,
      { name: 'verdict', value: (cell) => cell.verdict },
      { name: 'bad', value: (cell) => bad.has(cell.verdict) },
      { name: 'basis', value: (cell) => cell.basis.kind },
      { name: 'inferred_from', value: (cell) => (cell.basis.kind === 'inferred' ? cell.basis.from : null) },
      { name: 'doubt', value: (cell) => doubtWords(cell) },
      { name: 'confirmed', value: (cell) => cell.confirmed },
      { name: 'attempts', value: (cell) => cell.attempts },
      { name: 'bad_attempts', value: (cell) => cell.badAttempts },
      { name: 'first_run_seconds', value: (cell) => cell.firstRunSeconds },
      { name: 'median_run_seconds', value: (cell) => cell.medianRunSeconds },
      { name: 'line', value: (cell) => cell.line },
      { name: 'position', value: (cell) => cell.position },
      { name: 'simulated', value: () => simulated },
    ],
    parameterNames(results),
    (cell) => cell.case,
  );
  return csvTable(columns, results.cells);
}

/** What older programs called doubtful was so because of a broken line. */
function doubtWords(cell: CellResult): string | null {
  if (cell.starvedHangs !== undefined) return 'starved';
  if (cell.basis.kind !== 'inferred' || !isDoubtful(cell)) return null;
  return cell.basis.doubt?.kind ?? 'broken-line';
}
