/**
 * When the device is asked whether it is healthy, and what happens when it is not: cool down, ask again in a fresh process, ask in
 * another environment, quarantine. What its answers mean for attempts is the health rule's business (verdicts/health-rule.ts).
 */
import type { Ledger } from '../state/search-answers.ts';
import type { Recorder } from '../loop.ts';
import type { Observer } from '../observer.ts';
import { sickAdvice, unkillableAdvice } from './health-advice.ts';
import type { AttemptReport, Isolation } from '../../model/attempt.ts';
import { emptyReport } from '../../model/empty-report.ts';
import type { DeviceInfo, HealthProbe, HealthReason, HealthResult, JournalEvent } from '../../model/events.ts';
import type { Case, Cell } from '../../model/cell.ts';
import type { Control } from '../../model/control.ts';
import type { Site } from '../../model/site.ts';
import type { Health } from '../../matrix/file/schema.ts';
import { diagnose } from '../../verdicts/fold/canary.ts';
import { isSuspicious } from '../../verdicts/fold/health-rule.ts';
import { isHarnessFailure } from '../../model/grade.ts';

export interface HealthOrder {
  readonly check: string;
  readonly probe: HealthProbe;
  readonly site: Site;
  readonly case: Case;
  readonly isolation: Isolation;
}

export type HealthPlace =
  | { readonly kind: 'ready'; probe(order: HealthOrder, signal: AbortSignal): Promise<AttemptReport> }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Starts the processes; an executor does. */
export interface Prober {
  /** `fresh`: in a worker that has made nothing yet. */
  healthPlace(site: Site, fresh: boolean, signal: AbortSignal): Promise<HealthPlace>;
}

export interface HealthPorts {
  /** Times in wall seconds. */
  readonly health: Health;
  readonly controls: readonly Control[];
  readonly device: DeviceInfo;
  /** Names of the matrix's environments, in order. */
  readonly environments: readonly string[];
  readonly prober: Prober;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly observer: Observer;
  readonly bootId: string;
  /** Resolves early when the signal aborts. */
  sleep(seconds: number, signal: AbortSignal): Promise<void>;
}

/** Other environments that are asked before a device is quarantined: building one may take minutes. */
const SECOND_OPINIONS = 2;
const HARNESS_TRIES = 3;

interface Asked {
  readonly probe: HealthProbe;
  readonly why: HealthReason;
  readonly site: Site;
  readonly case: Case;
  readonly fresh: boolean;
  readonly cooledSeconds: number;
  readonly after: string | null;
}

/** unavailable: nothing could be started there, and nothing was recorded. */
type Answer =
  | { readonly kind: 'told'; readonly result: HealthResult; readonly reason: string; readonly report: AttemptReport }
  | { readonly kind: 'unavailable' }
  | { readonly kind: 'cut-off' };

type Sick = Extract<Answer, { kind: 'told' }>;
type HealthStarted = Extract<JournalEvent, { event: 'health-started' }>;

export class DeviceHealth {
  readonly #ports: HealthPorts;
  #asked = false;
  readonly #counts = new Map<string, number>();
  readonly #open = new Map<string, HealthStarted>();
  /** Environments in which canaries passed, the latest last. */
  readonly #fit = new Set<string>();
  /** Environments in which the canary fails while the device is healthy in another. */
  readonly #unfit = new Set<string>();
  /** Controls that were run, with their environment, setting and occasion. */
  readonly #controlled = new Set<string>();
  /** While the device cools down and is asked again: what that finds. */
  #recovery: Promise<string | null> | null = null;

  constructor(ports: HealthPorts) {
    this.#ports = ports;
  }

  /** Every event of the journal, in order; its own ones too. */
  see(event: JournalEvent): void {
    if (event.event === 'health-started') {
      const counter = Number(event.check.slice(event.probe.length + 1));
      if (Number.isSafeInteger(counter))
        this.#counts.set(event.probe, Math.max(counter, this.#counts.get(event.probe) ?? 0));
      this.#open.set(event.check, event);
    }
    if (event.event !== 'health-finished') return;
    const started = this.#open.get(event.check);
    this.#open.delete(event.check);
    if (started === undefined || event.result === null) return;
    this.#learn(started, event.result);
  }

