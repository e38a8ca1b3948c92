/**
 * Which cells and environments became slower or faster: repeated runs of cells that pass in both runs. A change is told when it is both larger than the
 * minimum and unlikely to be chance, corrected for the number of tests. First runs (compilation, search) happen once an attempt and are not tested.
 */
import { median } from 'simple-statistics';
import { benjaminiHochberg, ranksDiffer, signsDiffer, smallestP } from './permutation.ts';
import type { Pair } from './cells.ts';
import type { CellName, TimingChange, Timings } from '../../model/results/comparison.ts';
import type { CellResult, Results } from '../../model/results/results.ts';
import { siteKey } from '../../model/site.ts';
import { grouped } from '../../model/grouped.ts';

export interface TimingRules {
  /** Share of told changes that may be false. */
  readonly alpha: number;
  /** Least ratio of the slower median to the faster one. */
  readonly minimumRatio: number;
  readonly seed: number;
}

/** Fewer runs tell nothing: three against three give p = 0.1 at best, and stand for larger samples on the other side. */
const LEAST_RUNS = 3;
/** The signs of five cells cannot give less than p = 0.06. */
const LEAST_CELLS = 6;

interface Timed {
  readonly cell: CellResult;
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly ratio: number;
  readonly seconds: readonly [number, number];
}

export function compareTimings(
  baseline: Results,
  run: Results,
  pairs: readonly Pair[],
  nameOf: (cell: CellResult) => CellName,
  rules: TimingRules,
): Timings {
  const [old, now] = [runsOf(baseline), runsOf(run)];
  const timed = pairs.flatMap(({ before, after }): Timed[] => {
    if (before.verdict !== 'pass' || after.verdict !== 'pass') return [];
    return timedCell(after, old.get(before.id) ?? [], now.get(after.id) ?? []);
  });
  const enough = timed.filter(({ before, after }) => Math.min(before.length, after.length) >= LEAST_RUNS);
  const groups = [...grouped(timed, ({ cell }) => siteKey(cell)).values()].filter(
    (cells) => cells.length >= LEAST_CELLS,
  );
  const several = new Set(timed.map(({ cell }) => cell.environment)).size > 1;
  const everything = several && timed.length >= LEAST_CELLS ? [timed] : [];
  const least = Math.min(1, ...enough.map(({ before, after }) => smallestP(before.length, after.length)));
  return {
    changes: [
      ...groupChanges('all', everything, nameOf, rules),
      ...groupChanges('environment', groups, nameOf, rules),
      ...cellChanges(enough, nameOf, rules),
    ],
    testedCells: enough.length,
    testedEnvironments: groups.length,
    coarse: enough.length > 0 && least * enough.length >= rules.alpha,
    ...rules,
  };
}

/** Seconds of the repeated runs of attempts that passed and count, by cell. */
function runsOf({ attempts }: Results): ReadonlyMap<string, readonly number[]> {
  const all = new Map<string, number[]>();
  for (const { cell, credit, report } of attempts) {
    if (credit === 'void' || credit === 'retried' || report.outcome.kind !== 'pass') continue;
    const runs = (report.timing?.runs ?? []).filter((seconds) => seconds > 0 && Number.isFinite(seconds));
    all.set(cell, [...(all.get(cell) ?? []), ...runs]);
  }
  return all;
}

function timedCell(cell: CellResult, before: readonly number[], after: readonly number[]): Timed[] {
  if (before.length === 0 || after.length === 0) return [];
  const seconds = [median([...before]), median([...after])] as const;
  return [{ cell, before, after, ratio: seconds[1] / seconds[0], seconds }];
}

function cellChanges(
  timed: readonly Timed[],
  nameOf: (cell: CellResult) => CellName,
  { alpha, minimumRatio, seed }: TimingRules,
): TimingChange[] {
  // A test that cannot be told anyway is not made: p = 1 keeps its place in the correction, and errs on the quiet side.
  const all = timed.map(({ cell, before, after, ratio }) =>
    isLarge(ratio, minimumRatio)
      ? ranksDiffer(before, after, `${seed} ${cell.environment} ${cell.setting} ${JSON.stringify(cell.case)}`)
      : 1,
  );
  const adjusted = benjaminiHochberg(all);
  return timed.flatMap(({ cell, before, after, ratio, seconds }, index): TimingChange[] => {
    const [p = 1, adjustedP = 1] = [all[index], adjusted[index]];
    if (!isLarge(ratio, minimumRatio) || adjustedP > alpha) return [];
    const name = nameOf(cell);
    const { environment, setting } = name;
    return [
      {
        scope: 'cell',
        environment,
        setting,
        name,
        direction: ratio > 1 ? 'slower' : 'faster',
        ratio,
        p,
        adjustedP,
        samples: [before.length, after.length],
        seconds,
      },
    ];
  });
}

function groupChanges(
  scope: 'environment' | 'all',
  groups: readonly (readonly Timed[])[],
  nameOf: (cell: CellResult) => CellName,
  { alpha, minimumRatio, seed }: TimingRules,
): TimingChange[] {
  const ratios = groups.map((cells) => Math.exp(median(cells.map(({ ratio }) => Math.log(ratio)))));
  const all = groups.map((cells) =>
    signsDiffer(
      cells.map(({ ratio }) => Math.log(ratio)),
      `${seed} ${cells[0]?.cell.environment ?? ''} ${cells[0]?.cell.setting ?? ''}`,
    ),
  );
  const adjusted = benjaminiHochberg(all);
  return groups.flatMap((cells, index): TimingChange[] => {
    const [ratio = 1, p = 1, adjustedP = 1, first] = [ratios[index], all[index], adjusted[index], cells[0]?.cell];
    if (first === undefined || !isLarge(ratio, minimumRatio) || adjustedP > alpha) return [];
    const named = nameOf(first);
    const [environment, setting] = scope === 'all' ? ['all environments', null] : [named.environment, named.setting];
    return [
      {
        scope,
        environment,
        setting,
        name: null,
        direction: ratio > 1 ? 'slower' : 'faster',
        ratio,
        p,
        adjustedP,
        samples: [cells.length, cells.length],
        seconds: null,
      },
    ];
  });
}

function isLarge(ratio: number, minimum: number): boolean {
  // With a grain of slack, so that a and b are told apart exactly when b and a are.
  return Math.abs(Math.log(ratio)) >= Math.log(minimum) - 1e-12;
}
