/**
 * The executor that starts real processes: environments are provisioned when first needed, workers are kept while they are
 * useful, and every attempt gets its own folder, variables and, on a simulated card, its fate.
 */
import type { HealthOrder, HealthPlace, Prober } from '../health/device-health.ts';
import { MAKERS } from '../../model/makers.ts';
import { siteKey, type Site } from '../../model/site.ts';
import type { Executor, Order, Place } from '../executor.ts';
import type { Recorder } from '../loop.ts';
import { disagreement } from './version-mismatch.ts';
import { Fingerprints } from './library-recorder.ts';
import type { Observer } from '../observer.ts';
import type { FolderOwner, PrivateFolders } from './private-folders.ts';
import type { AttemptReport } from '../../model/attempt.ts';
import type { DeviceInfo, HealthProbe, JournalEvent, MappedLibrary } from '../../model/events.ts';
import type { Case, Cell } from '../../model/cell.ts';
import { variablesFor } from '../../matrix/space/subject.ts';
import type { Matrix, Measure, Watchdog } from '../../matrix/file/schema.ts';
import type { AttemptRequest, OnPhase, StartWorker, Worker } from '../../supervisor/types.ts';
import type { Environment } from '../../matrix/kinds/kinds.ts';

/** Idle workers kept: a search comes back to the environment it just left, hardly ever to an older one. */
const IDLE_WORKERS = 2;

/** Once is enough; the probes bring their own tolerances. */
const HEALTH_MEASURE: Measure = { repeats: 0, budget: 0, verify: true, rtol: 0, atol: 0 };

type Taken =
  | { readonly kind: 'taken'; readonly key: string; readonly worker: Worker }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** How the Python of an environment is started. */
export type Provisioned =
  | {
      readonly kind: 'ready';
      readonly command: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** Where another program starts it: from a worker's variables to that program. */
      readonly wrap?: (variables: Readonly<Record<string, string>>) => Guest;
    }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly log?: string };

interface Guest {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  ended(): Promise<void>;
}

export interface WorkerPorts {
  readonly matrix: Matrix;
  readonly device: DeviceInfo;
  readonly runId: string;
  /** Absolute path of the probe; null on a simulated card. */
  readonly probe: string | null;
  readonly watchdog: Watchdog;
  /** For probes of the device's health. */
  readonly healthWatchdog: Watchdog;
  readonly recorder: Recorder;
  readonly observer: Observer;
  readonly startWorker: StartWorker;
  /** `letGo` ends every idle worker, so that environments may be removed that are not needed at this moment. */
  provision(environment: Environment, signal: AbortSignal, letGo: () => Promise<void>): Promise<Provisioned>;
  /** The probe's variables, complete: base, environment and setting. */
  variables(environment: Environment, setting: string): Record<string, string>;
  /** The scripted fate of this attempt, or null on a real device. */
  fate(cell: Cell, attempt: string): AttemptRequest['fate'];
  /** The same for a health probe. */
  probeFate(site: Site, parameters: Case, probe: HealthProbe, check: string): AttemptRequest['fate'];
  /** Makes and returns the evidence folder of an attempt. */
  evidenceFolder(attempt: string): Promise<string>;
  /** Removes that folder if it is empty. Never rejects. */
  dropEmptyEvidence(attempt: string): Promise<void>;
  /** Makes and returns the folder for a worker's own output. */
  workerFolder(environment: string, setting: string): Promise<string>;
  /** Which files the libraries are that a worker or an attempt has mapped. Never rejects; bounded. */
  identify(paths: readonly string[]): Promise<MappedLibrary[]>;
  /** Private databases and caches; `release` removes them. */
  privateFolders(owner: FolderOwner): Promise<PrivateFolders>;
}

export class WorkerExecutor implements Executor, Prober {
  readonly #ports: WorkerPorts;
  readonly #environments = new Map<string, Promise<Provisioned>>();
  /** Those of them that are there. */
  readonly #ready = new Set<string>();
  /** Settings whose worker does not start, by environment and setting. */
  readonly #broken = new Map<string, string>();
  readonly #announced = new Set<string>();
  readonly #workers = new Set<Worker>();
  /** Oldest first. */
  #idle: { readonly key: string; readonly worker: Worker }[] = [];

  readonly #prints: Fingerprints;

