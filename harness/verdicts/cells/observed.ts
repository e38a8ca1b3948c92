/** What the attempts of one cell add up to, from that cell alone. */
import { median } from 'simple-statistics';
import type { LoggedAttempt } from '../fold/run-log.ts';
import { OUTCOMES, type Outcome, type OutcomeKind } from '../../model/outcome.ts';
import type { VerdictKind } from '../../model/results/verdict.ts';
import { gradeOf, isBeforeTheCase, isHarnessFailure, isStarved, isSuspected } from '../../model/grade.ts';

/** none: no attempt says anything. */
export type Side = 'good' | 'bad' | 'untestable' | 'none';

export interface Observed {
  readonly verdict: VerdictKind;
  /**
   * Which side of a boundary the cell is on. A flaky cell is bad, unless fresh processes refuted its bad forks: then it is on no
   * side, for a hang that only the fork server saw may not bound anything, and a cell that ever hung is no pass.
   */
  readonly side: Side;
  /** Bad under lowered limits only, and not tried under the full ones: it may bound nothing. */
  readonly suspected: boolean;
  /** Fresh processes did not repeat what forked children did. */
  readonly refuted: boolean;
  readonly confirmed: boolean | null;
  /** Why it is not confirmed although that was tried; null otherwise. */
  readonly unconfirmed: string | null;
  readonly attempts: number;
  readonly badAttempts: number;
  /** Hangs of a process that was not let run, where nothing else is known of the cell: it may hang or not. */
  readonly starvedHangs: number;
  readonly medianRunSeconds: number | null;
  readonly firstRunSeconds: number | null;
}

export interface JudgeRules {
  readonly bad: readonly OutcomeKind[];
  /** Clean tries that a refutation takes. */
  readonly attempts: number;
}

export const UNOBSERVED: Observed = {
  verdict: 'untested',
  side: 'none',
  suspected: false,
  refuted: false,
  confirmed: null,
  unconfirmed: null,
  attempts: 0,
  badAttempts: 0,
  starvedHangs: 0,
  medianRunSeconds: null,
  firstRunSeconds: null,
};

/** `all` are the attempts of one cell, in order. Cancelled ones say nothing; failures of the harness and starved hangs only when there is nothing else. */
export function observe(all: readonly LoggedAttempt[], rules: JudgeRules): Observed {
  const told = all.filter(({ report }) => OUTCOMES[report.outcome.kind].says !== 'nothing');
  const own = told.filter(({ report }) => !isHarnessFailure(report.outcome));
  // One that was not let run is void as soon as another one says something.
  const firm = own.filter(({ report }) => !isStarved(report.outcome));
  const counted = firm.length > 0 ? firm : own.length > 0 ? own : told;
  if (counted.length === 0) return UNOBSERVED;
  const graded = counted.map((attempt) => ({ attempt, grade: gradeOf(attempt.report.outcome, rules.bad) }));
  const of = (wanted: 'good' | 'bad' | 'untestable'): readonly LoggedAttempt[] =>
    graded.flatMap((one) => (one.grade === wanted ? [one.attempt] : []));
  const [good, untestable] = [of('good'), of('untestable')];
  const bad = standing(of('bad'), good, untestable, rules);
  return {
    ...decide(good, bad, untestable, rules),
    attempts: counted.length,
    badAttempts: bad.length,
    starvedHangs: firm.length > 0 ? 0 : own.length,
    ...timing(good),
  };
}

function decide(
  good: readonly LoggedAttempt[],
  bad: readonly LoggedAttempt[],
  untestable: readonly LoggedAttempt[],
  rules: JudgeRules,
): Pick<Observed, 'verdict' | 'side' | 'suspected' | 'refuted' | 'confirmed' | 'unconfirmed'> {
  if (bad.length > 0) {
    const confirmed = confirmation(bad);
    const clean = good.filter(isConfirm).length;
    // Best of three: one hang of a fresh process that surprised the search, and was not seen again, is outvoted.
    const outvoted =
      bad.length === 1 &&
      clean >= Math.max(2, rules.attempts) &&
      bad.every(({ report }) => !OUTCOMES[report.outcome.kind].neverAgain);
    const refuted = outvoted || (confirmed === false && clean >= rules.attempts);
    return {
      verdict: good.length > 0 ? 'flaky' : commonest(bad),
      side: refuted ? 'untestable' : 'bad',
      suspected: bad.every(({ report }) => isSuspected(report.outcome)),
      refuted,
      confirmed,
      unconfirmed: confirmed || refuted ? null : failedConfirmation(untestable),
    };
  }
  if (untestable.length > 0)
    return {
      verdict: commonest(untestable),
      side: 'untestable',
      suspected: false,
      refuted: false,
      confirmed: null,
      unconfirmed: null,
    };
  return { verdict: 'pass', side: 'good', suspected: false, refuted: false, confirmed: null, unconfirmed: null };
}

