/** Samples and goals as text. */
import {
  figures,
  meanOf,
  mostOf,
  sumOf,
  type Column,
  type Goal,
  type Measure,
  type Part,
  type Sample,
} from './sample.ts';

const OF: Readonly<Record<Column['of'], (figure: string) => Measure>> = { mean: meanOf, most: mostOf, sum: sumOf };

/** One row for each family and mode, in the order in which they were declared; '' where nothing was measured. */
export function tableOf({ name, families, columns }: Part, samples: readonly Sample[]): string {
  const own = samples.filter(({ part }) => part === name);
  if (own.length === 0) return '';
  const rows = Object.keys(families).flatMap((family) => {
    const here = own.filter((sample) => sample.family === family);
    return [...new Set(here.map(({ mode }) => mode))].map((mode) => {
      const some = here.filter((sample) => sample.mode === mode);
      const cells = columns.map(({ figure, of }) => {
        const measured = figures(some, figure).length > 0;
        return measured ? String(Math.round(OF[of](figure)(some) * 100) / 100) : '';
      });
      return [`${family}, ${mode}`, String(some.length), ...cells];
    });
  });
  const heads = ['', 'surfaces', ...columns.map(({ figure, of }) => `${figure} (${of})`)];
  return `${name}\n${aligned([heads, ...rows])}`;
}

export function goalTable(goals: readonly Goal[]): string {
  const rows = goals.map(({ goal, wanted, measured, met }) => [goal, wanted, measured, met ? 'met' : 'MISSED']);
  return `goals\n${aligned([['', 'wanted', 'measured', ''], ...rows])}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
