/** What differs between two judged runs: plain data for texts, exit codes and JSON. How it is found out is compare.ts's business. */
import type { Scalar } from '../conditions.ts';
import type { Basis } from './results.ts';
import type { VerdictKind } from './verdict.ts';

export const COMPARISON_SCHEMA = 1;

/** A line in words that need no matrix: `place` is what it is without its environment, such as "16->32". */
interface LineName {
  readonly environment: string;
  /** Null where both runs have the default setting only. */
  readonly setting: string | null;
  readonly place: string;
  readonly axis: string | null;
}

/** A cell in such words: `value` is on the search axis. */
export interface CellName extends LineName {
  /** Id in the run; in the baseline where the run has no such cell. */
  readonly cell: string;
  readonly value: Scalar | null;
}

/**
 * new-hang: good before, now a hang, unkillable, host-lost, or flaky with such attempts. new-failure: good before, now fails otherwise.
 * changed: failed before, fails in another way now. cured: failed before, good now.
 */
export type ChangeKind = 'new-hang' | 'new-failure' | 'changed' | 'cured';

export interface CellChange extends CellName {
  readonly kind: ChangeKind;
  readonly before: VerdictKind;
  readonly after: VerdictKind;
  readonly beforeBasis: Basis['kind'];
  readonly afterBasis: Basis['kind'];
  /** Of the newer verdict, as in results.json. */
  readonly confirmed: boolean | null;
  /** Where one side is flaky and the other is not: the chance of the clean tries if the rate of the flaky side were true. Else null. */
  readonly luck: number | null;
}

/** Values on the search axis; null where none was observed. `shape`: the kind of boundary, as in results.json. */
export interface BoundarySide {
  readonly shape: string;
  readonly largestGood: Scalar | null;
  readonly smallestBad: Scalar | null;
}

export interface BoundaryMove extends LineName {
  /** Line id in the run. */
  readonly line: string;
  readonly before: BoundarySide;
  readonly after: BoundarySide;
  /** down: something that was good is bad. up: the reverse. mixed: both, or the line is not monotone on one side. */
  readonly direction: 'down' | 'up' | 'mixed';
}

export interface TimingChange {
  /** environment: all its timed cells together. all: those of every environment, as when the card's clock was lowered. */
  readonly scope: 'cell' | 'environment' | 'all';
  /** "all environments" for `all`. */
  readonly environment: string;
  readonly setting: string | null;
  /** Of a cell; else null. */
  readonly name: CellName | null;
  readonly direction: 'slower' | 'faster';
  /** New median over old median; else the median of the cells' ratios. */
  readonly ratio: number;
  readonly p: number;
  /** By Benjamini and Hochberg, over all tests of its scope. */
  readonly adjustedP: number;
  /** Runs for a cell, else cells. */
  readonly samples: readonly [number, number];
  /** Medians, for a cell. */
  readonly seconds: readonly [number, number] | null;
}

export interface Timings {
  readonly changes: readonly TimingChange[];
  /** Cells with enough repeated runs on both sides. */
  readonly testedCells: number;
  readonly testedEnvironments: number;
  /** One changed cell alone could not have been told: too few repeated runs for so many cells. */
  readonly coarse: boolean;
  readonly alpha: number;
  readonly minimumRatio: number;
  readonly seed: number;
}

/** cause: may itself change what hangs. context: worth knowing. */
export interface FingerprintChange {
  readonly weight: 'cause' | 'context';
  readonly what: string;
  /** The environment or setting; null for the machine as a whole. */
  readonly where: string | null;
  readonly before: string | null;
  readonly after: string | null;
}

export interface CellWithoutVerdict extends CellName {
  readonly before: VerdictKind;
  readonly after: VerdictKind;
  readonly reason: string | null;
}

export interface Coverage {
  /** Cells that both matrices have. */
  readonly common: number;
  readonly onlyBaseline: number;
  readonly onlyRun: number;
  readonly environmentsOnlyBaseline: readonly string[];
  readonly environmentsOnlyRun: readonly string[];
  /** Common cells with a verdict in the baseline, and how many of them have one in the run. */
  readonly expected: number;
  readonly reached: number;
  /** All cells of the run with a verdict. */
  readonly withVerdict: number;
  readonly cells: number;
}

export interface RunSummary {
  readonly id: string;
  readonly matrix: string;
  readonly startedAt: string;
  readonly status: string;
  readonly device: string;
  /** Name of the model; null on a real device. */
  readonly simulated: string | null;
}

export interface Comparison {
  readonly schema: typeof COMPARISON_SCHEMA;
  readonly baseline: RunSummary;
  readonly run: RunSummary;
  readonly fingerprint: readonly FingerprintChange[];
  /** Observed in the newer run. */
  readonly changes: readonly CellChange[];
  /** The newer verdict is only inferred: no finding by itself. */
  readonly inferred: readonly CellChange[];
  readonly moved: readonly BoundaryMove[];
  readonly timings: Timings;
  readonly missing: readonly CellWithoutVerdict[];
  /** Failing cells that the baseline had no verdict for. */
  readonly firstSeen: readonly CellWithoutVerdict[];
  readonly coverage: Coverage;
}
