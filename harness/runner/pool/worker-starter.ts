/** Starts workers and says what was found of their environments: that they are ready, which versions they load, that nothing starts there. */
import { tellUnavailable, warn, type NotePorts } from './environment-notes.ts';
import type { LibraryRecorder } from './library-recorder.ts';
import { withLog } from './ready-environments.ts';
import { disagreement } from './version-mismatch.ts';
import type { Ready } from '../../environments/provisioned.ts';
import type { Watchdog } from '../../matrix/file/schema.ts';
import type { Environment } from '../../matrix/kinds/kinds.ts';
import { siteKey } from '../../model/site.ts';
import type { StartWorker, Worker } from '../../supervisor/types.ts';

export interface StartPorts {
  readonly runId: string;
  /** Absolute path of the probe; null on a simulated card. */
  readonly probe: string | null;
  readonly watchdog: Watchdog;
  readonly startWorker: StartWorker;
  /** The probe's variables, complete: base, environment and setting. */
  variables(environment: Environment, setting: string): Record<string, string>;
  /** Makes and returns the folder for a worker's own output. */
  workerFolder(environment: string, setting: string): Promise<string>;
}

export class WorkerStarter {
  readonly #ports: StartPorts;
  readonly #notes: NotePorts;
  readonly #libraries: LibraryRecorder;
  /** Why no worker starts, by site. */
  readonly #broken = new Map<string, string>();
  readonly #announced = new Set<string>();

  constructor(ports: StartPorts, notes: NotePorts, libraries: LibraryRecorder) {
    this.#ports = ports;
    this.#notes = notes;
    this.#libraries = libraries;
  }

  /** Why no worker starts there; null where that is not known. */
  broken(key: string): string | null {
    return this.#broken.get(key) ?? null;
  }

  /** A worker, or why there is none. */
  async start(
    environment: Environment,
    setting: string,
    provisioned: Ready,
    signal: AbortSignal,
  ): Promise<Worker | string> {
    const { startWorker, probe, runId, watchdog, variables, workerFolder } = this.#ports;
    const own = { ...provisioned.env, ...variables(environment, setting) };
    const guest = provisioned.wrap?.(own);
    const site = { environment: environment.name, setting };
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
      const reason = withLog(started.reason, started.log);
      this.#broken.set(siteKey(site), reason);
      if (!signal.aborted) await tellUnavailable(this.#notes, environment.name, setting, reason);
      return reason;
    }
    return started.worker;
  }

  /** Of a worker that has just started; each environment and each site once. */
  async announce(environment: Environment, setting: string, worker: Worker): Promise<void> {
    const { mapped, ...versions } = worker.versions;
    const { name } = environment;
    if (!this.#announced.has(name)) {
      this.#announced.add(name);
      await this.#notes.recorder.append({ event: 'environment-ready', environment: name, versions });
      this.#notes.observer({ kind: 'environment', environment: name, state: 'ready' });
      const mismatch = disagreement(environment, versions);
      if (mismatch !== null) await warn(this.#notes, mismatch);
    }
    await this.#libraries.imported({ environment: name, setting }, mapped ?? []);
  }
}
