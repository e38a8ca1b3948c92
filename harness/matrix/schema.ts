/**
 * The matrix file: the single source of its types, of its validation and of the JSON Schema for editors.
 * Input is what a person writes; output is the same with every default spelled out (`matrix.resolved.json`).
 */
import { z } from 'zod';
import { Duration } from './duration.ts';
import { Scalar, Where } from './where.ts';
import { BAD_OUTCOMES } from '../verdicts/outcome.ts';

/** Where a file name or a table column would not survive an odd name, the schema refuses it. */
const Name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/, {
    message: 'a name is 1 to 64 letters, digits, ".", "_", "+" or "-", and begins with a letter or a digit',
  });

/** Versions are text: YAML would read 6.10 as the number 6.1. */
const Version = z
  .string({ error: 'a version is text: put it in quotes, for example "5.2" (YAML reads 5.10 as the number 5.1)' })
  .regex(/^\d+(\.\d+){0,3}([A-Za-z0-9.+-]*)$/, { message: 'a version looks like "5.2", "2.0.1" or "2.0.0.dev20230209"' });

/** Variables; null takes a variable away that an outer level set. */
const Variables = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, { message: 'not a name of an environment variable' }),
  z.union([z.string(), z.null()], { error: 'an environment variable is text: put the value in quotes' }),
);

const EnvironmentCommon = { name: Name.optional(), env: Variables.default({}) };

export const EnvironmentSpec = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('interpreter'),
    ...EnvironmentCommon,
    /** A path, or a command looked up on PATH. */
    python: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal('wheel'),
    ...EnvironmentCommon,
    torch: Version,
    rocm: Version,
    python: Version.default('3.10'),
    /** Index that serves the wheel; the public PyTorch index of this ROCm tag when absent. */
    index: z.url().optional(),
  }),
  z.strictObject({
    kind: z.literal('container'),
    ...EnvironmentCommon,
    image: z.string().min(1),
    torch: Version.optional(),
    rocm: Version.optional(),
    python: z.string().min(1).default('python3'),
  }),
]);

export const TorchSwitches = z.strictObject({
  num_threads: z.number().int().min(1).max(1024).optional(),
  cudnn_enabled: z.boolean().optional(),
  cudnn_benchmark: z.boolean().optional(),
  cudnn_deterministic: z.boolean().optional(),
  cudnn_allow_tf32: z.boolean().optional(),
  miopen_immediate: z.boolean().optional(),
});
export type TorchSwitches = z.infer<typeof TorchSwitches>;

export const SettingSpec = z.strictObject({
  description: z.string().optional(),
  env: Variables.default({}),
  torch: TorchSwitches.default({}),
});
export type SettingSpec = z.infer<typeof SettingSpec>;

const RangeAxis = z.strictObject({
  from: z.number(),
  to: z.number(),
  /** Add this from one value to the next … */
  step: z.number().positive().optional(),
  /** … or multiply by this. */
  factor: z.number().gt(1).optional(),
});

const ZipAxis = z.strictObject({
  zip: z.array(Name).min(2),
  values: z.array(z.array(Scalar)).min(1),
});

export const AxisSpec = z.union([z.array(Scalar).min(1), RangeAxis, ZipAxis]);
export type AxisSpec = z.infer<typeof AxisSpec>;

export const Watchdog = z.strictObject({
  /** Longest silence without progress evidence, by phase. */
  deadlines: z
    .strictObject({
      start: Duration.prefault('30s'),
      import: Duration.prefault('2m'),
      device: Duration.prefault('60s'),
      allocate: Duration.prefault('30s'),
      'first-run': Duration.prefault('60s'),
      steady: Duration.prefault('60s'),
      verify: Duration.prefault('2m'),
    })
    .prefault({}),
  /** Longest time of one phase however much progress it shows; then it is slow, not hung. */
  hard_limit: Duration.prefault('30m'),
  /** Time between SIGTERM and SIGKILL. */
  term_grace: Duration.prefault('2s'),
  /** How long to wait after SIGKILL before a process is called unkillable. */
  kill_wait: Duration.prefault('15s'),
});
export type Watchdog = z.infer<typeof Watchdog>;

export const SearchSpec = z.strictObject({
  strategy: z.enum(['grid', 'line']).default('line'),
  /** The axis along which "larger is worse"; by default the last axis of one numeric parameter. */
  axis: Name.optional(),
});

export const Measure = z.strictObject({
  /** Repeated runs after the first. */
  repeats: z.number().int().min(0).max(100_000).default(3),
  /** Stop repeating when the repeated runs together took this long; at least one is made. */
  budget: Duration.prefault('2s'),
  /** Compare the result with the reference on the CPU. */
  verify: z.boolean().default(true),
  rtol: z.number().nonnegative().default(1e-3),
  atol: z.number().nonnegative().default(1e-4),
});
export type Measure = z.infer<typeof Measure>;

export const Expectation = z.strictObject({
  where: Where.default({}),
  /** The slowest first run, from its start to the synchronised result. */
  first_run_within: Duration,
});

export const DEVICE_CHOICES = ['auto', 'rocm', 'cuda', 'cpu', 'simulated'] as const;

export const MatrixFile = z.strictObject({
  schema: z.literal(1, { error: 'this program reads matrix schema 1: write "schema: 1"' }),
  name: Name,
  description: z.string().default(''),
  /** A probe that comes with the program, or a path that begins with "./", "../" or "/". */
  probe: z.string().min(1),
  /** auto: a ROCm card, else a CUDA card; never the CPU, never a simulation. */
  device: z.enum(DEVICE_CHOICES).default('auto'),
  /** Model of the simulated card, relative to the matrix file; used with `--device simulated` only. */
  simulate: z.string().min(1).optional(),
  environments: z.array(EnvironmentSpec).min(1),
  env: Variables.default({}),
  settings: z.record(Name, SettingSpec).prefault({ default: {} }),
  axes: z.record(Name, AxisSpec),
  constants: z.record(Name, Scalar).default({}),
  include: z.array(z.record(Name, Scalar)).default([]),
  exclude: z.array(Where).default([]),
  isolation: z.enum(['fork', 'spawn']).default('fork'),
  /** cold: private empty MIOpen folders for every attempt; warm: kept for the attempts of one cell. */
  cache: z.enum(['cold', 'warm']).default('cold'),
  /** Attempts of every cell that the search asks for. */
  attempts: z.number().int().min(1).max(1000).default(1),
  measure: Measure.prefault({}),
  watchdog: Watchdog.prefault({}),
  search: SearchSpec.prefault({}),
  bad: z.array(z.enum(BAD_OUTCOMES)).min(1).default(['hang', 'unkillable', 'host-lost']),
  expect: z.array(Expectation).default([]),
});

/** As a person writes it. */
export type MatrixInput = z.input<typeof MatrixFile>;
/** With every default spelled out, before names are given. */
export type MatrixFile = z.output<typeof MatrixFile>;
export type EnvironmentFile = z.output<typeof EnvironmentSpec>;

/** An environment after loading: it always has a name. */
export type Environment = EnvironmentFile & { readonly name: string };
/** The validated matrix: unique environment names, a `default` setting, a known search axis. */
export type Matrix = Omit<MatrixFile, 'environments' | 'search'> & {
  readonly environments: readonly Environment[];
  readonly search: { readonly strategy: 'grid' | 'line'; readonly axis: string | null };
};
