/**
 * The journal's events: the interface between measuring and judging. One JSON object a line.
 * A change that an older reader would misread raises SCHEMA; a new optional field does not.
 */
import { z } from 'zod';
import { AttemptReport, Isolation, Purpose } from './attempt.ts';
import { Scalar } from '../matrix/where.ts';

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
});
export type EnvironmentVersions = z.infer<typeof EnvironmentVersions>;

export const SimulationInfo = z.object({ model: z.string(), timeScale: z.number() });

export const DeviceInfo = z.object({
  kind: z.enum(['rocm', 'cuda', 'cpu', 'simulated']),
  name: z.string(),
  /** gfx target as the driver names it, such as gfx1010; null where there is none. */
  target: z.string().nullable(),
  pciAddress: z.string().nullable(),
  simulation: SimulationInfo.nullable(),
});
export type DeviceInfo = z.infer<typeof DeviceInfo>;

export const HostInfo = z.object({
  kernel: z.string(),
  cpu: z.string(),
  memoryMib: z.number(),
  node: z.string(),
  /** MIOPEN_, HSA_, HIP_, AMD_, ROCR_, TORCH_ and PYTORCH_ variables of the caller; probes do not inherit them. */
  ambient: z.record(z.string(), z.string()),
});
export type HostInfo = z.infer<typeof HostInfo>;

export const CellRef = z.object({
  id: z.string(),
  environment: z.string(),
  setting: z.string(),
  case: z.record(z.string(), Scalar),
  line: z.string(),
  position: z.number(),
});

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
  }),
  z.object({ event: z.literal('run-resumed'), ...Stamp, bootId: z.string(), host: HostInfo }),
  z.object({ event: z.literal('environment-ready'), ...Stamp, environment: z.string(), versions: EnvironmentVersions }),
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
  }),
  z.object({ event: z.literal('attempt-finished'), ...Stamp, attempt: z.string(), report: AttemptReport }),
  z.object({ event: z.literal('device-quarantined'), ...Stamp, reason: z.string() }),
  z.object({ event: z.literal('run-interrupted'), ...Stamp, reason: z.string() }),
  z.object({ event: z.literal('run-finished'), ...Stamp }),
]);
export type JournalEvent = z.infer<typeof JournalEvent>;
/** An event as a caller writes it: the journal stamps the time. */
export type NewEvent = JournalEvent extends infer E ? (E extends { at: string } ? Omit<E, 'at'> : never) : never;
