/** Which results make `--fail-on` fail: exit code 1 when there is one. */
import { BAD_OUTCOMES } from '../model/outcome.ts';
import type { Results } from '../model/results/results.ts';

/** expectation: a shape that must be fast enough is not. */
export const FAIL_ON = [...BAD_OUTCOMES, 'flaky', 'expectation'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export interface FailOnMatch {
  readonly kind: FailOn;
  /** Cell id. */
  readonly cell: string;
}

/** Observed cells only, in the order of the results: what is inferred always has an observed cell beside it. */
export function failOnMatches(
  results: Pick<Results, 'cells' | 'expectations'>,
  failOn: readonly FailOn[],
): readonly FailOnMatch[] {
  const cells = results.cells.flatMap(({ id, verdict, basis }) => {
    const kind = failOn.find((wanted) => wanted === verdict);
    return kind !== undefined && basis.kind === 'observed' ? [{ kind, cell: id }] : [];
  });
  if (!failOn.includes('expectation')) return cells;
  const missed = results.expectations.filter(({ status }) => status === 'missed');
  return [...cells, ...missed.map(({ cell }) => ({ kind: 'expectation' as const, cell }))];
}
