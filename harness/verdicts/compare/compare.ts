/**
 * Two judged runs, the older one first: what hangs now and did not, what is cured, where boundaries moved, what became slower, what else changed, what was
 * not measured. Pure: the same results give the same comparison.
 */
import { compareBoundaries } from './boundaries.ts';
import { Attempted, compareCells, namer, pairCells } from './cells.ts';
import { compareFingerprints } from './fingerprint.ts';
import { compareTimings, type TimingRules } from './timings.ts';
import { COMPARISON_SCHEMA, type Comparison, type RunSummary } from '../../model/results/comparison.ts';
import { NoVerdictError, UsageError } from '../../model/errors.ts';
import type { CellResult, Results } from '../../model/results/results.ts';
import { hasVerdict } from '../../model/results/verdict.ts';

export const DEFAULT_RULES: TimingRules = { alpha: 0.05, minimumRatio: 1.1, seed: 1 };

/** Throws UsageError `compare-simulated` where one run is simulated and the other is not; NoVerdictError `nothing-common` where no cell is in both. */
export function compare(baseline: Results, run: Results, rules: TimingRules = DEFAULT_RULES): Comparison {
  const [before, after] = [summaryOf(baseline), summaryOf(run)];
  refuseMixed(baseline, run);
  const pairs = pairCells(baseline, run);
  if (pairs.common.length === 0) {
    throw new NoVerdictError(
      'nothing-common',
      `no cell of the baseline's matrix (${JSON.stringify(before.matrix)}) is in the run's (${JSON.stringify(after.matrix)}): cells are the same when environment, setting and case are`,
      'compare runs of the same matrix, or of two that share environments, settings and cases',
    );
  }
  const nameOf = namer(baseline, run);
  const { expected, reached, ...cells } = compareCells(baseline, run, pairs.common, nameOf);
  return {
    schema: COMPARISON_SCHEMA,
    baseline: before,
    run: after,
    fingerprint: compareFingerprints(baseline, run),
    ...cells,
    moved: compareBoundaries(baseline, run),
    timings: compareTimings(baseline, run, pairs.common, nameOf, rules),
    coverage: {
      common: pairs.common.length,
      onlyBaseline: pairs.onlyBaseline.length,
      onlyRun: pairs.onlyRun.length,
      environmentsOnlyBaseline: environmentsOnly(pairs.onlyBaseline, run),
      environmentsOnlyRun: environmentsOnly(pairs.onlyRun, baseline),
      expected,
      reached,
      withVerdict: verdictCount(run),
      cells: run.cells.length,
    },
  };
}

/** Throws UsageError `compare-simulated`. */
export function refuseMixed(baseline: Pick<Results, 'device'>, run: Pick<Results, 'device'>): void {
  const [before, after] = [baseline.device.simulation, run.device.simulation];
  if ((before === null) === (after === null)) return;
  throw new UsageError(
    'compare-simulated',
    `${before === null ? 'the run' : 'the baseline'} is simulated and ${before === null ? 'the baseline' : 'the run'} is not: a simulation says nothing of a card`,
    'compare two runs of a real device, or two simulated ones',
  );
}

/** Cells of a run that got a verdict, inferred ones included. */
export function verdictCount(results: Results): number {
  const tells = new Attempted(results);
  return results.cells.filter((cell) => hasVerdict(tells.verdict(cell))).length;
}

function environmentsOnly(cells: readonly CellResult[], other: Results): string[] {
  const known = new Set(other.environments.map(({ name }) => name));
  return [...new Set(cells.map(({ environment }) => environment))].filter((name) => !known.has(name));
}

function summaryOf({ run, device }: Results): RunSummary {
  return {
    id: run.id,
    matrix: run.matrix,
    startedAt: run.startedAt,
    status: run.status,
    device: device.name,
    simulated: device.simulation?.model ?? null,
  };
}
