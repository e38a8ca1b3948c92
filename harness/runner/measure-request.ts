/** What a measurement is asked for. */
import type { Observer } from './observer.ts';
import type { SimulatedCard } from '../makers/simulated/fate-of.ts';
import type { LockedRun } from '../journal/run-folder.ts';
import type { DeviceInfo } from '../model/events.ts';
import type { Matrix } from '../matrix/file/schema.ts';
import type { SearchProgress } from '../search/search.ts';

/** A run that is ready to be measured. */
export interface ReadyRun {
  readonly folder: LockedRun;
  readonly matrix: Matrix;
  /** Of its matrix.resolved.json as it was written. */
  readonly matrixHash: string;
  readonly device: DeviceInfo;
  /** Variables that leave the device alone visible to a probe. */
  readonly deviceVariables: Readonly<Record<string, string>>;
  /** Null on a real device. */
  readonly card: SimulatedCard | null;
  /** Absolute path of the probe. */
  readonly probe: string;
  /** Where relative paths of interpreters begin. */
  readonly directory: string;
  readonly seed: number;
  readonly resume: boolean;
  /** What a reader of the results must know of the machine. */
  readonly warnings: readonly string[];
}

export interface MeasureRequest extends ReadyRun {
  /** What to do about cells that took the machine down: try them again, or go on without them although it happened in a row. */
  readonly hostLost?: 'retry' | 'accept' | undefined;
  /** Whether to go on although the probe is not the one of the sessions before. */
  readonly acceptChangedProbe?: boolean | undefined;
  /** Attempts at the same time. 1 on a real card, where two would decide each other's results; simulated cards may be many. */
  readonly slots?: number;
  readonly tool: string;
  readonly signal: AbortSignal;
  /** Called once, when it is known how far the run is; `progress` tells it anew each time. */
  watch(progress: () => SearchProgress, finished: number): Observer;
}
