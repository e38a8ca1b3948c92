/** What an outcome says of its cell, of the harness and of the limits under which it came about. */
import { ERROR_CLASSES, OUTCOMES, type Outcome, type OutcomeKind } from './outcome.ts';
import type { Phase } from './attempt/phase.ts';

/** A failure of our own, not of what was probed: it says nothing of the cell. */
export function isHarnessFailure(outcome: Outcome): boolean {
  return outcome.kind === 'error' && ERROR_CLASSES[outcome.errorClass].fault === 'harness';
}

/** A hang of a process that was hardly let run: nobody knows whether it hangs. It is tried again in patience, and says nothing until then. */
export function isStarved(outcome: Outcome): boolean {
  return outcome.kind === 'hang' && outcome.starved === true;
}

/** Whether what was probed failed; not when the probe or the harness did, or the machine had no time for it. */
export function isSoftwareFailure(outcome: Outcome): boolean {
  if (isStarved(outcome)) return false;
  if (outcome.kind === 'error') return ERROR_CLASSES[outcome.errorClass].fault === 'software';
  return OUTCOMES[outcome.kind].says === 'failure';
}

/** The question stays open: the attempt was cut off, or the harness failed. */
export function leavesOpen(outcome: Outcome): boolean {
  return OUTCOMES[outcome.kind].says === 'nothing' || isHarnessFailure(outcome);
}

/** Whether the attempt says whether its cell is good or bad, as far as anyone can tell. */
export function saysGoodOrBad(outcome: Outcome): boolean {
  const { says } = OUTCOMES[outcome.kind];
  return (says === 'good' || says === 'failure') && !isHarnessFailure(outcome) && !isStarved(outcome);
}

/** A hang under a lowered limit: it must hang under the full limits as well before it may bound anything. */
export function isSuspected(outcome: Outcome): boolean {
  return outcome.kind === 'hang' && outcome.limit === 'adaptive';
}

/** What an outcome means to a search. untestable: nothing was learned about good or bad. */
export type Grade = 'good' | 'bad' | 'untestable';

/** Phases before a probe is told its case: what hangs there is the environment, whatever the case. */
const BEFORE_THE_CASE: ReadonlySet<Phase> = new Set(['start', 'import']);

/** What an outcome means to a search; a hang before the case was known says nothing of the case, and no more does a failure of ours or a starved hang. */
export function gradeOf(outcome: Outcome, bad: readonly OutcomeKind[]): Grade {
  return isBeforeTheCase(outcome) || isHarnessFailure(outcome) || isStarved(outcome)
    ? 'untestable'
    : grade(outcome.kind, bad);
}

export function isBeforeTheCase(outcome: Outcome): boolean {
  return (outcome.kind === 'hang' || outcome.kind === 'slow') && BEFORE_THE_CASE.has(outcome.phase);
}

/** `bad` is the matrix's choice. cancelled, unavailable and every kind that is neither pass nor chosen are untestable. */
export function grade(kind: OutcomeKind, bad: readonly OutcomeKind[]): Grade {
  if (bad.includes(kind)) return 'bad';
  return OUTCOMES[kind].says === 'good' ? 'good' : 'untestable';
}
