/** Cells and lines: what the matrix enumerates and everything else talks about. */
import type { Scalar } from './conditions.ts';

/** The probe's parameters, flat: names to numbers, texts or booleans. */
export type Case = Readonly<Record<string, Scalar>>;

/** environment x setting x case. */
export interface Cell {
  /**
   * Readable slug, "-", first 8 hex digits of SHA-256 over the canonical JSON of the three parts; 16 digits where the slug had to
   * be cut. At most 97 characters, safe as a folder name.
   */
  readonly id: string;
  readonly environment: string;
  readonly setting: string;
  readonly case: Case;
  /** Id of the line that holds this cell. */
  readonly line: string;
  /** 0-based place on its line, ascending along the search axis. */
  readonly position: number;
}

/** All cells that differ only along the search axis. Without a search axis every cell is a line of its own. */
export interface Line {
  readonly id: string;
  readonly environment: string;
  readonly setting: string;
  /** The case without the search axis. */
  readonly fixed: Case;
  readonly axis: string | null;
  /** Ascending along the axis; at least one. */
  readonly cells: readonly Cell[];
}

/** A matrix, counted at once and walked lazily: no method holds more than one line in memory. */
export interface Enumeration {
  readonly lineCount: number;
  readonly cellCount: number;
  /** In order: environments as listed, then settings, then the axes as written. */
  lines(): Iterable<Line>;
}

/** One text for what a cell tries, in whatever order its parameters come; its id may be another in another run. */
export function cellKey({ environment, setting, case: own }: Pick<Cell, 'environment' | 'setting' | 'case'>): string {
  return JSON.stringify([environment, setting, sorted(own)]);
}

/** The same without the environment: cells that a search along the versions compares. */
export function caseKey({ setting, case: own }: Pick<Cell, 'setting' | 'case'>): string {
  return JSON.stringify([setting, sorted(own)]);
}

/** One text for a line, by what its cells share. */
export function lineKey({ environment, setting, fixed }: Pick<Line, 'environment' | 'setting' | 'fixed'>): string {
  return JSON.stringify([environment, setting, sorted(fixed)]);
}

function sorted(parameters: Case): readonly (readonly [string, Scalar])[] {
  return Object.entries(parameters).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