/**
 * The bad attempts that stand. A hang under a lowered limit is void once the full limits have shown that the limit was too low: as many clean tries as
 * make a good cell, one of them longer in that phase than the lowered limit, or one that ended in another way. Clean tries that were all done
 * sooner do not explain the hang: the cell is flaky.
 */
function standing(
  bad: readonly LoggedAttempt[],
  good: readonly LoggedAttempt[],
  untestable: readonly LoggedAttempt[],
  rules: JudgeRules,
): readonly LoggedAttempt[] {
  if (!bad.every(({ report }) => isSuspected(report.outcome))) return bad;
  const clean = good.filter(isConfirm);
  if (clean.length < rules.attempts) return untestable.some(isConfirm) ? [] : bad;
  return clean.some((one) => bad.some((other) => outlasts(one, other))) ? [] : bad;
}

/** Whether a clean try was in the phase of a suspected hang for longer than the limit under which it was suspected. */
function outlasts(
  { report: { phases } }: LoggedAttempt,
  { started: { lowered }, report: { outcome } }: LoggedAttempt,
): boolean {
  if (outcome.kind !== 'hang') return false;
  const limit = lowered?.limits.find(({ phase }) => phase === outcome.phase)?.seconds;
  const took = phases.find(({ phase }) => phase === outcome.phase)?.seconds;
  return limit === undefined || took === undefined || took >= limit;
}

/** "3 tries in a fresh process ended in error (out of memory)"; null where none was made. */
function failedConfirmation(untestable: readonly LoggedAttempt[]): string | null {
  const failed = untestable.filter(isConfirm);
  const last = failed.at(-1)?.report.outcome;
  if (last === undefined) return null;
  const how = last.kind === 'crash' ? ` (${last.signal})` : last.kind === 'error' ? ` (${last.errorClass})` : '';
  return `${failed.length === 1 ? 'the try' : `${failed.length} tries`} in a fresh process ended in ${last.kind}${how}`;
}

function isConfirm({ started }: LoggedAttempt): boolean {
  return started.purpose === 'confirm';
}

/** Whether a bad attempt under full limits ran in a fresh process, or took the machine along, which no fork server can invent. */
function confirmation(bad: readonly LoggedAttempt[]): boolean {
  return bad.some(
    ({ started, report }) =>
      (started.isolation === 'spawn' && !isSuspected(report.outcome)) || OUTCOMES[report.outcome.kind].neverAgain,
  );
}

/** The first of the most frequent. */
function commonest(attempts: readonly LoggedAttempt[]): VerdictKind {
  const counts = new Map<VerdictKind, number>();
  for (const { report } of attempts) {
    const kind = verdictOf(report.outcome);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? 'error';
}

/** A hang that is none of the case's: the environment could not be had. Where we failed ourselves, or nobody let it run, nothing was tested. */
function verdictOf(outcome: Outcome): VerdictKind {
  if (isHarnessFailure(outcome) || isStarved(outcome)) return 'untested';
  return isBeforeTheCase(outcome) ? 'unavailable' : outcome.kind;
}

function timing(good: readonly LoggedAttempt[]): Pick<Observed, 'medianRunSeconds' | 'firstRunSeconds'> {
  const runs = good.flatMap(({ report }) => report.timing?.runs ?? []);
  const first = good.flatMap(({ report }) => report.timing?.firstRun ?? []);
  return {
    medianRunSeconds: runs.length > 0 ? median(runs) : null,
    firstRunSeconds: first.length > 0 ? median(first) : null,
  };
}
