/** How to make one cell happen again without this program. The generator lives with `bench issue`; reports are handed one, and none in most tests. */
import type { CellResult } from '../../harness/model/results/results.ts';

export interface Reproducer {
  /** "Conv2d 16→32, 1x33x33 …". */
  readonly shape: string;
  /** A Python program that needs nothing but torch. */
  readonly program: string;
  /** A command line of MIOpenDriver with its variables; null where there is none. */
  readonly driver: string | null;
}

/** Null for a cell of a probe that it does not know. */
export type ReproducerOf = (cell: CellResult) => Reproducer | null;

export interface ReportOptions {
  readonly reproducerOf?: ReproducerOf;
}
