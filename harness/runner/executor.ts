/** The seam between the loop and the processes: scheduling tests use an executor that starts none. */
import type { AttemptReport, Isolation } from '../model/attempt.ts';
import type { LoweredLimits } from '../model/events.ts';
import type { Cell } from '../model/cell.ts';
import type { OnPhase } from '../supervisor/types.ts';

export interface Order {
  readonly attempt: string;
  readonly cell: Cell;
  readonly isolation: Isolation;
  readonly lowered?: LoweredLimits;
}

/** A place where attempts of one environment and setting can be made at once. */
export type Place =
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
  place(cell: Cell, signal: AbortSignal): Promise<Place>;
  /** An earlier environment with the very same libraries and variables; null when there is none. Starts the cell's worker to know. */
  sameAs?(cell: Cell, signal: AbortSignal): Promise<string | null>;
  /** Ends every worker. */
  close(): Promise<void>;
}
