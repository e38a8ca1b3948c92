/** What was captured of an attempt that did not pass. Every field added after the first version is optional: older run folders lack it. */
import { z } from 'zod';

/** One process of the attempt, as /proc showed it just before the kill. */
export const ProcessEvidence = z.object({
  pid: z.number(),
  command: z.string(),
  state: z.string(),
  waitChannel: z.string().nullable(),
  threads: z.number(),
  cpuSeconds: z.number().nullable(),
});
export type ProcessEvidence = z.infer<typeof ProcessEvidence>;

/** Threads of one process that were seen in exactly the same place. */
export const ThreadGroup = z.object({
  pid: z.number(),
  /** Names of the threads, each once. */
  names: z.array(z.string()),
  tids: z.array(z.number()),
  state: z.string(),
  waitChannel: z.string().nullable(),
  /** Name of the system call, or its number where the name is not known; null outside of one, or when we may not see it. */
  syscall: z.string().nullable(),
  /** Functions of the kernel, innermost first; null when we may not see them. */
  kernelStack: z.array(z.string()).nullable(),
});
export type ThreadGroup = z.infer<typeof ThreadGroup>;

/** A known line in standard error or in the kernel log. */
export const Sighting = z.object({
  /** Id in the table of log signatures. */
  id: z.string(),
  channel: z.enum(['kernel', 'stderr']),
  class: z.string(),
  meaning: z.string(),
  /** The first such line. */
  line: z.string(),
  count: z.number(),
});
export type Sighting = z.infer<typeof Sighting>;

/** failed: the collector itself broke. skipped: it was not tried; the note says why. */
export const COLLECTOR_STATUSES = [
  'ok',
  'nothing',
  'not-allowed',
  'timed-out',
  'tool-missing',
  'failed',
  'skipped',
] as const;

/** How one collector fared: why something is absent. */
export const CollectorReport = z.object({
  name: z.string(),
  status: z.enum(COLLECTOR_STATUSES),
  seconds: z.number(),
  /** What there is to say of it; '' when nothing. */
  note: z.string(),
});
export type CollectorReport = z.infer<typeof CollectorReport>;

/** One number of the card or of a process on it. */
export const Reading = z.object({ name: z.string(), value: z.number(), unit: z.string() });
export type Reading = z.infer<typeof Reading>;

/** What was captured while the process was still hanging, cut to lengths that fit a report. */
export const Evidence = z.object({
  processes: z.array(ProcessEvidence),
  /** faulthandler's stacks of every process that could dump one; '' when none could. */
  pythonStacks: z.string(),
  /** The last part of standard error; '' when there was none. */
  stderrTail: z.string(),
  /** Ids of the log signatures seen in standard error, then of those in the kernel log, in order, each once. */
  signatures: z.array(z.string()),
  /** The same with their meaning. */
  sightings: z.array(Sighting).optional(),
  nativeStacks: z.object({ tool: z.string(), text: z.string() }).optional(),
  threads: z.array(ThreadGroup).optional(),
  /** CPU seconds that all processes used together while the evidence was gathered, over `seconds` of wall time. */
  cpuUse: z.object({ seconds: z.number(), cpuSeconds: z.number() }).optional(),
  /** Open files below /dev/kfd, /dev/dri and /dev/nvidia*. */
  deviceFiles: z.array(z.object({ pid: z.number(), path: z.string(), fds: z.array(z.number()) })).optional(),
  /** Mapped libraries that tell which ROCm, CUDA or OpenMP runtime is in use, by path. */
  libraries: z.array(z.string()).optional(),
  /** Load, memory, temperature and power of the card. */
  device: z.array(Reading).optional(),
  /** What the compute driver counts for each process. */
  kfd: z.array(z.object({ pid: z.number(), readings: z.array(Reading) })).optional(),
  /** Lines of the kernel log since the attempt began, at most its last ones; `left` older ones were left out. */
  kernelLog: z.object({ source: z.string(), lines: z.array(z.string()), left: z.number() }).optional(),
  /** The last line in standard error of the library that runs convolutions. */
  lastLibraryLine: z.object({ library: z.string(), line: z.string() }).optional(),
  /** The same in older results. */
  lastMiopenLine: z.string().optional(),
  /** What it did between the verdict and the kill, asked for its stacks by then: that takes nothing back. `detail`: the signal, the code, the first words of the error. */
  afterwards: z
    .object({ kind: z.enum(['passed', 'raised', 'exited', 'died', 'went-on']), detail: z.string() })
    .optional(),
  collectors: z.array(CollectorReport).optional(),
  /** How long the gathering took. */
  seconds: z.number().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

/** As older results have it, too. */
export function libraryLine({ lastLibraryLine, lastMiopenLine }: Evidence): Evidence['lastLibraryLine'] {
  return lastLibraryLine ?? (lastMiopenLine === undefined ? undefined : { library: 'MIOpen', line: lastMiopenLine });
}
