/** Which workers live, and which of them are idle: those are kept while they are useful. */
import type { Worker } from '../../supervisor/types.ts';

/** Idle workers kept: a search comes back to the environment it just left, hardly ever to an older one. */
const IDLE_WORKERS = 2;

export class WorkerPool {
  readonly #workers = new Set<Worker>();
  /** Oldest first. `key`: of the site. */
  #idle: { readonly key: string; readonly worker: Worker }[] = [];
  readonly #warn: (text: string) => Promise<void>;

  /** `warn` is told of what an ended worker has left behind. */
  constructor(warn: (text: string) => Promise<void>) {
    this.#warn = warn;
  }

  /** A worker that was started; whoever uses it gives it back. */
  add(worker: Worker): void {
    this.#workers.add(worker);
  }

  /** An idle worker of this site, or null. */
  take(key: string): Worker | null {
    const index = this.#idle.findIndex((one) => one.key === key);
    if (index < 0) return null;
    const [taken] = this.#idle.splice(index, 1);
    return taken?.worker ?? null;
  }

  async giveBack(key: string, worker: Worker): Promise<void> {
    if (!worker.alive) return this.end(worker);
    this.#idle.push({ key, worker });
    while (this.#idle.length > IDLE_WORKERS) {
      const oldest = this.#idle.shift();
      if (oldest === undefined) return;
      await this.end(oldest.worker);
    }
  }

  async end(worker: Worker): Promise<void> {
    this.#workers.delete(worker);
    await this.#stop(worker);
  }

  async endIdle(): Promise<void> {
    const idle = this.#idle;
    this.#idle = [];
    for (const { worker } of idle) await this.end(worker);
  }

  /** Ends all of them. */
  async close(): Promise<void> {
    this.#idle = [];
    await Promise.all([...this.#workers].map((worker) => this.#stop(worker)));
    this.#workers.clear();
  }

  async #stop(worker: Worker): Promise<void> {
    await worker.stop();
    if (worker.unaccounted !== undefined && worker.unaccounted !== null) await this.#warn(worker.unaccounted);
  }
}
