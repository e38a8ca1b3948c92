/**
 * What the runner may ask of the supervisor. The runner knows only this file, so its own tests use an executor that starts no process.
 */
import type { AttemptReport, Isolation } from '../model/attempt/attempt.ts';
import type { DeviceInfo, EnvironmentVersions, LoweredLimits, HealthProbe } from '../model/events.ts';
import type { Case } from '../model/cell.ts';
import type { Measure, TorchSwitches, Watchdog } from '../matrix/file/schema.ts';
import type { TimedFate } from '../model/attempt/fate.ts';
import type { TorchDevice } from '../model/makers.ts';
import type { Phase } from '../model/attempt/phase.ts';
import type { EvidenceSources } from './evidence/collector.ts';

/** One worker: an interpreter with the probe imported, in one environment and one setting. */
export interface WorkerSpec {
  /** Path of the Python interpreter to start; a container's client and its arguments come before it. */
  readonly command: readonly string[];
  /** Absolute path of the probe file (`worker.py --probe PATH`); null on a simulated card (`worker.py --simulated`). */
  readonly probe: string | null;
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Folder for the worker's own stdout and stderr. */
  readonly directory: string;
  readonly runId: string;
  readonly watchdog: Watchdog;
  /** Present when `command` is a client and the interpreter runs elsewhere, such as in a container: it counts processes by other numbers there. */
  readonly guest?: { ended(): Promise<void>; readonly exchange?: string };
}

export interface AttemptRequest {
  readonly attempt: string;
  /** A probe of the device's health, to be run instead of the worker's own; absent for an attempt of a cell. */
  readonly health?: HealthProbe;
  /** Whether the probe is to tell which libraries are mapped once it is over. */
  readonly libraries?: boolean;
  readonly isolation: Isolation;
  readonly case: Case;
  readonly device: TorchDevice;
  /** Scripted fate of a simulated card, with its wall seconds per card second; null on a real device. */
  readonly fate: TimedFate | null;
  readonly measure: Measure;
  readonly torch: TorchSwitches;
  /** Variables of this attempt alone, such as its private MIOpen folders. */
  readonly env: Readonly<Record<string, string>>;
  /** The attempt's evidence folder; it exists. */
  readonly directory: string;
  readonly watchdog: Watchdog;
  /** Lower limits of silence for some phases; the watchdog's hold as soon as the attempt is seen to search or to compile. */
  readonly lowered?: LoweredLimits;
  /** Others held the cores when it was tried before: silence counts only while it could run, up to twice its limits. */
  readonly patient?: true;
  /** The device under test, whose load and memory are evidence. */
  readonly card?: DeviceInfo;
  /** Where evidence comes from, where that is not everything that this machine tells. */
  readonly evidence?: Partial<EvidenceSources>;
}

/** Told while an attempt runs, for the live view. */
export type OnPhase = (phase: Phase) => void;

export interface Worker {
  readonly versions: EnvironmentVersions;
  /**
   * Makes one attempt and settles in bounded time whatever the probe does. Never rejects for what a probe or a worker does:
   * a lost worker is an `error` outcome of class `harness`, after which `alive` is false.
   * `signal` cancels: the attempt is killed and its outcome is `cancelled`.
   */
  attempt(
    request: AttemptRequest,
    options: { readonly signal: AbortSignal; readonly onPhase: OnPhase },
  ): Promise<AttemptReport>;
  readonly alive: boolean;
  /** The only folder that its attempts can write to, as in a container; absent where they can write wherever this user can. */
  readonly exchange?: string;
  /** What a reader must know of processes that nobody can vouch for, once it has ended; null or absent when none is left. */
  readonly unaccounted?: string | null;
  /** Ends the worker and everything that carries its marker, in bounded time. */
  stop(): Promise<void>;
}

/** Starting failed: the environment is unavailable. `reason` is one line; `log` is the tail of the worker's stderr. */
export interface WorkerFailure {
  readonly kind: 'unavailable';
  readonly reason: string;
  readonly log: string;
}

export type StartWorker = (
  spec: WorkerSpec,
  signal: AbortSignal,
) => Promise<{ readonly kind: 'ready'; readonly worker: Worker } | WorkerFailure>;
