/** Which cells two runs share, and where their verdicts differ. Cells are paired by what they are, not by their ids. */
import type { Scalar } from '../../model/conditions.ts';
import { OUTCOMES } from '../../model/outcome.ts';
import type { CellChange, CellName, CellWithoutVerdict, ChangeKind } from '../../model/results/comparison.ts';
import type { CellResult, Results } from '../../model/results/results.ts';
import { hasVerdict, VERDICTS, type VerdictKind } from '../../model/results/verdict.ts';
import { isSoftwareFailure, isStarved } from '../../model/grade.ts';
import { cellKey } from '../../model/cell.ts';

export interface Pair {
  readonly before: CellResult;
  readonly after: CellResult;
}

export interface Pairs {
  readonly common: readonly Pair[];
  readonly onlyBaseline: readonly CellResult[];
  readonly onlyRun: readonly CellResult[];
}

export function pairCells(baseline: Results, run: Results): Pairs {
  const left = new Map(baseline.cells.map((cell) => [cellKey(cell), cell]));
  const common: Pair[] = [];
  const onlyRun: CellResult[] = [];
  for (const after of run.cells) {
    const key = cellKey(after);
    const before = left.get(key);
    if (before === undefined) onlyRun.push(after);
    else {
      common.push({ before, after });
      left.delete(key);
    }
  }
  return { common, onlyBaseline: [...left.values()], onlyRun };
}

/** What the attempts of a run say beyond its cells' verdicts. */
export class Attempted {
  readonly #hung = new Set<string>();
  readonly #harnessAlone = new Set<string>();

  constructor({ attempts }: Results) {
    const otherwise = new Set<string>();
    for (const { cell, credit, report } of attempts) {
      if (credit === 'void' || credit === 'retried') continue;
      const { outcome } = report;
      if (OUTCOMES[outcome.kind].neverReturned && !isStarved(outcome)) this.#hung.add(cell);
      if (outcome.kind === 'error' && !isSoftwareFailure(outcome)) this.#harnessAlone.add(cell);
      else otherwise.add(cell);
    }
    for (const cell of otherwise) this.#harnessAlone.delete(cell);
  }

  /** The verdict, with the harness's own failures as none at all. */
  verdict({ id, verdict }: CellResult): VerdictKind {
    return verdict === 'error' && this.#harnessAlone.has(id) ? 'untested' : verdict;
  }

  hangs(cell: CellResult): boolean {
    return VERDICTS[cell.verdict].neverReturned || (cell.verdict === 'flaky' && this.#hung.has(cell.id));
  }
}

export interface CellDifferences {
  readonly changes: readonly CellChange[];
  readonly inferred: readonly CellChange[];
  readonly missing: readonly CellWithoutVerdict[];
  readonly firstSeen: readonly CellWithoutVerdict[];
  readonly expected: number;
  readonly reached: number;
}

export function compareCells(
  baseline: Results,
  run: Results,
  pairs: readonly Pair[],
  nameOf: (cell: CellResult) => CellName,
): CellDifferences {
  const [told, tells] = [new Attempted(baseline), new Attempted(run)];
  const reasons = new Map(run.environments.map(({ name, reason }) => [name, reason]));
  const changes: CellChange[] = [];
  const inferred: CellChange[] = [];
  const missing: CellWithoutVerdict[] = [];
  const firstSeen: CellWithoutVerdict[] = [];
  let [expected, reached] = [0, 0];
  for (const { before: old, after: now } of pairs) {
    const [before, after] = [told.verdict(old), tells.verdict(now)];
    if (hasVerdict(before)) expected += 1;
    if (hasVerdict(before) && hasVerdict(after)) reached += 1;
    if (before === after) continue;
    if (!hasVerdict(after)) {
      if (hasVerdict(before))
        missing.push({ ...nameOf(now), before, after, reason: reasons.get(now.environment) ?? null });
    } else if (!hasVerdict(before)) {
      if (after !== 'pass' && now.basis.kind === 'observed')
        firstSeen.push({ ...nameOf(now), before, after, reason: null });
    } else {
      const kind: ChangeKind =
        after === 'pass' ? 'cured' : before !== 'pass' ? 'changed' : tells.hangs(now) ? 'new-hang' : 'new-failure';
      const change = {
        ...nameOf(now),
        kind,
        before,
        after,
        beforeBasis: old.basis.kind,
        afterBasis: now.basis.kind,
        confirmed: now.confirmed,
        luck: luckOf(old, now),
      };
      (now.basis.kind === 'observed' ? changes : inferred).push(change);
    }
  }
  return { changes, inferred, missing, firstSeen, expected, reached };
}

/** A cell that hangs every fifth time passes four times out of five. */
function luckOf(old: CellResult, now: CellResult): number | null {
  if ((old.verdict === 'flaky') === (now.verdict === 'flaky')) return null;
  const [flaky, other] = old.verdict === 'flaky' ? [old, now] : [now, old];
  if (other.verdict !== 'pass' || flaky.attempts === 0) return null;
  return (1 - flaky.badAttempts / flaky.attempts) ** Math.max(1, other.attempts);
}

/** Names of cells that both runs would give alike; parameters that never change are left out. */
export function namer(baseline: Results, run: Results): (cell: CellResult) => CellName {
  const varying = varyingParameters(baseline, run);
  const settings = new Set([...baseline.settings, ...run.settings].map(({ name }) => name));
  return ({ id, environment, setting, case: values, position }) => ({
    cell: id,
    environment,
    setting: settings.size > 1 ? setting : null,
    place: placeOf(
      values,
      varying.filter((names) => !(names.length === 1 && names[0] === run.searchAxis)),
    ),
    axis: run.searchAxis,
    value: run.searchAxis === null ? null : (values[run.searchAxis] ?? position),
  });
}

export type Varying = readonly (readonly string[])[];

/** The parameters of each axis that takes more than one value in either run. */
export function varyingParameters(baseline: Results, run: Results): Varying {
  const seen = new Map<string, readonly string[]>();
  for (const { parameters, values } of [...run.axes, ...baseline.axes]) {
    const other = [...run.axes, ...baseline.axes].filter((axis) => axis.parameters.join() === parameters.join());
    const distinct = new Set(other.flatMap((axis) => axis.values.map((tuple) => JSON.stringify(tuple))));
    if (values.length > 1 || distinct.size > 1) seen.set(parameters.join(), parameters);
  }
  return [...seen.values()];
}

/** "16->32, float16"; '' where nothing varies. A number or a truth value on its own needs its parameter: "batch=2". */
export function placeOf(values: Readonly<Record<string, Scalar>>, varying: Varying): string {
  return varying
    .flatMap((names) => {
      const given = names.filter((name) => name in values);
      const [only] = given;
      if (only === undefined) return [];
      if (given.length === 1)
        return [typeof values[only] === 'string' ? String(values[only]) : `${only}=${String(values[only])}`];
      return [given.map((name) => String(values[name])).join('->')];
    })
    .join(', ');
}
