/** The health probes of a journal, folded: what each said, which attempts are believed, which processes were left. No judgement of cells here. */
import { processKey } from '../../model/attempt.ts';
import type { JournalEvent } from '../../model/events.ts';
import { HealthRule, type Credit } from './health-rule.ts';
import type { ControlResult, HealthCheck, HealthSummary } from '../../model/results/results.ts';

type Started = Extract<JournalEvent, { event: 'health-started' }>;
type Finished = Extract<JournalEvent, { event: 'health-finished' }>;

export class HealthLog {
  readonly #rule = new HealthRule(true);
  readonly #credits = new Map<string, Credit>();
  readonly #open = new Map<string, Started>();
  readonly #canaries: HealthCheck[] = [];
  readonly #controls: ControlResult[] = [];
  readonly #unfit = new Set<string>();
  readonly #left = new Map<string, HealthSummary['left'][number]>();
  #seconds = 0;
  #ran = false;

  see(event: JournalEvent): void {
    switch (event.event) {
      case 'attempt-started':
        this.#settle(this.#rule.see(event));
        return;
      case 'attempt-finished':
        this.#settle(this.#rule.see(event));
        for (const process of event.report.cleanup.leftProcesses ?? []) this.#leave(process, event.attempt);
        return;
      case 'health-started':
        this.#settle(this.#rule.see(event));
        this.#open.set(event.check, event);
        return;
      case 'health-finished':
        this.#settle(this.#rule.see(event));
        this.#finish(event);
        for (const process of event.left) this.#leave(process, event.check);
        return;
      case 'process-ended': {
        const known = this.#left.get(processKey(event.process));
        if (known !== undefined) this.#left.set(processKey(event.process), { ...known, ended: event.reason });
        return;
      }
      default:
        return;
    }
  }

  /** What an attempt counts for; `counts` for one that nothing was found against. */
  credit(attempt: string): Credit {
    return this.#credits.get(attempt) ?? 'counts';
  }

  /** undefined where there is nothing to tell. */
  summary(): HealthSummary | undefined {
    if (!this.#ran && this.#left.size === 0) return undefined;
    const of = (wanted: HealthCheck['result']): number =>
      this.#canaries.filter(({ result }) => result === wanted).length;
    return {
      canaries: { healthy: of('healthy'), sick: of('sick'), inconclusive: of('inconclusive') },
      seconds: this.#seconds,
      failures: this.#canaries.filter(({ result }) => result !== 'healthy'),
      unfit: [...this.#unfit],
      voidAttempts: [...this.#credits.values()].filter((credit) => credit === 'void').length,
      left: [...this.#left.values()],
    };
  }

  get controls(): readonly ControlResult[] {
    return this.#controls;
  }

  #settle(settled: ReturnType<HealthRule['see']>): void {
    for (const { attempt, credit } of settled) if (credit !== 'counts') this.#credits.set(attempt, credit);
  }

  #finish({ check, result, reason, seconds, outcome }: Finished): void {
    const started = this.#open.get(check);
    this.#open.delete(check);
    if (started === undefined) return;
    this.#ran = true;
    this.#seconds += seconds;
    if (result === null) return;
    const { probe, why, environment, setting, after } = started;
    if (probe !== 'canary') {
      const occasion = after === null ? 'before' : 'after-hang';
      this.#controls.push({
        control: probe,
        environment,
        setting,
        occasion,
        case: { ...started.case },
        result,
        outcome: outcome.kind,
        reason,
        seconds,
      });
      return;
    }
    const before = this.#canaries.at(-1);
    if (why === 'second-opinion' && result === 'healthy') {
      const sick = this.#canaries.findLast((one) => one.result === 'sick' && one.why !== 'second-opinion') ?? before;
      if (sick !== undefined) this.#unfit.add(sick.environment);
    } else if (result === 'healthy') this.#unfit.delete(environment);
    this.#canaries.push({ check, why, environment, setting, result, reason, seconds, after });
  }

  #leave(process: { readonly pid: number; readonly startTicks: number }, attempt: string): void {
    this.#left.set(processKey(process), { pid: process.pid, attempt, ended: null });
  }
}
