/**
 * The environments of one run: each is found or built once, at most `jobs` builds at a time, and the next ones that the search will want are
 * built while probes run on those that are ready. Holds a lease on every environment that it gave out, until it is told to let go.
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { join } from 'node:path';
import { readdir, rm } from 'node:fs/promises';
import { tryLockFolder } from '../machine/lock/folder-lock.ts';
import { listKept, youngest } from './store/kept-environments.ts';
import { providerOf } from './kinds/kinds.ts';
import { provision } from './provision.ts';
import { unavailable, type Provisioned, type ProvisionOptions } from './provisioned.ts';
import { environmentsFolder } from './kinds/wheel/wheel-plan.ts';
import type { Environment } from '../matrix/kinds/kinds.ts';
import { sweepMarked } from '../machine/processes/sweep-marked.ts';

const DEFAULT_JOBS = 2;
/** Downloads of a build that nobody went on with for so long go. */
const STALE_DOWNLOADS_MS = 14 * 86_400_000;

type Tell = (environment: string, text: string) => void;

export class Provisioner {
  readonly #options: ProvisionOptions;
  readonly #tell: Tell;
  readonly #limit: LimitFunction;
  readonly #known = new Map<string, Promise<Provisioned>>();
  readonly #reserved = new Map<string, number>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #ahead: Environment[] = [];
  #swept: Promise<void> | null = null;

  /** `signal`: of the run. */
  constructor(options: ProvisionOptions, tell: Tell, signal: AbortSignal) {
    this.#signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#options = options;
    this.#tell = tell;
    this.#limit = pLimit(options.provision?.jobs ?? DEFAULT_JOBS);
  }

  /**
   * Never rejects. What could not be built stays so for this run, unless there was no room: `letGo` is asked to give up what is idle, and it is tried once more.
   */
  async ask(environment: Environment, letGo: () => Promise<void>): Promise<Provisioned> {
    this.#ahead = this.#ahead.filter(({ name }) => name !== environment.name);
    const first = await this.#get(environment, false);
    if (first.kind === 'ready' || this.#signal.aborted || first.lacksRoom !== true) return first;
    await letGo();
    for (const [name, one] of this.#known) {
      if (name === environment.name) this.#known.delete(name);
      else await this.#release(name, one);
    }
    return this.#get(environment, false);
  }

  /** Builds these in this order as soon as nothing that is asked for keeps the builders busy. */
  buildAhead(environments: readonly Environment[]): void {
    this.#ahead = environments.filter((one) => providerOf(one).isBuilt && !this.#known.has(one.name));
    this.#pump();
  }

  /** Ends builds that nobody waits for and lets every environment go. */
  async close(): Promise<void> {
    this.#ahead = [];
    this.#stop.abort();
    await Promise.all([...this.#known].map(([name, one]) => this.#release(name, one)));
    await this.#swept;
  }

  #pump(): void {
    while (this.#limit.activeCount + this.#limit.pendingCount < this.#limit.concurrency) {
      const next = this.#ahead.shift();
      if (next === undefined || this.#signal.aborted) return;
      void this.#getAhead(next);
    }
  }

  async #getAhead(environment: Environment): Promise<void> {
    const got = await this.#get(environment, true);
    // It may be different when it is asked for: then others may be removed for it.
    if (got.kind === 'unavailable') this.#known.delete(environment.name);
  }

  #get(environment: Environment, isAhead: boolean): Promise<Provisioned> {
    const known = this.#known.get(environment.name);
    if (known !== undefined) return known;
    const started = this.#limit(() => this.#provision(environment, isAhead));
    this.#known.set(environment.name, started);
    void started.finally(() => setImmediate(() => this.#pump()));
    return started;
  }

  async #provision(environment: Environment, isAhead: boolean): Promise<Provisioned> {
    if (providerOf(environment).isBuilt)
      await (this.#swept ??= sweepUnfinished(environmentsFolder(this.#options.ambient ?? process.env)));
    const options: ProvisionOptions = {
      ...this.#options,
      isAhead,
      onProgress: (text) => this.#tell(environment.name, text),
      reserved: (mine) => [...this.#reserved].reduce((sum, [key, bytes]) => (key === mine ? sum : sum + bytes), 0),
      reserve: (key, bytes) => {
        if (bytes === 0) this.#reserved.delete(key);
        else this.#reserved.set(key, bytes);
      },
    };
    return provision(environment, options, this.#signal).catch((error: unknown) =>
      unavailable(`cannot provide ${environment.name}: ${String(error)}`),
    );
  }

  async #release(name: string, one: Promise<Provisioned>): Promise<void> {
    const got = await one;
    if (got.kind !== 'ready') return;
    got.release?.();
    this.#known.delete(name);
  }
}

/**
 * What builds left behind whose harness was killed: their processes, their half-made environments, and downloads that nobody went on with.
 * Builds that are running hold their lock and are left alone. Never rejects.
 */
export async function sweepUnfinished(root: string): Promise<void> {
  try {
    for (const { key, folder, marker } of await listKept(root)) {
      const lock = marker === null ? await tryLockFolder(folder) : null;
      if (lock === null) continue;
      try {
        await sweepMarked(`BENCH_BUILD=${key}`);
        for (const name of await readdir(folder)) {
          if (name.startsWith('venv-')) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 });
        }
        if (youngest(folder, Date.now()) > STALE_DOWNLOADS_MS)
          await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      } finally {
        lock.release();
      }
    }
  } catch {
    // A cache that cannot be tidied is no reason not to build.
  }
}
