/**
 * Leaves environments out whose wheels hold no code for the card: nothing is installed or started for them. What it says is a prediction from the
 * catalogue and is recorded as one.
 */
import { tellUnavailable, type NotePorts } from './environment-notes.ts';
import type { Site } from '../../model/site.ts';
import type { Executor, HealthSlot, WorkerSlot, Prober } from '../executor.ts';
import { noBinary } from '../../catalogue/prediction.ts';
import type { Catalogue } from '../../catalogue/types.ts';
import type { DeviceInfo } from '../../model/events.ts';
import { isCatalogued } from '../../model/makers.ts';
import type { Cell } from '../../model/cell.ts';
import { environmentOf, variablesFor } from '../../matrix/space/subject.ts';
import type { Matrix } from '../../matrix/file/schema.ts';
import { declarationOf } from '../../matrix/kinds/kinds.ts';

/** Why nothing of this environment and setting can run on the card; null when it may. */
export type Predict = (site: Site) => string | null;

/** On a ROCm card whose chip is known; elsewhere, on a simulated card and where the matrix asks for it nothing is left out. */
export function predictor(matrix: Matrix, device: DeviceInfo, catalogue: Catalogue): Predict {
  const { target } = device;
  if (!isCatalogued(device.kind) || device.simulation !== null || matrix.include_no_binary) return () => null;
  return ({ environment, setting }) => {
    const { wheel } = declarationOf(environmentOf(matrix, environment));
    return wheel === null ? null : noBinary(wheel, target, variablesFor(matrix, environment, setting), catalogue);
  };
}

export interface PredictingPorts extends NotePorts {
  readonly settings: readonly string[];
  readonly predict: Predict;
}

/** Stands before an executor and answers for what is predicted; everything else goes through. */
export class PredictingExecutor implements Executor, Prober {
  readonly #inner: Executor & Prober;
  readonly #ports: PredictingPorts;
  readonly #told = new Set<string>();

  constructor(inner: Executor & Prober, ports: PredictingPorts) {
    this.#inner = inner;
    this.#ports = ports;
  }

  async place(cell: Cell, signal: AbortSignal): Promise<WorkerSlot> {
    const reason = await this.#refusal(cell);
    return reason === null ? this.#inner.place(cell, signal) : { kind: 'unavailable', reason };
  }

  /** What is predicted is no environment that could be compared. */
  async sameAs(cell: Cell, signal: AbortSignal): Promise<string | null> {
    return (await this.#refusal(cell)) === null ? ((await this.#inner.sameAs?.(cell, signal)) ?? null) : null;
  }

  async healthPlace(site: Site, fresh: boolean, signal: AbortSignal): Promise<HealthSlot> {
    const reason = await this.#refusal(site);
    return reason === null ? this.#inner.healthPlace(site, fresh, signal) : { kind: 'unavailable', reason };
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  /** Recorded once: of the whole environment when it holds under every setting. */
  async #refusal({ environment, setting }: Site): Promise<string | null> {
    const { predict, settings } = this.#ports;
    const reason = predict({ environment, setting });
    if (reason === null) return null;
    const whole = settings.every((one) => predict({ environment, setting: one }) !== null);
    const key = JSON.stringify(whole ? [environment] : [environment, setting]);
    if (!this.#told.has(key)) {
      this.#told.add(key);
      await tellUnavailable(this.#ports, environment, whole ? null : setting, reason);
    }
    return reason;
  }
}
