/** Which environments are provisioned: each once, when it is first needed, and again after it was let go. */
import { tellUnavailable, type NotePorts } from './environment-notes.ts';
import type { Provisioned } from '../../environments/provisioned.ts';
import type { Environment } from '../../matrix/kinds/kinds.ts';

export interface ProvisionPorts extends NotePorts {
  /** `letGo` ends what is idle, so that environments may be removed that are not needed at this moment. */
  provision(environment: Environment, signal: AbortSignal, letGo: () => Promise<void>): Promise<Provisioned>;
}

export class ReadyEnvironments {
  readonly #ports: ProvisionPorts;
  readonly #endIdle: () => Promise<void>;
  readonly #environments = new Map<string, Promise<Provisioned>>();
  /** Names of those that can be used. */
  readonly #ready = new Set<string>();

  /** `endIdle` ends every worker that does nothing. */
  constructor(ports: ProvisionPorts, endIdle: () => Promise<void>) {
    this.#ports = ports;
    this.#endIdle = endIdle;
  }

  get(environment: Environment, signal: AbortSignal): Promise<Provisioned> {
    const known = this.#environments.get(environment.name);
    if (known !== undefined) return known;
    const started = this.#provision(environment, signal);
    this.#environments.set(environment.name, started);
    return started;
  }

  async #provision(environment: Environment, signal: AbortSignal): Promise<Provisioned> {
    const { name } = environment;
    this.#ports.observer({ kind: 'environment', environment: name, state: 'preparing' });
    const provisioned = await this.#ports.provision(environment, signal, () => this.#letGo(name));
    if (provisioned.kind === 'ready') this.#ready.add(name);
    else if (!signal.aborted)
      await tellUnavailable(this.#ports, name, null, withLog(provisioned.reason, provisioned.log));
    return provisioned;
  }

  /** Environments other than `kept` are asked for anew when they are needed again. */
  async #letGo(kept: string): Promise<void> {
    await this.#endIdle();
    for (const name of this.#ready) {
      if (name !== kept) this.#environments.delete(name);
    }
    this.#ready.clear();
  }
}

/** A reason with the end of what was printed, where something was. */
export function withLog(reason: string, log: string): string {
  return [reason, log].filter((text) => text !== '').join('\n');
}
