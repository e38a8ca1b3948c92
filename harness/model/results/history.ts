/** Nights of one matrix on one device, in order: what changed when. Plain data for the page; how it is found out is compare/history.ts's business. */
import type { BoundarySide, Comparison } from './comparison.ts';
import type { Results } from './results.ts';

export interface Night {
  readonly folder: string;
  readonly startedAt: string;
  readonly status: string;
  readonly verdicts: number;
  readonly cells: number;
  /** Observed cells that are bad, as the run's matrix has it. */
  readonly bad: number;
  readonly kernel: string;
  readonly driver: string | null;
}

/** What is new in a night. */
export interface NightStep {
  /** Index of the night. */
  readonly night: number;
  readonly comparison: Comparison;
  /** Environments that have cells without verdict since this night, and those that have none any more. */
  readonly lost: readonly string[];
  readonly back: readonly string[];
}

/** Nights `from` to `to`, both included, in which a line had one boundary; null where it could not be tested. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly side: BoundarySide | null;
}

export interface LineHistory {
  readonly environment: string;
  readonly setting: string;
  readonly fixed: Results['lines'][number]['fixed'];
  readonly axis: string | null;
  readonly spans: readonly Span[];
}

/** Median over the cells of their run time divided by that of the first night in which each was timed. */
export interface TimeHistory {
  readonly environment: string;
  readonly setting: string;
  readonly points: readonly { readonly night: number; readonly ratio: number; readonly cells: number }[];
}

export interface Series {
  readonly matrix: string;
  readonly probe: string;
  readonly device: string;
  readonly simulated: boolean;
  readonly nights: readonly Night[];
  readonly steps: readonly NightStep[];
  readonly lines: readonly LineHistory[];
  readonly times: readonly TimeHistory[];
}