  /** Before an attempt of this cell; returns why the device must be quarantined, or null. */
  async before(cell: Cell, signal: AbortSignal): Promise<string | null> {
    const found = await this.#recovery;
    if (found !== null || signal.aborted) return found;
    if (this.#ports.health.canary && !this.#asked) {
      const sick = await this.#check('start', cell, null, signal);
      if (sick !== null || signal.aborted) return sick;
    }
    return this.#controls(cell, null, signal);
  }

  /** After an attempt whose end is recorded; returns why the device must be quarantined, or null. */
  async after(attempt: string, cell: Cell, { outcome }: AttemptReport, signal: AbortSignal): Promise<string | null> {
    const { health, ledger } = this.#ports;
    if (signal.aborted) return null;
    if (!isSuspicious(outcome)) {
      const due = health.canary && health.every > 0 && ledger.passes >= health.every;
      return due ? this.#check('periodic', cell, attempt, signal) : null;
    }
    const sick = health.canary ? await this.#check('bad-outcome', cell, attempt, signal) : null;
    if (sick !== null || signal.aborted || outcome.kind !== 'hang') return sick;
    return this.#controls(cell, attempt, signal);
  }

  async #check(
    why: HealthReason,
    { environment, setting }: Site,
    after: string | null,
    signal: AbortSignal,
  ): Promise<string | null> {
    const own = this.#unfit.has(environment) ? [...this.#fit].at(-1) : undefined;
    const site = own === undefined ? { environment, setting } : { environment: own, setting: 'default' };
    const ask = (more: Partial<Asked>): Promise<Answer> =>
      this.#ask({ probe: 'canary', why, site, case: {}, fresh: false, cooledSeconds: 0, after, ...more }, signal);
    const answer = await ask({});
    if (answer.kind === 'unavailable') return null;
    this.#asked = true;
    if (!isSick(answer)) return null;
    // Attempts at the same time meet the same sick device: it cools down once, and all of them wait for that.
    this.#recovery ??= this.#recover(answer, site.environment, ask, signal).finally(() => {
      this.#recovery = null;
    });
    return this.#recovery;
  }

  /** Returns why the device must be quarantined, or null. `first`: the answer that showed it sick. */
  async #recover(
    first: Sick,
    environment: string,
    ask: (more: Partial<Asked>) => Promise<Answer>,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { health, device } = this.#ports;
    let answer: Answer = first;
    for (let retry = 1; retry <= health.retries && isSick(answer); retry += 1) {
      this.#ports.observer({ kind: 'sick', reason: answer.reason, retry, retries: health.retries });
      await this.#ports.sleep(health.cool_down, signal);
      const next = await ask({ why: 'retry', fresh: true, cooledSeconds: health.cool_down });
      if (next.kind === 'told') answer = next;
      else if (next.kind === 'cut-off') return null;
    }
    if (!isSick(answer)) return null;
    for (const other of this.#others(environment)) {
      if (answer.report.outcome.kind === 'unkillable') break;
      const opinion = await ask({ why: 'second-opinion', site: { environment: other, setting: 'default' } });
      if (signal.aborted) return null;
      if (opinion.kind !== 'told' || opinion.result !== 'healthy') continue;
      this.#unfit.add(environment);
      this.#ports.observer({ kind: 'unfit', environment, reason: answer.reason });
      return null;
    }
    const { outcome, evidence, cleanup } = answer.report;
    if (outcome.kind !== 'unkillable') return sickAdvice(outcome, answer.reason, device);
    return unkillableAdvice(
      'the canary',
      cleanup.left[0] ?? null,
      outcome.state,
      evidence?.processes.find(({ pid }) => pid === cleanup.left[0]),
      device,
    );
  }

  /** Those that were fit first, the latest of them first; then the others in the matrix's order. */
  #others(environment: string): readonly string[] {
    const known = [...this.#fit].toReversed();
    const rest = this.#ports.environments.filter((name) => !this.#fit.has(name) && !this.#unfit.has(name));
    return [...known, ...rest].filter((name) => name !== environment).slice(0, SECOND_OPINIONS);
  }

  /** `after`: the hang that is the reason; null before the first attempt. A control that fails is followed by a canary. */
  async #controls(cell: Cell, after: string | null, signal: AbortSignal): Promise<string | null> {
    for (const probe of this.#ports.controls) {
      if (this.#controlled.has(occasion(probe, cell, after))) continue;
      const { environment, setting } = cell;
      const answer = await this.#ask(
        {
          probe,
          why: 'control',
          site: { environment, setting },
          case: cell.case,
          fresh: false,
          cooledSeconds: 0,
          after,
        },
        signal,
      );
      if (answer.kind === 'unavailable' || signal.aborted) return null;
      if (!isSick(answer) || !this.#ports.health.canary) continue;
      const sick = await this.#check('bad-outcome', cell, after, signal);
      if (sick !== null || signal.aborted) return sick;
    }
    return null;
  }

  async #ask(asked: Asked, signal: AbortSignal): Promise<Answer> {
    for (let tries = 1; ; tries += 1) {
      const place = await this.#ports.prober.healthPlace(asked.site, asked.fresh || tries > 1, signal);
      if (signal.aborted) return { kind: 'cut-off' };
      if (place.kind === 'unavailable' && asked.after === null) return { kind: 'unavailable' };
      const check = this.#nextCheck(asked.probe);
      const report = await this.#probe(check, asked, place, signal);
      const harnessFailed = isHarnessFailure(report.outcome);
      const again = harnessFailed && tries < HARNESS_TRIES;
      const diagnosis = diagnose(report.outcome);
      const result = again ? null : diagnosis.result;
      await this.#finish(check, asked, result, diagnosis.reason, report);
      if (result !== null) return { kind: 'told', result, reason: diagnosis.reason, report };
      if (!again || signal.aborted) return { kind: 'cut-off' };
    }
  }

  #nextCheck(probe: HealthProbe): string {
    const number = (this.#counts.get(probe) ?? 0) + 1;
    this.#counts.set(probe, number);
    return `${probe}.${number}`;
  }

  async #probe(check: string, asked: Asked, place: HealthPlace, signal: AbortSignal): Promise<AttemptReport> {
    const { recorder, ledger, observer, bootId } = this.#ports;
    const { probe, why, site, cooledSeconds, after } = asked;
    // A control must not be at the mercy of the fork server, and neither must a second try of the canary.
    const isolation = probe === 'canary' && why !== 'retry' ? 'fork' : 'spawn';
    await recorder.appendDurably({
      event: 'health-started',
      check,
      probe,
      why,
      ...site,
      case: { ...asked.case },
      isolation,
      cooledSeconds,
      after,
      bootId,
    });
    ledger.see({ event: 'health-started', check, probe });
    observer({ kind: 'health-started', probe, environment: site.environment });
    if (place.kind === 'unavailable') return emptyReport({ kind: 'unavailable', reason: place.reason });
    try {
      return await place.probe({ check, probe, site, case: asked.case, isolation }, signal);
    } catch (error) {
      // A defect of ours; the measured past of the run must survive it.
      return emptyReport({ kind: 'error', phase: 'start', errorClass: 'harness', message: String(error) });
    }
  }

  async #finish(
    check: string,
    { probe, site, after }: Asked,
    result: HealthResult | null,
    reason: string,
    report: AttemptReport,
  ): Promise<void> {
    const { recorder, ledger, observer } = this.#ports;
    const { outcome, seconds, cleanup } = report;
    await recorder.append({
      event: 'health-finished',
      check,
      result,
      outcome,
      seconds,
      reason,
      left: cleanup.leftProcesses ?? [],
    });
    ledger.see({ event: 'health-finished', check, result });
    observer({ kind: 'health-finished', probe, environment: site.environment, result, reason });
    if (result !== null) this.#learn({ probe, ...site, after }, result);
  }

  #learn(
    { probe, environment, setting, after }: Pick<HealthStarted, 'probe' | 'environment' | 'setting' | 'after'>,
    result: HealthResult,
  ): void {
    if (probe !== 'canary') {
      this.#controlled.add(occasion(probe, { environment, setting }, after));
      return;
    }
    if (result !== 'healthy') return;
    this.#fit.delete(environment);
    this.#fit.add(environment);
    this.#unfit.delete(environment);
  }
}

function isSick(answer: Answer): answer is Sick {
  return answer.kind === 'told' && answer.result === 'sick';
}

function occasion(probe: HealthProbe, { environment, setting }: Site, after: string | null): string {
  return JSON.stringify([probe, environment, setting, after === null ? 'before' : 'after-hang']);
}
