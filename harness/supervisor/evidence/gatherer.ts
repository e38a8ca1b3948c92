/** The evidence of one attempt, from its beginning (the kernel log is marked) to its end (what the files and the log then tell). */
import type { CollectorReport, Evidence } from '../../model/attempt/evidence.ts';
import { readEnds, readTail, type OutputFiles } from '../output-files.ts';
import type { ProcessStat } from '../../machine/processes/stat.ts';
import { signatureIds, type SignatureMatch } from '../signatures/classify.ts';
import { now, within } from '../../machine/time.ts';
import type { AttemptRequest } from '../types.ts';
import { ask, look, type Seen } from './collect.ts';
import { REAL_ROOTS, type Collector, type EvidenceSources, type Scene } from './collector.ts';
import { cpuUse } from './cpu-use.ts';
import { deviceFiles } from './device/device-files.ts';
import { deviceReadings, driverCounts } from './device/device-readings.ts';
import { systemKernelLog, type KernelLog } from './kernel/kernel-log.ts';
import type { KernelLines } from './kernel/kernel-lines.ts';

import { libraries } from './libraries.ts';
import { nativeStacks } from './stacks/native-stacks.ts';
import { pythonStacks } from './stacks/python-stacks.ts';
import { matchesOf, sightingsOf } from './sightings.ts';
import { standardError } from './standard-error.ts';
import { threads } from './threads.ts';

/** A crash takes its signature from standard error: not to be lost to a busy disk. */
const FILE_LIMIT_SECONDS = 5;
const KERNEL_LIMIT_SECONDS = 4.5;
const STACKS_BYTES = 16 * 1024;
const MOST_PROCESSES = 32;

export const ALL_COLLECTORS: readonly Collector[] = [
  pythonStacks,
  nativeStacks,
  threads,
  cpuUse,
  deviceFiles,
  libraries,
  deviceReadings,
  driverCounts,
  standardError,
];

/** What the attempt's standard error and the kernel log held at its end. */
export interface Account {
  readonly matches: readonly SignatureMatch[];
  readonly kernel: KernelLines;
  readonly kernelReport: CollectorReport;
}

export class EvidenceGatherer {
  readonly #sources: EvidenceSources;
  readonly #card: Scene['card'];
  readonly #nativeStacks: Scene['nativeStacks'];
  readonly #files: OutputFiles;
  readonly #mark: ReturnType<KernelLog['mark']>;

  /** To be made before the attempt's process runs. */
  constructor(request: Pick<AttemptRequest, 'card' | 'evidence' | 'watchdog'>, files: OutputFiles) {
    this.#sources = {
      collectors: ALL_COLLECTORS,
      roots: REAL_ROOTS,
      kernelLog: request.evidence?.kernelLog ?? systemKernelLog(),
      ...request.evidence,
    };
    this.#card = request.card ?? null;
    this.#nativeStacks = request.watchdog.native_stacks;
    this.#files = files;
    this.#mark = this.#sources.kernelLog.mark();
  }

  /** While they still hang, and without touching them. Bounded by the limits of the collectors. */
  async look(processes: readonly ProcessStat[], isOver: () => boolean): Promise<Seen> {
    return look(this.#scene(processes.slice(0, MOST_PROCESSES)), this.#sources.collectors, isOver);
  }

  /** After the verdict: their stacks, which only a signal or a tracer brings to light. Bounded likewise. */
  async ask(processes: readonly ProcessStat[], looked: Seen, isOver: () => boolean): Promise<Seen> {
    return ask(this.#scene(processes.slice(0, MOST_PROCESSES)), looked, this.#sources.collectors, isOver);
  }

  /** After the end: what the process wrote, and what the kernel said until the kill and because of it. */
  async account(): Promise<Account> {
    const began = now();
    const unread: KernelLines = { kind: 'not-allowed', note: `gave no answer within ${KERNEL_LIMIT_SECONDS} s` };
    const [stderr, kernel] = await Promise.all([
      within(FILE_LIMIT_SECONDS, readEnds(this.#files.stderr), ''),
      within(KERNEL_LIMIT_SECONDS, this.#sources.kernelLog.since(this.#mark), unread),
    ]);
    const matches = matchesOf(stderr, kernel.kind === 'lines' ? kernel.lines : []);
    return { matches, kernel, kernelReport: kernelReport(kernel, kernel === unread, now() - began) };
  }

  /** seen: null when the process was gone before anybody could look. */
  async evidence(seen: Seen | null, { matches, kernel, kernelReport: report }: Account): Promise<Evidence> {
    const base = seen ?? (await look(this.#scene([]), [standardError], () => false));
    const stacks =
      base.pythonStacks ?? (await within(FILE_LIMIT_SECONDS, readTail(this.#files.stacks, STACKS_BYTES), ''));
    return {
      ...base,
      stderrTail: base.stderrTail ?? '',
      // A fatal error before the hang has written there too.
      pythonStacks: stacks,
      signatures: signatureIds(matches),
      sightings: sightingsOf(matches),
      ...(kernel.kind === 'lines' && kernel.lines.length > 0
        ? { kernelLog: { source: kernel.source, lines: [...kernel.lines], left: kernel.left } }
        : {}),
      collectors: [...(base.collectors ?? []), report],
    };
  }

  #scene(processes: readonly ProcessStat[]): Scene {
    return {
      processes,
      seenAt: now(),
      files: this.#files,
      card: this.#card,
      nativeStacks: this.#nativeStacks,
      roots: this.#sources.roots,
    };
  }
}

function kernelReport(kernel: KernelLines, isLate: boolean, seconds: number): CollectorReport {
  const name = 'Kernel log';
  const rounded = Math.round(seconds * 1000) / 1000;
  if (kernel.kind === 'not-allowed')
    return { name, status: isLate ? 'timed-out' : 'not-allowed', seconds: rounded, note: kernel.note };
  if (kernel.lines.length === 0)
    return { name, status: 'nothing', seconds: rounded, note: `no new line in ${kernel.source}` };
  return { name, status: 'ok', seconds: rounded, note: kernel.source };
}