  constructor(ports: WorkerPorts) {
    this.#ports = ports;
    const { recorder, observer, identify, matrix } = ports;
    this.#prints = new Fingerprints({
      recorder,
      observer,
      identify,
      variables: (environment, setting) => variablesFor(matrix, environment, setting),
      merged: matrix.same_libraries === 'merge',
    });
  }

  /** Told the journal of a resumed run. */
  restore(event: JournalEvent): void {
    this.#prints.restore(event);
  }

  async sameAs(cell: Cell, signal: AbortSignal): Promise<string | null> {
    const { environment, setting } = cell;
    if (!this.#prints.knows(environment, setting)) {
      const taken = await this.#take(cell, false, signal);
      if (taken.kind === 'taken') await this.#giveBack(taken.key, taken.worker);
    }
    return this.#prints.sameAs(environment, setting);
  }

  async place(cell: Cell, signal: AbortSignal): Promise<Place> {
    const taken = await this.#take(cell, false, signal);
    if (taken.kind === 'unavailable') return taken;
    const { key, worker } = taken;
    return {
      kind: 'ready',
      attempt: async (order, cancel, onPhase) => {
        try {
          return await this.#attempt(worker, order, cancel, onPhase);
        } finally {
          await this.#giveBack(key, worker);
        }
      },
    };
  }

  async healthPlace(site: Site, fresh: boolean, signal: AbortSignal): Promise<HealthPlace> {
    const taken = await this.#take(site, fresh, signal);
    if (taken.kind === 'unavailable') return taken;
    const { key, worker } = taken;
    return {
      kind: 'ready',
      probe: async (order, cancel) => {
        try {
          return await this.#probe(worker, order, cancel);
        } finally {
          await this.#giveBack(key, worker);
        }
      },
    };
  }

  /** `fresh`: an idle worker of this environment and setting is ended, and a new one started. */
  async #take(site: Site, fresh: boolean, signal: AbortSignal): Promise<Taken> {
    const environment = this.#ports.matrix.environments.find(({ name }) => name === site.environment);
    if (environment === undefined)
      return { kind: 'unavailable', reason: `the matrix has no environment ${site.environment}` };
    const key = siteKey(site);
    const broken = this.#broken.get(key);
    if (broken !== undefined) return { kind: 'unavailable', reason: broken };
    const provisioned = await this.#provision(environment, signal);
    if (provisioned.kind === 'unavailable') return provisioned;
    const idle = this.#takeIdle(key);
    if (fresh && idle !== null) {
      this.#workers.delete(idle);
      await idle.stop();
    }
    const worker = fresh || idle === null ? await this.#start(environment, site.setting, provisioned, signal) : idle;
    if (typeof worker !== 'string') return { kind: 'taken', key, worker };
    this.#broken.set(key, worker);
    return { kind: 'unavailable', reason: worker };
  }

  async close(): Promise<void> {
    this.#idle = [];
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
    this.#workers.clear();
  }

  #provision(environment: Environment, signal: AbortSignal): Promise<Provisioned> {
    const known = this.#environments.get(environment.name);
    if (known !== undefined) return known;
    const started = this.#provisionOnce(environment, signal);
    this.#environments.set(environment.name, started);
    return started;
  }

  async #provisionOnce(environment: Environment, signal: AbortSignal): Promise<Provisioned> {
    const { observer, provision } = this.#ports;
    observer({ kind: 'environment', environment: environment.name, state: 'preparing' });
    const provisioned = await provision(environment, signal, () => this.#letGo(environment.name));
    if (provisioned.kind === 'ready') this.#ready.add(environment.name);
    else if (!signal.aborted)
      await this.#unavailable(
        environment.name,
        null,
        [provisioned.reason, provisioned.log ?? ''].filter((text) => text !== '').join('\n'),
      );
    return provisioned;
  }

  /** Environments other than `kept` are asked for anew when they are needed again. */
  async #letGo(kept: string): Promise<void> {
    const idle = this.#idle;
    this.#idle = [];
    for (const { worker } of idle) {
      this.#workers.delete(worker);
      await worker.stop();
    }
    for (const name of this.#ready) {
      if (name !== kept) this.#environments.delete(name);
    }
    this.#ready.clear();
  }

  /** A worker, or why there is none. */
  async #start(
    environment: Environment,
    setting: string,
    provisioned: Extract<Provisioned, { kind: 'ready' }>,
    signal: AbortSignal,
  ): Promise<Worker | string> {
    const { startWorker, probe, runId, watchdog, variables, workerFolder, recorder, observer } = this.#ports;
    const own = { ...provisioned.env, ...variables(environment, setting) };
    const guest = provisioned.wrap?.(own);
    const started = await startWorker(
      {
        command: guest?.command ?? provisioned.command,
        probe,
        env: guest?.env ?? own,
        ...(guest === undefined ? {} : { guest }),
        directory: await workerFolder(environment.name, setting),
        runId,
        watchdog,
      },
      signal,
    );
    if (started.kind === 'unavailable') {
      const reason = started.log === '' ? started.reason : `${started.reason}\n${started.log}`;
      if (!signal.aborted) await this.#unavailable(environment.name, setting, reason);
      return reason;
    }
    const { worker } = started;
    const { mapped, ...versions } = worker.versions;
    this.#workers.add(worker);
    if (!this.#announced.has(environment.name)) {
      this.#announced.add(environment.name);
      await recorder.append({ event: 'environment-ready', environment: environment.name, versions });
      observer({ kind: 'environment', environment: environment.name, state: 'ready' });
      await this.#warn(disagreement(environment, versions));
    }
    await this.#prints.imported(environment.name, setting, mapped ?? []);
    return worker;
  }

  async #warn(text: string | null): Promise<void> {
    if (text === null) return;
    await this.#ports.recorder.append({ event: 'warning', text });
    this.#ports.observer({ kind: 'notice', text });
  }

  async #unavailable(environment: string, setting: string | null, reason: string): Promise<void> {
    await this.#ports.recorder.append({ event: 'environment-unavailable', environment, setting, reason });
    this.#ports.observer({ kind: 'environment', environment, state: 'unavailable', reason });
  }

  async #attempt(worker: Worker, order: Order, signal: AbortSignal, onPhase: OnPhase): Promise<AttemptReport> {
    const { matrix, device, probe, watchdog, fate, evidenceFolder, dropEmptyEvidence, privateFolders } = this.#ports;
    const { environment, setting } = order.cell;
    const folders = await privateFolders({
      attempt: order.attempt,
      cell: order.cell.id,
      given: this.#given(order.cell),
    });
    try {
      const { mapped, ...report } = await worker.attempt(
        {
          attempt: order.attempt,
          isolation: order.isolation,
          case: order.cell.case,
          device: MAKERS[device.kind].torchDevice,
          fate: fate(order.cell, order.attempt),
          measure: matrix.measure,
          torch: matrix.settings[order.cell.setting]?.torch ?? {},
          env: folders.env,
          directory: await evidenceFolder(order.attempt),
          watchdog,
          card: device,
          ...(probe !== null && this.#prints.wants(environment, setting) ? { libraries: true } : {}),
          ...(order.lowered === undefined ? {} : { lowered: order.lowered }),
        },
        { signal, onPhase },
      );
      await this.#prints.attempted(environment, setting, mapped ?? report.evidence?.libraries ?? null);
      // A quiet pass left nothing; a long run has thousands of them.
      if (report.outcome.kind === 'pass') await dropEmptyEvidence(order.attempt);
      return report;
    } finally {
      await folders.release();
    }
  }

  async #probe(
    worker: Worker,
    { check, probe, site, case: parameters, isolation }: HealthOrder,
    signal: AbortSignal,
  ): Promise<AttemptReport> {
    const { device, healthWatchdog, probeFate, evidenceFolder, dropEmptyEvidence, privateFolders } = this.#ports;
    const folders = await privateFolders({ attempt: check, cell: 'health', given: this.#given(site) });
    try {
      const report = await worker.attempt(
        {
          attempt: check,
          health: probe,
          isolation,
          case: parameters,
          device: MAKERS[device.kind].torchDevice,
          fate: probeFate(site, parameters, probe, check),
          measure: HEALTH_MEASURE,
          torch: {},
          env: folders.env,
          directory: await evidenceFolder(check),
          watchdog: healthWatchdog,
          card: device,
        },
        { signal, onPhase: () => {} },
      );
      if (report.outcome.kind === 'pass') await dropEmptyEvidence(check);
      return report;
    } finally {
      await folders.release();
    }
  }

  /** What the matrix sets itself is not replaced. */
  #given({ environment, setting }: Site): ReadonlySet<string> {
    return new Set(Object.keys(variablesFor(this.#ports.matrix, environment, setting)));
  }

  #takeIdle(key: string): Worker | null {
    const index = this.#idle.findIndex((one) => one.key === key);
    if (index < 0) return null;
    const [taken] = this.#idle.splice(index, 1);
    return taken?.worker ?? null;
  }

  async #giveBack(key: string, worker: Worker): Promise<void> {
    if (!worker.alive) {
      this.#workers.delete(worker);
      await worker.stop();
      return;
    }
    this.#idle.push({ key, worker });
    while (this.#idle.length > IDLE_WORKERS) {
      const oldest = this.#idle.shift();
      if (oldest === undefined) return;
      this.#workers.delete(oldest.worker);
      await oldest.worker.stop();
    }
  }
}
