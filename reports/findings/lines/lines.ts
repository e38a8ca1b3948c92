/** Each line with what its cells say beyond its boundary: how the smallest bad cell ended, and failures that do not count as bad. */
import type { Scalar } from '../../../harness/model/conditions.ts';
import {
  isDoubtful,
  type Boundary,
  type CellResult,
  type LineResult,
  type Results,
} from '../../../harness/model/results/results.ts';
import type { VerdictKind } from '../../../harness/model/results/verdict.ts';
import { weigh } from '../words/verdict-words.ts';
import { grouped } from '../../../harness/model/grouped.ts';

export interface Failed {
  readonly kind: VerdictKind;
  /** Value on the search axis. */
  readonly value: Scalar;
  /** Of an error, such as "no-binary"; null for "other" and for all else. */
  readonly errorClass: string | null;
}

export interface LineView {
  readonly line: LineResult;
  readonly boundary: Boundary;
  readonly largestGood: Scalar | null;
  /** Of the largest pass, where it was run; null where it was not. */
  readonly goodTries: number | null;
  readonly smallestBad: Scalar | null;
  /** Verdict of the smallest bad cell; flaky where its attempts disagree. */
  readonly badKind: VerdictKind;
  /** Of the smallest bad cell; null where nothing needs confirming. */
  readonly confirmed: boolean | null;
  /** Why it is not confirmed although that was tried; null otherwise. */
  readonly unconfirmed: string | null;
  /** Observed to fail in a way that is not bad, or flaky: above the largest pass and below the smallest bad value. */
  readonly between: readonly Failed[];
  /** The same, below the largest pass. */
  readonly below: readonly Failed[];
  /** Cells between the largest pass and the smallest bad value of which nothing is known. */
  readonly untested: number;
  /** Cells that were not run, and that may be other than is inferred. */
  readonly doubtful: number;
  verdictAt(value: Scalar): VerdictKind;
}

/** By line id. */
export function lineViews(results: Results): ReadonlyMap<string, LineView> {
  const cells = grouped(results.cells, ({ line }) => line);
  const classes = errorClasses(results);
  return new Map(results.lines.map((line) => [line.id, viewOf(results, line, cells.get(line.id) ?? [], classes)]));
}

function viewOf(
  results: Results,
  line: LineResult,
  cells: readonly CellResult[],
  classes: ReadonlyMap<string, string>,
): LineView {
  const { axis, boundary } = line;
  const valueOf = (cell: CellResult): Scalar => (axis === null ? undefined : cell.case[axis]) ?? cell.position;
  const placeOf = (value: Scalar | null): number =>
    value === null ? -1 : cells.findIndex((cell) => valueOf(cell) === value);
  const firstBad = cells.find(
    ({ basis, verdict }) => basis.kind === 'observed' && weigh(verdict, results.bad) === 'bad',
  );
  const largestGood = 'largestGood' in boundary ? boundary.largestGood : null;
  const smallestBad =
    'smallestBad' in boundary
      ? boundary.smallestBad
      : boundary.kind === 'not-monotone' && firstBad !== undefined
        ? valueOf(firstBad)
        : null;
  const [good, bad] = [placeOf(largestGood), placeOf(smallestBad)];
  const bound = cells[bad];
  const end = bad < 0 ? cells.length : bad;
  const failed = (some: readonly CellResult[]): Failed[] =>
    some.flatMap((cell) => {
      const weight = weigh(cell.verdict, results.bad);
      if (cell.basis.kind !== 'observed' || (weight !== 'failed' && weight !== 'suspect')) return [];
      return [
        {
          kind: cell.verdict,
          value: valueOf(cell),
          errorClass: cell.verdict === 'error' ? (classes.get(cell.id) ?? null) : null,
        },
      ];
    });
  const gap = boundary.kind === 'not-monotone' ? [] : cells.slice(good + 1, end);
  const below = failed(cells.slice(0, Math.max(good, 0)));
  return {
    line,
    boundary,
    largestGood,
    goodTries: cells[good]?.basis.kind === 'observed' ? (cells[good]?.attempts ?? null) : null,
    smallestBad,
    badKind: bound?.verdict ?? 'hang',
    confirmed: 'confirmed' in boundary ? boundary.confirmed : (bound?.confirmed ?? null),
    unconfirmed: bound?.unconfirmed ?? null,
    // Flaky once, flaky from there: a second place adds nothing.
    between: failed(gap).filter(({ kind }) => kind !== 'flaky' || below.every((found) => found.kind !== 'flaky')),
    below,
    untested: gap.filter(({ basis }) => basis.kind !== 'observed').length,
    doubtful: cells.filter(isDoubtful).length,
    verdictAt: (value) => cells[placeOf(value)]?.verdict ?? 'hang',
  };
}

/** The last one of each cell. */
function errorClasses(results: Results): ReadonlyMap<string, string> {
  return new Map(
    results.attempts.flatMap(({ cell, report: { outcome } }) =>
      outcome.kind === 'error' && outcome.errorClass !== 'other' ? [[cell, outcome.errorClass] as const] : [],
    ),
  );
}
