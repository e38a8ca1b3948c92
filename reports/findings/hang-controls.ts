/** Convolutions without MIOpen or cuDNN that say something of the hangs: of a case that hangs, in an environment and setting where it hangs. */
import type { CellResult, ControlResult, Results } from '../../harness/model/results/results.ts';

/**
 * `healthy`: only of cases that hang; a shape that passes with MIOpen on says nothing when it passes with MIOpen off. `sick`: of any
 * case, as one failure is enough. `bad`: the cells that count as hanging.
 */
export function controlsWithoutDnn(
  results: Results,
  bad: readonly CellResult[],
): { readonly healthy: readonly ControlResult[]; readonly sick: readonly ControlResult[] } {
  const sites = new Set(bad.map(siteOf));
  const cases = new Set(results.cells.filter(({ verdict }) => results.bad.includes(verdict)).map(caseOf));
  const there = (results.controls ?? []).filter(
    (one) => one.control === 'convolution-without-dnn' && sites.has(siteOf(one)),
  );
  return {
    healthy: there.filter(
      (one) => one.result === 'healthy' && (one.occasion === 'after-hang' || cases.has(caseOf(one))),
    ),
    sick: there.filter(({ result }) => result === 'sick'),
  };
}

/** The environment and setting. */
export function siteOf({ environment, setting }: { readonly environment: string; readonly setting: string }): string {
  return JSON.stringify([environment, setting]);
}

function caseOf(one: Pick<CellResult, 'environment' | 'setting' | 'case'>): string {
  return JSON.stringify([siteOf(one), Object.entries(one.case).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}
