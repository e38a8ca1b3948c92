/** The seam between the loop and the processes: scheduling tests use an executor that starts none. */
import type { AttemptReport, Isolation } from '../model/attempt/attempt.ts';
import type { HealthProbe, LoweredLimits } from '../model/events.ts';
import type { Case, Cell } from '../model/cell.ts';
import type { Site } from '../model/site.ts';
import type { OnPhase } from '../supervisor/types.ts';

export interface Order {
  readonly attempt: string;
  readonly cell: Cell;
  readonly isolation: Isolation;
  readonly lowered?: LoweredLimits;
  readonly patient?: true;
}

/** A place where attempts of one environment and setting can be made at once. */
export type WorkerSlot =
  | {
      readonly kind: 'ready';
      /** Never rejects for what a probe or a worker does. */
      attempt(order: Order, signal: AbortSignal, onPhase: OnPhase): Promise<AttemptReport>;
    }
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface Executor {
  /**
   * Provisions the cell's environment and starts its worker where that is not done yet.
   * Called before `attempt-started` is written, so that the journal blames a cell only for what the cell did.
   */
  place(cell: Cell, signal: AbortSignal): Promise<WorkerSlot>;
  /** An earlier environment with the very same libraries and variables; null when there is none. Starts the cell's worker to know. */
  sameAs?(cell: Cell, signal: AbortSignal): Promise<string | null>;
  /** Ends every worker. */
  close(): Promise<void>;
}

export interface HealthOrder {
  readonly check: string;
  readonly probe: HealthProbe;
  readonly site: Site;
  readonly case: Case;
  readonly isolation: Isolation;
}

export type HealthSlot =
  | { readonly kind: 'ready'; probe(order: HealthOrder, signal: AbortSignal): Promise<AttemptReport> }
  | { readonly kind: 'unavailable'; readonly reason: string };

/** Starts the processes of health probes. */
export interface Prober {
  /** `fresh`: in a worker that has made nothing yet. */
  healthPlace(site: Site, fresh: boolean, signal: AbortSignal): Promise<HealthSlot>;
}
