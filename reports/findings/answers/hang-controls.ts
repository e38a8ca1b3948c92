/** Convolutions without MIOpen or cuDNN that say something of the hangs: of a case that hangs, in an environment and setting where it hangs. */
import type { CellResult, ControlResult, Results } from '../../../harness/model/results/results.ts';
import { siteKey } from '../../../harness/model/site.ts';
import { cellKey } from '../../../harness/model/cell.ts';

/**
 * `healthy`: only of cases that hang; a shape that passes with MIOpen on says nothing when it passes with MIOpen off. `sick`: of any
 * case, as one failure is enough. `bad`: the cells that count as hanging.
 */
export function controlsWithoutDnn(
  results: Results,
  bad: readonly CellResult[],
): { readonly healthy: readonly ControlResult[]; readonly sick: readonly ControlResult[] } {
  const sites = new Set(bad.map(siteKey));
  const cases = new Set(results.cells.filter(({ verdict }) => results.bad.includes(verdict)).map(cellKey));
  const there = (results.controls ?? []).filter(
    (one) => one.control === 'convolution-without-dnn' && sites.has(siteKey(one)),
  );
  return {
    healthy: there.filter(
      (one) => one.result === 'healthy' && (one.occasion === 'after-hang' || cases.has(cellKey(one))),
    ),
    sick: there.filter(({ result }) => result === 'sick'),
  };
}
