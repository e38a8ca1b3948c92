/**
 * Lower limits of silence, from the passes so far: what hangs need not be waited for as long as what nobody knows. Pure.
 *
 * A limit lowered too far costs a second attempt and never a wrong verdict: a hang under it is only suspected. Starting, importing and opening
 * the device keep their full limits: their times say nothing of the shape, and a second process would wait for them as well.
 */
import type { Fold } from './fold.ts';
import type { LoweredLimits, NewEvent } from '../../model/events.ts';
import type { AttemptReport } from '../../model/attempt/attempt.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import type { Case } from '../../model/cell.ts';
import type { Watchdog } from '../../matrix/file/schema.ts';
import type { Question } from '../../search/search.ts';
import { OUTCOMES } from '../../model/outcome.ts';
import type { Phase } from '../../model/attempt/phase.ts';
import { siteKey, type Site } from '../../model/site.ts';
import type { Begun } from '../../verdicts/fold/open-work.ts';
import { timesTheWork, type Work } from './work-ratio.ts';
import { isSuspected, saysGoodOrBad } from '../../model/grade.ts';

const LOWERABLE = ['allocate', 'first-run', 'steady', 'verify'] as const satisfies readonly Phase[];
/** Of one environment and setting: the latest are kept, and the longest time is never forgotten. */
const MOST_PASSES = 256;

interface Pass {
  readonly work: Work;
  /** Wall seconds in each phase. */
  readonly seconds: ReadonlyMap<string, number>;
}

/** What is known of one environment and setting. */
interface Past {
  count: number;
  passes: Pass[];
  readonly longest: Map<string, number>;
  refuted: number;
}

type Started = Extract<Begun, { event: 'attempt-started' }>;

export class AdaptiveDeadlines implements Fold {
  readonly #watchdog: Watchdog;
  readonly #pasts = new Map<string, Past>();
  /** Cells that hung under a lowered limit and were not tried at the full ones. */
  readonly #suspected = new Set<string>();
  /** What probes told of their work, by case: the same in every environment. */
  readonly #told = new Map<string, { readonly flops: number | null; readonly bytes: number | null }>();

  /** `watchdog` in wall seconds, as attempts get it. */
  constructor(watchdog: Watchdog) {
    this.#watchdog = watchdog;
  }

  apply(event: NewEvent, began: Begun | null): void {
    if (event.event === 'attempt-finished' && began?.event === 'attempt-started') this.#learn(began, event.report);
  }

  get known(): unknown {
    return { pasts: this.#pasts, suspected: this.#suspected, told: this.#told };
  }

  /** Null where every limit is the matrix's. A confirmation always gets those. */
  limitsFor({ cell, purpose }: Pick<Question, 'cell' | 'purpose'>): LoweredLimits | null {
    const { adaptive, deadlines } = this.#watchdog;
    if (adaptive === false || purpose !== 'search') return null;
    const past = this.#pasts.get(siteKey(cell));
    if (past === undefined || past.count < adaptive.after_passes) return null;
    const multiple = adaptive.multiple * 2 ** past.refuted;
    const work = this.#workOf(cell.case);
    const limits = LOWERABLE.flatMap((phase) => {
      const expected = expectedSeconds(past, phase, work);
      if (expected === null) return [];
      const seconds = Math.ceil(Math.max(adaptive.at_least, multiple * expected) * 1000) / 1000;
      const full = deadlines[phase];
      return seconds < full ? [{ phase, seconds, full }] : [];
    });
    return limits.length === 0 ? null : { multiple, limits };
  }

  #learn({ cell, purpose }: Started, report: AttemptReport): void {
    const { outcome, timing } = report;
    if (timing !== null && (timing.flops !== null || timing.bytes !== null)) {
      this.#told.set(canonicalJson(cell.case), { flops: timing.flops, bytes: timing.bytes });
    }
    if (purpose === 'search' && isSuspected(outcome)) this.#suspected.add(cell.id);
    if (purpose === 'confirm' && cameToAnEnd(report) && this.#suspected.has(cell.id)) {
      if (outcome.kind !== 'hang') this.#past(cell).refuted += 1;
      this.#suspected.delete(cell.id);
    }
    if (outcome.kind === 'pass' && (purpose === 'search' || purpose === 'confirm'))
      this.#pass(this.#past(cell), cell.case, report);
  }

  #pass(past: Past, parameters: Case, report: AttemptReport): void {
    const seconds = new Map(report.phases.map((one) => [one.phase, one.seconds]));
    past.count += 1;
    past.passes.push({ work: this.#workOf(parameters), seconds });
    if (past.passes.length > MOST_PASSES) past.passes.shift();
    for (const [phase, took] of seconds) past.longest.set(phase, Math.max(took, past.longest.get(phase) ?? 0));
  }

  #past(cell: Site): Past {
    const key = siteKey(cell);
    const known = this.#pasts.get(key);
    if (known !== undefined) return known;
    const past: Past = { count: 0, passes: [], longest: new Map(), refuted: 0 };
    this.#pasts.set(key, past);
    return past;
  }

  #workOf(parameters: Case): Work {
    const { flops = null, bytes = null } = this.#told.get(canonicalJson(parameters)) ?? {};
    return { flops, bytes, parameters };
  }
}

/**
 * An upper bound: time grows no faster than work, so each pass bounds it by its own time times the work in its own; the tightest counts,
 * but never less than the longest pass seen. Null when no pass has been through this phase.
 */
function expectedSeconds(past: Past, phase: Phase, work: Work): number | null {
  const longest = past.longest.get(phase);
  if (longest === undefined) return null;
  let tightest = Number.POSITIVE_INFINITY;
  for (const pass of past.passes) {
    const took = pass.seconds.get(phase);
    if (took !== undefined) tightest = Math.min(tightest, took * Math.max(1, timesTheWork(work, pass.work)));
  }
  return Math.max(longest, tightest);
}

/** Whether the attempt says anything of the suspicion: it hung again, or it ended by itself. */
function cameToAnEnd({ outcome }: AttemptReport): boolean {
  return saysGoodOrBad(outcome) && !OUTCOMES[outcome.kind].neverAgain;
}
