/** The suspect's own operation without MIOpen or cuDNN: controls of a case that hangs, in an environment and setting where it hangs. */
import type { ProbeKnowledge } from '../../../harness/knowledge/knowledge.ts';
import type { CellResult, ControlResult, Results } from '../../../harness/model/results/results.ts';
import { siteKey } from '../../../harness/model/site.ts';
import { cellKey } from '../../../harness/model/cell.ts';

/**
 * `healthy`: only of cases that hang; a shape that passes with MIOpen on says nothing when it passes with MIOpen off. `sick`: of any
 * case, as one failure is enough. `bad`: the cells that count as hanging; what is no case of the probe has no such control.
 */
export function controlsWithoutDnn(
  results: Results,
  bad: readonly CellResult[],
  knowledge: ProbeKnowledge,
): { readonly healthy: readonly ControlResult[]; readonly sick: readonly ControlResult[] } {
  const sites = new Set(bad.filter((cell) => knowledge.derive(cell.case) !== null).map(siteKey));
  const cases = new Set(results.cells.filter(({ verdict }) => results.bad.includes(verdict)).map(cellKey));
  const there = (results.controls ?? []).filter(
    (one) => one.control === knowledge.withoutDnn?.control && sites.has(siteKey(one)),
  );
  return {
    healthy: there.filter(
      (one) => one.result === 'healthy' && (one.occasion === 'after-hang' || cases.has(cellKey(one))),
    ),
    sick: there.filter(({ result }) => result === 'sick'),
  };
}
