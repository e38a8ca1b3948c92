/**
 * The executor that starts real processes. Each question of it is answered by a part: which environments are ready, which workers live,
 * how one is started, how an attempt is made in it, what it loads.
 */
import { warn } from './environment-notes.ts';
import { AttemptMaker, type AttemptPorts } from './attempt-maker.ts';
import { LibraryRecorder, type LibraryPorts } from './library-recorder.ts';
import { ReadyEnvironments, type ProvisionPorts } from './ready-environments.ts';
import { WorkerPool } from './worker-pool.ts';
import { WorkerStarter, type StartPorts } from './worker-starter.ts';
import type { Executor, HealthSlot, WorkerSlot, Prober } from '../executor.ts';
import type { Cell } from '../../model/cell.ts';
import { siteKey, type Site } from '../../model/site.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import type { Worker } from '../../supervisor/types.ts';

type Taken =
  | { readonly kind: 'taken'; readonly key: string; readonly worker: Worker }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface WorkerPorts extends ProvisionPorts {
  readonly matrix: Matrix;
  readonly start: StartPorts;
  readonly attempts: AttemptPorts;
  readonly libraries: LibraryPorts;
}

export class WorkerExecutor implements Executor, Prober {
  readonly #ports: WorkerPorts;
  readonly #libraries: LibraryRecorder;
  readonly #pool: WorkerPool;
  readonly #environments: ReadyEnvironments;
  readonly #starter: WorkerStarter;
  readonly #maker: AttemptMaker;

  constructor(ports: WorkerPorts) {
    this.#ports = ports;
    this.#pool = new WorkerPool((text) => warn(ports, text));
    this.#libraries = new LibraryRecorder(ports.libraries, ports);
    this.#environments = new ReadyEnvironments(ports, () => this.#pool.endIdle());
    this.#starter = new WorkerStarter(ports.start, ports, this.#libraries);
    this.#maker = new AttemptMaker(ports.attempts, ports.matrix, this.#libraries);
  }

  async sameAs(cell: Cell, signal: AbortSignal): Promise<string | null> {
    if (!this.#libraries.knows(cell)) {
      const taken = await this.#take(cell, false, signal);
      if (taken.kind === 'taken') await this.#pool.giveBack(taken.key, taken.worker);
    }
    return this.#ports.libraries.known.sameAs(cell);
  }

  async place(cell: Cell, signal: AbortSignal): Promise<WorkerSlot> {
    const taken = await this.#take(cell, false, signal);
    if (taken.kind === 'unavailable') return taken;
    return {
      kind: 'ready',
      attempt: (order, cancel, onPhase) =>
        this.#andGiveBack(taken, (worker) => this.#maker.attempt(worker, order, cancel, onPhase)),
    };
  }

  async healthPlace(site: Site, fresh: boolean, signal: AbortSignal): Promise<HealthSlot> {
    const taken = await this.#take(site, fresh, signal);
    if (taken.kind === 'unavailable') return taken;
    return {
      kind: 'ready',
      probe: (order, cancel) => this.#andGiveBack(taken, (worker) => this.#maker.probe(worker, order, cancel)),
    };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  /** `fresh`: an idle worker of this site is ended, and a new one started. */
  async #take(site: Site, fresh: boolean, signal: AbortSignal): Promise<Taken> {
    const environment = this.#ports.matrix.environments.find(({ name }) => name === site.environment);
    if (environment === undefined)
      return { kind: 'unavailable', reason: `the matrix has no environment ${site.environment}` };
    const key = siteKey(site);
    const broken = this.#starter.broken(key);
    if (broken !== null) return { kind: 'unavailable', reason: broken };
    const provisioned = await this.#environments.get(environment, signal);
    if (provisioned.kind === 'unavailable') return provisioned;
    const idle = this.#pool.take(key);
    if (idle !== null && !fresh) return { kind: 'taken', key, worker: idle };
    if (idle !== null) await this.#pool.end(idle);
    const worker = await this.#starter.start(environment, site.setting, provisioned, signal);
    if (typeof worker === 'string') return { kind: 'unavailable', reason: worker };
    this.#pool.add(worker);
    await this.#starter.announce(environment, site.setting, worker);
    return { kind: 'taken', key, worker };
  }

  async #andGiveBack<Made>(
    { key, worker }: Extract<Taken, { kind: 'taken' }>,
    make: (worker: Worker) => Promise<Made>,
  ): Promise<Made> {
    try {
      return await make(worker);
    } finally {
      await this.#pool.giveBack(key, worker);
    }
  }
}
