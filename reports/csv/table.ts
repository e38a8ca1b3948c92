/**
 * One way to write a table: one header line, UTF-8 without a mark, comma, LF, quotes where RFC 4180 asks for them,
 * numbers with a point, booleans as words, nothing for null. Streams: a run of any length takes the memory of a few rows.
 */
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import type { Case } from '../../harness/model/cell.ts';
import type { Results } from '../../harness/model/results/results.ts';
import { plainLine } from '../findings/words/plain-text.ts';

export type Value = string | number | boolean | null;

export interface ColumnOf<Row> {
  readonly name: string;
  /** Text that people or probes wrote: one line, and a spreadsheet must not take it for a formula. */
  readonly free?: boolean;
  readonly value: (row: Row) => Value;
}

const MOST_TEXT = 2000;

export function csvTable<Row>(columns: readonly ColumnOf<Row>[], rows: Iterable<Row>): Readable {
  const writer = stringify({
    header: true,
    columns: columns.map((column, index) => ({ key: String(index), header: plainLine(column.name, 200) })),
    record_delimiter: '\n',
    cast: {
      boolean: (value) => String(value),
      number: (value) => String(value),
      string: (value, { index, header }) =>
        !header && columns[index]?.free === true
          ? { value: plainLine(value, MOST_TEXT), escape_formulas: true }
          : plainLine(value, MOST_TEXT),
    },
  });
  const source = Readable.from(records(columns, rows));
  source.on('error', (error) => writer.destroy(error));
  return source.pipe(writer);
}

function* records<Row>(columns: readonly ColumnOf<Row>[], rows: Iterable<Row>): Iterable<Value[]> {
  for (const row of rows) yield columns.map((column) => column.value(row));
}

/** The names of every case parameter: those of the axes first, as written, then the others as they occur. */
export function parameterNames(results: Results): string[] {
  const present = new Set(results.cells.flatMap((cell) => Object.keys(cell.case)));
  const first = results.axes.flatMap((axis) => axis.parameters).filter((name) => present.has(name));
  return [...new Set([...first, ...present])];
}

/** One column for each parameter, by its own name; "case_" comes before a name that the table uses itself. */
export function parameterColumns<Row>(
  names: readonly string[],
  taken: readonly string[],
  caseOf: (row: Row) => Case | undefined,
): ColumnOf<Row>[] {
  return names.map((name) => ({
    name: taken.includes(name) ? `case_${name}` : name,
    free: true,
    value: (row) => {
      const values = caseOf(row);
      return values !== undefined && Object.hasOwn(values, name) ? (values[name] ?? null) : null;
    },
  }));
}

/** Puts the parameter columns in place of `null`. */
export function withParameters<Row>(
  columns: readonly (ColumnOf<Row> | null)[],
  names: readonly string[],
  caseOf: (row: Row) => Case | undefined,
): ColumnOf<Row>[] {
  const taken = columns.flatMap((column) => (column === null ? [] : [column.name]));
  return columns.flatMap((column) => (column === null ? parameterColumns(names, taken, caseOf) : [column]));
}
