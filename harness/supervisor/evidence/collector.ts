/** What every collector of evidence is given and what it gives back. One collector looks at one thing. */
import type { Collected } from '../../model/attempt/collected.ts';
import type { Evidence } from '../../model/attempt/evidence.ts';
import type { DeviceInfo } from '../../model/events.ts';
import type { Watchdog } from '../../matrix/file/schema.ts';
import type { OutputFiles } from '../output-files.ts';
import type { ProcessStat } from '../../machine/processes/stat.ts';
import type { KernelLog } from './kernel/kernel-log.ts';

/** Where /proc and /sys are, so that recorded trees can stand in for them. Without a slash at the end. */
export interface Roots {
  readonly proc: string;
  readonly sys: string;
}

export const REAL_ROOTS: Roots = { proc: '/proc', sys: '/sys' };

/** What hangs, and where to look. */
export interface Scene {
  /** Living processes of the attempt as they were before anything disturbed them, the main one first. */
  readonly processes: readonly ProcessStat[];
  /** Seconds on the clock of time.ts when they were seen. */
  readonly seenAt: number;
  readonly files: OutputFiles;
  /** The device under test; null when it is not known. */
  readonly card: DeviceInfo | null;
  /** The matrix's choice of when C stacks are wanted. */
  readonly nativeStacks: Watchdog['native_stacks'];
  readonly roots: Roots;
}

export interface Collector {
  readonly name: string;
  /**
   * Seconds after which it is given up on; what it would have found later is lost. What may block has a shorter limit of its own within: this one is
   * for a machine that lets hardly anything run.
   */
  readonly limit: number;
  /**
   * looks: leaves the processes alone, and is all that runs before the verdict. signals: makes them answer a signal. stops: holds them for a while.
   * Each kind waits for the one before it, so that none sees what another did; within a kind they run side by side.
   */
  readonly manner: 'looks' | 'signals' | 'stops';
  /**
   * `soFar`: what the kinds before found. `signal` is aborted when nobody waits any more. May throw and may never settle: neither keeps the other evidence from being gathered.
   */
  collect(scene: Scene, soFar: Partial<Evidence>, signal: AbortSignal): Promise<Collected>;
}

/** Where evidence comes from. Left out of a request: this machine, everything. */
export interface EvidenceSources {
  readonly collectors: readonly Collector[];
  readonly roots: Roots;
  readonly kernelLog: KernelLog;
}
