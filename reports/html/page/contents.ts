/** What page-data.ts writes into the page and the page's script reads: one set of types for both sides. */

/** By the id of the element: JSON as gzip in base64. */
export interface Blocks {
  readonly 'block-cells': CellColumns;
  readonly 'block-programs': readonly string[];
  /** 0 for a cell that was not observed. */
  readonly [more: `block-more-${number}`]: readonly (CellDetails | 0)[];
}

/** The element "page-index", as it is. */
export interface PageIndex {
  /** Null where the cells have no search axis. */
  readonly axis: string | null;
  readonly environments: readonly string[];
  readonly settings: readonly string[];
  /** Name, index of the environment, index of the setting. */
  readonly rows: readonly (readonly [string, number, number])[];
  readonly maps: readonly string[];
  /** Labels of the columns of each map. */
  readonly columns: readonly (readonly string[])[];
  readonly bins: readonly (Bins | null)[];
  readonly verdicts: readonly string[];
  /** Cells in one block of details. */
  readonly per: number;
}

/** Columns of a map that are drawn as one tile. */
export interface Bins {
  /** Column index → bin index. */
  readonly of: readonly number[];
  readonly size: readonly number[];
  /** "33", or "34–64". */
  readonly label: readonly string[];
}

/** One array for each property, in the order of the cells. */
export interface CellColumns {
  /** The anchors; one text where all are 8 characters long. */
  readonly key: string | readonly string[];
  readonly map: readonly number[];
  readonly row: readonly number[];
  readonly column: readonly number[];
  readonly verdict: readonly number[];
  /** 0 none, 1 observed, 2 inferred, 3 inferred and doubtful. */
  readonly basis: readonly number[];
  /** The cell that it was inferred from, or -1. */
  readonly from: readonly number[];
  readonly attempts: readonly number[];
  readonly first: readonly (number | null)[];
  readonly median: readonly (number | null)[];
}

/** Id, whether confirmed, attempts in words, each attempt in words. */
export type CellDetails = readonly [string, boolean | null, string, readonly string[]];
