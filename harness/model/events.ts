/**
 * The journal's events: the interface between measuring and judging. One JSON object a line.
 * A change that an older reader would misread raises SCHEMA; a new optional field does not.
 */
import { z } from 'zod';
import { AttemptReport, Isolation, ProcessIdentity, Purpose } from './attempt/attempt.ts';
import { CONTROLS } from './control.ts';
import { Scalar } from './conditions.ts';
import { DEVICE_KINDS } from './makers.ts';
import { Phase } from './attempt/phase.ts';
import { Outcome } from './outcome.ts';

export const SCHEMA = 1;

/** at: wall clock, ISO 8601 in UTC, for people only; no verdict depends on it. */
const Stamp = { at: z.string() };

/** What an environment said of itself. Unknown keys of a probe's runtime go to `more`. */
export const EnvironmentVersions = z.object({
  python: z.string(),
  executable: z.string(),
  torch: z.string().nullable(),
  hip: z.string().nullable(),
  cuda: z.string().nullable(),
  /** MIOpen on ROCm, cuDNN on CUDA, as torch.backends.cudnn.version() gives it. */
  dnn: z.string().nullable(),
  archList: z.array(z.string()),
  more: z.record(z.string(), z.string()),
  /** Paths of the libraries that are mapped after the import. The journal has them as `environment-libraries` instead. */
  mapped: z.array(z.string()).optional(),
});

export type EnvironmentVersions = z.infer<typeof EnvironmentVersions>;

export const SimulationInfo = z.object({ model: z.string(), timeScale: z.number() });

/** What the driver tells of a card beside its name. Serial numbers and unique ids are never read. */
export const DeviceDetails = z.object({
  vramMib: z.number().nullable(),
  computeUnits: z.number().nullable(),
  /** "1002:731f rev ca, board 1da2:e411": vendor and device, revision, vendor and device of the board. */
  pciIds: z.string().nullable(),
  vbios: z.string().nullable(),
  /** Such as "amdgpu of the kernel" or "nvidia 580.95.05". */
  driver: z.string().nullable(),
  /** Name of the firmware to its version, as the driver writes both. */
  firmware: z.record(z.string(), z.string()),
  /** Of the driver: those that bear on hangs. */
  moduleParameters: z.record(z.string(), z.string()),
  /** The narrowest link between card and processor, such as "8.0 GT/s x16". */
  pcieLink: z.string().nullable(),
  /** Whether the card may use PCIe atomics towards the processor; null when the driver does not tell. */
  pcieAtomics: z.boolean().nullable(),
});
export type DeviceDetails = z.infer<typeof DeviceDetails>;

export const DeviceInfo = z.object({
  kind: z.enum(DEVICE_KINDS),
  name: z.string(),
  /** gfx target as the driver names it, such as gfx1010; null where there is none. */
  target: z.string().nullable(),
  pciAddress: z.string().nullable(),
  simulation: SimulationInfo.nullable(),
  /** Absent for the CPU, for simulated cards and in older journals. */
  details: DeviceDetails.optional(),
});
export type DeviceInfo = z.infer<typeof DeviceInfo>;

export const HostInfo = z.object({
  kernel: z.string(),
  cpu: z.string(),
  memoryMib: z.number(),
  node: z.string(),
  /** Variables of the caller that the makers' libraries, torch or the loader would read; probes do not inherit them. */
  ambient: z.record(z.string(), z.string()),
});
export type HostInfo = z.infer<typeof HostInfo>;

/** A library of ROCm, CUDA, OpenMP or torch that an environment has mapped, and which file it is. */
export const MappedLibrary = z.object({
  /** Without version and hash, such as libamdhip64.so. */
  name: z.string(),
  /** The file itself, links followed. */
  file: z.string(),
  /** From the file's name or its soname. */
  version: z.string().nullable(),
  path: z.string(),
  bytes: z.number().nullable(),
  /** "build-id:" or "sample:" and hex; null when the file could not be read. */
  id: z.string().nullable(),
});
export type MappedLibrary = z.infer<typeof MappedLibrary>;

/** The limits of an attempt that are lower than the matrix's, from the passes so far. Wall seconds. */
export const LoweredLimits = z.object({
  /** Of the times of the passes; doubled with every suspicion that was refuted. */
  multiple: z.number(),
  limits: z.array(z.object({ phase: Phase, seconds: z.number(), full: z.number() })),
});
export type LoweredLimits = z.infer<typeof LoweredLimits>;

/** The probe of a run, by content. */
export const ProbeFingerprint = z.object({
  /** SHA-256 over `files`, hex. */
  hash: z.string(),
  /** Path below the probe's folder to the first 16 digits of SHA-256; '' for one that could not be read. */
  files: z.record(z.string(), z.string()),
});
export type ProbeFingerprint = z.infer<typeof ProbeFingerprint>;

export const CellRef = z.object({
  id: z.string(),
  environment: z.string(),
  setting: z.string(),
  case: z.record(z.string(), Scalar),
  line: z.string(),
  position: z.number(),
});

