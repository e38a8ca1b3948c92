/**
 * Passes above a hang, in a run in which tries of a cell disagreed: one that was tried fewer times than the promise of `flaky` takes may have been
 * luck. It is then on no side, and larger is not said not to be worse for it.
 */
import { isBad } from './inferred.ts';
import type { Observed } from './observed.ts';

/** `observed`: of every cell of a line, ascending. `wanted`: clean tries that make such a pass count. The same cells where one of them counts. */
export function withoutLuck(observed: readonly Observed[], wanted: number): readonly Observed[] {
  const first = observed.findIndex(isBad);
  const isAbove = ({ side }: Observed, index: number): boolean => first >= 0 && index > first && side === 'good';
  if (observed.some((one, index) => isAbove(one, index) && one.attempts >= wanted)) return observed;
  return observed.map((one, index): Observed => (isAbove(one, index) ? { ...one, side: 'untestable' } : one));
}

/** Whether tries of the cell disagreed, and not only between forked children and fresh processes. */
export function isFlaky({ verdict, confirmed, refuted }: Observed): boolean {
  return verdict === 'flaky' && confirmed === true && !refuted;
}
