/** A journal folded into what judging needs: attempts with their ends, environments, how the run stands. No judgement here. */
import type { AttemptReport } from '../../model/attempt/attempt.ts';
import type { EnvironmentVersions, JournalEvent } from '../../model/events.ts';
import { OpenWork } from './open-work.ts';
import { Sessions } from './sessions.ts';
import { NoVerdictError } from '../../model/errors.ts';
import { HealthLog } from './health-log.ts';
import { LibraryLog } from './library-log.ts';
import { leavesOpen } from '../../model/grade.ts';
import { OUTCOMES } from '../../model/outcome.ts';
import { siteKey } from '../../model/site.ts';
import type { AttemptResult, ControlResult, HealthSummary, Results } from '../../model/results/results.ts';

type Opened = Extract<JournalEvent, { event: 'run-opened' }>;
type Started = Extract<JournalEvent, { event: 'attempt-started' }>;

/** An attempt with its end; one that the journal leaves open is cancelled or host-lost. */
export interface LoggedAttempt {
  readonly started: Started;
  readonly report: AttemptReport;
  /** As in results.json; absent for one that counts as it is. */
  readonly credit?: AttemptResult['credit'];
}

export type EnvironmentState =
  | { readonly kind: 'ready'; readonly versions: EnvironmentVersions }
  /** whole: under every setting. */
  | { readonly kind: 'unavailable'; readonly reason: string; readonly whole: boolean };

export interface RunLog {
  readonly opened: Opened;
  readonly resumed: number;
  readonly lastEventAt: string;
  readonly status: Results['run']['status'];
  readonly quarantineReason: string | null;
  /** Each once: a resumed run repeats them. */
  readonly warnings: readonly string[];
  /** In the order of their starts. */
  readonly attempts: readonly LoggedAttempt[];
  /** The last word on each environment that was asked for. */
  readonly environments: ReadonlyMap<string, EnvironmentState>;
  readonly libraries: LibraryLog;
  readonly health: HealthSummary | undefined;
  readonly controls: readonly ControlResult[];
  /** Why nothing can run in this environment under this setting; null when something can, or when nobody asked. */
  unavailable(environment: string, setting: string): string | null;
}

/** Throws NoVerdictError `journal-without-run` when the journal does not say which run it is. */
export function readRunLog(events: Iterable<JournalEvent>): RunLog {
  const fold = new JournalReading();
  for (const event of events) fold.apply(event);
  return fold.log();
}

class JournalReading {
  #opened: Opened | null = null;
  #lastEventAt = '';
  #status: RunLog['status'] = 'unfinished';
  #quarantineReason: string | null = null;
  readonly #warnings = new Set<string>();
  readonly #started = new Map<string, Started>();
  readonly #reports = new Map<string, AttemptReport>();
  readonly #open = new OpenWork();
  readonly #sessions = new Sessions();
  readonly #health = new HealthLog(this.#sessions);
  readonly #libraries = new LibraryLog();
  /** Attempts that took the machine down, with how often the run had been resumed before. */
  readonly #lost = new Map<string, number>();
  readonly #environments = new Map<string, EnvironmentState>();
  /** Reasons why workers do not start, by environment and setting. */
  readonly #refused = new Map<string, string>();

  apply(event: JournalEvent): void {
    this.#lastEventAt = event.at;
    const began = this.#open.apply(event);
    this.#sessions.apply(event);
    this.#health.apply(event, began);
    this.#libraries.apply(event);
    switch (event.event) {
      case 'run-opened':
        this.#opened ??= event;
        return;
      case 'run-resumed':
        this.#turn('unfinished', null);
        return;
      case 'warning':
        this.#warnings.add(event.text);
        return;
      case 'environment-ready':
        this.#environments.set(event.environment, { kind: 'ready', versions: event.versions });
        return;
      case 'environment-unavailable':
        this.#refuse(event.environment, event.setting, event.reason);
        return;
      case 'attempt-started':
        this.#started.set(event.attempt, event);
        this.#refused.delete(siteKey(event.cell));
        return;
      case 'attempt-finished':
        this.#reports.set(event.attempt, event.report);
        if (OUTCOMES[event.report.outcome.kind].tookHost) this.#lost.set(event.attempt, this.#sessions.resumed);
        return;
      case 'device-quarantined':
        this.#turn('quarantined', event.reason);
        return;
      case 'run-interrupted':
        this.#turn('interrupted', null);
        return;
      case 'run-finished':
        this.#turn('complete', null);
        return;
    }
  }

  log(): RunLog {
    if (this.#opened === null) {
      throw new NoVerdictError(
        'journal-without-run',
        'the journal does not begin with a run-opened event',
        'give the folder of a run that bench made',
      );
    }
    this.#health.close();
    const open = new Map(
      this.#open
        .endings(this.#sessions.bootId)
        .flatMap((end) => (end.event === 'attempt-finished' ? [[end.attempt, end.report] as const] : [])),
    );
    const attempts = [...this.#started].flatMap(([attempt, started]) => {
      const report = this.#reports.get(attempt) ?? open.get(attempt);
      if (report === undefined) return [];
      const credit = this.#credit(started);
      return [{ started, report, ...(credit === undefined ? {} : { credit }) }];
    });
    return {
      opened: this.#opened,
      resumed: this.#sessions.resumed,
      lastEventAt: this.#lastEventAt,
      status: this.#status,
      quarantineReason: this.#quarantineReason,
      warnings: [...this.#warnings],
      attempts,
      libraries: this.#libraries,
      health: this.#health.summary(),
      controls: this.#health.controls,
      environments: this.#environments,
      unavailable: (environment, setting) => {
        const state = this.#environments.get(environment);
        const whole = state?.kind === 'unavailable' && state.whole ? state.reason : null;
        return whole ?? this.#refused.get(siteKey({ environment, setting })) ?? null;
      },
    };
  }

  #credit({ attempt, cell }: Started): AttemptResult['credit'] {
    const credit = this.#health.credit(attempt);
    if (credit !== 'counts') return credit;
    const lostAt = this.#lost.get(attempt);
    if (lostAt === undefined || lostAt > this.#sessions.retriedUpTo) return undefined;
    return this.#saysMore(cell.id, attempt) ? 'retried' : undefined;
  }

  /** Whether a later attempt of the cell came to an end that says something. */
  #saysMore(cell: string, attempt: string): boolean {
    const own = [...this.#started.values()].filter((one) => one.cell.id === cell);
    const later = own.slice(own.findIndex((one) => one.attempt === attempt) + 1);
    return later.some((one) => {
      const outcome = this.#reports.get(one.attempt)?.outcome;
      return outcome !== undefined && !leavesOpen(outcome);
    });
  }

  /** A setting under which no worker starts says nothing of the environment, unless it is all that is known of it. */
  #refuse(environment: string, setting: string | null, reason: string): void {
    if (setting !== null) this.#refused.set(siteKey({ environment, setting }), reason);
    const known = this.#environments.has(environment);
    if (setting === null || !known)
      this.#environments.set(environment, { kind: 'unavailable', reason, whole: setting === null });
  }

  #turn(status: RunLog['status'], reason: string | null): void {
    this.#status = status;
    this.#quarantineReason = reason;
  }
}
