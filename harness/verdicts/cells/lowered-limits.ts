/** What lowered limits did to a run: hangs suspected, confirmed and refuted, and the seconds that were not waited. Pure. */
import type { LoggedAttempt } from '../fold/run-log.ts';
import { OUTCOMES } from '../../model/outcome.ts';
import type { Results } from '../../model/results/results.ts';
import { isSuspected, saysGoodOrBad } from '../../model/grade.ts';

type AdaptiveResult = NonNullable<Results['run']['adaptive']>;

/** `attempts` in the order of their starts; `isolation` is the matrix's. Undefined where no limit was lowered. */
export function judgeAdaptive(
  attempts: readonly LoggedAttempt[],
  isolation: 'fork' | 'spawn',
): AdaptiveResult | undefined {
  if (!attempts.some(({ started }) => started.lowered !== undefined)) return undefined;
  const total = { suspected: 0, confirmed: 0, refuted: 0, savedSeconds: 0 };
  /** Attempts of a cell that hung under a lowered limit, until it was tried under the full ones. */
  const open = new Map<string, LoggedAttempt[]>();
  for (const attempt of attempts) {
    const { started, report } = attempt;
    const { id } = started.cell;
    if (isSuspected(report.outcome)) {
      total.suspected += 1;
      total.savedSeconds += notWaited(attempt);
      open.set(id, [...(open.get(id) ?? []), attempt]);
      continue;
    }
    const suspicions = open.get(id);
    if (started.purpose !== 'confirm' || suspicions === undefined) continue;
    if (saysNothing(attempt)) continue;
    open.delete(id);
    if (OUTCOMES[report.outcome.kind].neverReturned) {
      total.confirmed += 1;
      // A fork is confirmed in a fresh process whatever its limits were.
      if (isolation === 'spawn') total.savedSeconds -= report.seconds;
      continue;
    }
    total.refuted += 1;
    // Under the full limits there would have been no hang: neither these attempts nor this one would have been made.
    for (const one of suspicions) total.savedSeconds -= notWaited(one) + one.report.seconds;
    total.savedSeconds -= report.seconds;
  }
  return total;
}

function notWaited({ started: { lowered }, report: { outcome } }: LoggedAttempt): number {
  const limit = outcome.kind === 'hang' ? lowered?.limits.find(({ phase }) => phase === outcome.phase) : undefined;
  return limit === undefined ? 0 : limit.full - limit.seconds;
}

function saysNothing({ report: { outcome }, credit }: LoggedAttempt): boolean {
  // On a sick device anything hangs.
  return credit === 'void' || credit === 'retried' || !saysGoodOrBad(outcome);
}