/** A probe of health. canary: the smallest of them, of the device. witness: a known pass of the suspect itself, tried again. The others are controls. */
export const HealthProbe = z.enum(['canary', 'witness', ...CONTROLS]);
export type HealthProbe = z.infer<typeof HealthProbe>;

/**
 * start: before the first attempt of the run or of a resumed run. bad-outcome: after an attempt that failed. periodic: after so many passes.
 * retry: after a cool-down. second-opinion: in another environment. control: one of the matrix's controls. end: when everything else is done.
 */
export const HealthReason = z.enum(['start', 'bad-outcome', 'periodic', 'retry', 'second-opinion', 'control', 'end']);
export type HealthReason = z.infer<typeof HealthReason>;

/** sick: it did not return, died or computed wrongly. inconclusive: it could not be run here, which says nothing of the device. */
export const HealthResult = z.enum(['healthy', 'sick', 'inconclusive']);
export type HealthResult = z.infer<typeof HealthResult>;

export const JournalEvent = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('run-opened'),
    ...Stamp,
    schema: z.literal(SCHEMA),
    run: z.string(),
    tool: z.string(),
    matrix: z.string(),
    /** SHA-256 of matrix.resolved.json: resuming with another matrix is refused. */
    matrixHash: z.string(),
    bootId: z.string(),
    device: DeviceInfo,
    host: HostInfo,
    seed: z.number(),
    /** Absent on simulated cards, which run none, and in older journals. */
    probe: ProbeFingerprint.optional(),
  }),
  z.object({
    event: z.literal('run-resumed'),
    ...Stamp,
    bootId: z.string(),
    host: HostInfo,
    /** The person asked for the cells that took the machine down to be tried again. */
    retryHostLost: z.boolean().optional(),
    /** As in run-opened. */
    probe: ProbeFingerprint.optional(),
    /** Version of bench that went on; absent in older journals. */
    tool: z.string().optional(),
  }),
  /** Something that a reader of the results must know of the machine, such as another process on the card. */
  z.object({ event: z.literal('warning'), ...Stamp, text: z.string() }),
  z.object({ event: z.literal('environment-ready'), ...Stamp, environment: z.string(), versions: EnvironmentVersions }),
  /** What an environment really loads under one setting: after the import, and once more after the first attempt that told. */
  z.object({
    event: z.literal('environment-libraries'),
    ...Stamp,
    environment: z.string(),
    setting: z.string(),
    after: z.enum(['import', 'attempt']),
    libraries: z.array(MappedLibrary),
    /** An earlier environment with the same libraries and variables under this setting; null when there is none. */
    sameAs: z.string().nullable(),
  }),
  z.object({
    event: z.literal('environment-unavailable'),
    ...Stamp,
    environment: z.string(),
    /** The one setting under which its worker does not start; null when nothing of the environment works. */
    setting: z.string().nullable(),
    reason: z.string(),
  }),
  z.object({
    event: z.literal('attempt-started'),
    ...Stamp,
    attempt: z.string(),
    cell: CellRef,
    isolation: Isolation,
    purpose: Purpose,
    bootId: z.string(),
    /** Absent where no limit was lowered. */
    lowered: LoweredLimits.optional(),
    /** An earlier attempt of the cell was called hung while others held the cores: this one has twice the limits, and silence counts only while it could run. */
    patient: z.literal(true).optional(),
  }),
  z.object({ event: z.literal('attempt-finished'), ...Stamp, attempt: z.string(), report: AttemptReport }),
  z.object({
    event: z.literal('health-started'),
    ...Stamp,
    check: z.string(),
    probe: HealthProbe,
    why: HealthReason,
    environment: z.string(),
    setting: z.string(),
    case: z.record(z.string(), Scalar),
    isolation: Isolation,
    /** Seconds that the device had been left alone for, just before. */
    cooledSeconds: z.number(),
    /** The attempt that was the reason; null when none was. */
    after: z.string().nullable(),
    bootId: z.string(),
  }),
  z.object({
    event: z.literal('health-finished'),
    ...Stamp,
    check: z.string(),
    /** null when it was cut off: it says nothing then. */
    result: HealthResult.nullable(),
    outcome: Outcome,
    seconds: z.number(),
    /** One line for people; '' when there is nothing to say. */
    reason: z.string(),
    /** Processes of the probe that could not be killed. */
    left: z.array(ProcessIdentity),
  }),
  /** A process that could not be killed is gone at last. */
  z.object({
    event: z.literal('process-ended'),
    ...Stamp,
    process: ProcessIdentity,
    attempt: z.string(),
    reason: z.string(),
  }),
  z.object({ event: z.literal('device-quarantined'), ...Stamp, reason: z.string() }),
  z.object({ event: z.literal('run-interrupted'), ...Stamp, reason: z.string() }),
  z.object({ event: z.literal('run-finished'), ...Stamp }),
]);
export type JournalEvent = z.infer<typeof JournalEvent>;
/** An event as a caller writes it: the journal stamps the time. */
export type NewEvent = JournalEvent extends infer E ? (E extends { at: string } ? Omit<E, 'at'> : never) : never;
