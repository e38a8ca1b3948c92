/** How to make one cell happen again without this program. The generator lives with `bench issue`; reports are handed one, and none in most tests. */
import type { CellResult } from '../../harness/model/results/results.ts';

export interface Reproducer {
  /** The case in one line. */
  readonly shape: string;
  /** A Python program that needs nothing but torch. */
  readonly program: string;
  /** The same by a program of the suspected library, with the variables; null where there is none. */
  readonly driver: { readonly name: string; readonly line: string } | null;
}

/** Null for a cell of a probe that it does not know. */
export type ReproducerOf = (cell: CellResult) => Reproducer | null;

export interface ReportOptions {
  readonly reproducerOf?: ReproducerOf;
}
