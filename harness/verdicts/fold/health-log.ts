/** The health probes of a journal, folded: what each said, which attempts are believed, which processes were left. No judgement of cells here. */
import type { JournalEvent } from '../../model/events.ts';
import { CreditRule } from './credit-rule.ts';
import type { Credit, Settled } from './health-rule.ts';
import type { Begun } from './open-work.ts';
import { ProcessesLeft } from './processes-left.ts';
import type { Sessions } from './sessions.ts';
import type { ControlResult, FailedWitness, HealthCheck, HealthSummary } from '../../model/results/results.ts';

type HealthStarted = Extract<Begun, { event: 'health-started' }>;
type Finished = Extract<JournalEvent, { event: 'health-finished' }>;

export class HealthLog {
  readonly #rule = new CreditRule(true);
  readonly #credits = new Map<string, Credit>();
  readonly #canaries: HealthCheck[] = [];
  readonly #controls: ControlResult[] = [];
  readonly #failedWitnesses: FailedWitness[] = [];
  #passedWitnesses = 0;
  readonly #unfit = new Set<string>();
  readonly #left: ProcessesLeft;
  #seconds = 0;
  #ran = false;

  constructor(sessions: Sessions) {
    this.#left = new ProcessesLeft(sessions);
  }

  /** `began`: what the event ends. */
  apply(event: JournalEvent, began: Begun | null): void {
    this.#left.apply(event);
    switch (event.event) {
      case 'run-resumed':
      case 'attempt-started':
      case 'attempt-finished':
      case 'health-started':
        this.#settle(this.#rule.see(event, began));
        return;
      case 'health-finished':
        this.#settle(this.#rule.see(event, began));
        if (began?.event === 'health-started') this.#finish(event, began);
        return;
      default:
        return;
    }
  }

  /** The journal is over: what was held back is settled. */
  close(): void {
    this.#settle(this.#rule.rest());
  }

  /** What an attempt counts for; `counts` for one that nothing was found against. */
  credit(attempt: string): Credit {
    return this.#credits.get(attempt) ?? 'counts';
  }

  /** undefined where there is nothing to tell. */
  summary(): HealthSummary | undefined {
    const left = this.#left.all;
    if (!this.#ran && left.length === 0) return undefined;
    const of = (wanted: HealthCheck['result']): number =>
      this.#canaries.filter(({ result }) => result === wanted).length;
    return {
      canaries: { healthy: of('healthy'), sick: of('sick'), inconclusive: of('inconclusive') },
      seconds: this.#seconds,
      failures: this.#canaries.filter(({ result }) => result !== 'healthy'),
      ...(this.#passedWitnesses + this.#failedWitnesses.length === 0
        ? {}
        : { witnesses: { passed: this.#passedWitnesses, failed: this.#failedWitnesses } }),
      unfit: [...this.#unfit],
      voidAttempts: [...this.#credits.values()].filter((credit) => credit === 'void').length,
      left: left.map(({ process, attempt, ended }) => ({ pid: process.pid, attempt, ended })),
    };
  }

  get controls(): readonly ControlResult[] {
    return this.#controls;
  }

  #settle(settled: readonly Settled[]): void {
    for (const { attempt, credit } of settled) if (credit !== 'counts') this.#credits.set(attempt, credit);
  }

  #finish({ check, result, reason, seconds, outcome }: Finished, began: HealthStarted): void {
    this.#ran = true;
    this.#seconds += seconds;
    if (result === null) return;
    const { probe, why, environment, setting, after } = began;
    if (probe === 'witness') {
      // Before anything was tried it only warms up; that it passed then tells nothing of what came after.
      if (result === 'healthy') this.#passedWitnesses += why === 'start' || (why === 'retry' && after === null) ? 0 : 1;
      else
        this.#failedWitnesses.push({
          check,
          why,
          environment,
          setting,
          result,
          reason,
          seconds,
          after,
          case: { ...began.case },
        });
      return;
    }
    if (probe !== 'canary') {
      const occasion = after === null ? 'before' : 'after-hang';
      this.#controls.push({
        control: probe,
        environment,
        setting,
        occasion,
        case: { ...began.case },
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
}
