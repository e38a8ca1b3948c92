/**
 * The matrix file: the single source of its types, of its validation and of the JSON Schema for editors.
 * Input is what a person writes; output is the same with every default spelled out (`matrix.resolved.json`).
 * What one field cannot know of another is checked in `rules/`.
 */
import { z } from 'zod';
import { Bytes } from './bytes.ts';
import { DiskSize } from './disk-size.ts';
import { DEVICE_CHOICES } from '../../model/makers.ts';
import { Duration } from './duration.ts';
import { Name, ParameterName, SettingName, Variables } from '../names.ts';
import { EnvironmentSpec, type Environment } from '../kinds/kinds.ts';
import { Scalar, Where } from '../../model/conditions.ts';
import { CONTROLS } from '../../model/control.ts';
import { BAD_OUTCOMES, OUTCOMES } from '../../model/outcome.ts';
import { STRATEGIES, STRATEGY_NAMES } from '../../model/strategy.ts';

export const TorchSwitches = z.strictObject({
  num_threads: z.int().min(1).max(1024).optional().describe('torch.set_num_threads.'),
  cudnn_enabled: z.boolean().optional().describe('torch.backends.cudnn.enabled. false bypasses MIOpen on ROCm.'),
  cudnn_benchmark: z
    .boolean()
    .optional()
    .describe(
      'torch.backends.cudnn.benchmark. Its meaning and default on ROCm differ between torch 1.12, 1.13 to 2.6, and 2.7 on.',
    ),
  cudnn_deterministic: z.boolean().optional().describe('torch.backends.cudnn.deterministic.'),
  cudnn_allow_tf32: z.boolean().optional().describe('torch.backends.cudnn.allow_tf32.'),
  miopen_immediate: z.boolean().optional().describe('torch.backends.miopen.immediate (torch 2.9 and later).'),
});
export type TorchSwitches = z.infer<typeof TorchSwitches>;

export const SettingSpec = z.strictObject({
  description: z.string().optional().describe('One line for reports.'),
  env: Variables.default({}).describe('Environment variables of this setting. Text in quotes; null takes one away.'),
  torch: TorchSwitches.default({}).describe('Switches of torch, set before the first operation.'),
});
export type SettingSpec = z.infer<typeof SettingSpec>;

export const RangeAxis = z
  .strictObject({
    from: z.number().describe('First value.'),
    to: z.number().describe('Values go up to this one, itself included when a step lands on it.'),
    step: z
      .number()
      .positive()
      .optional()
      .describe('Add this from one value to the next. Give step or factor, not both.'),
    factor: z.number().gt(1).optional().describe('Multiply by this from one value to the next.'),
  })
  .describe('A range of numbers.');

export const ZipAxis = z
  .strictObject({
    zip: z.array(ParameterName).min(2).describe('The case parameters that change together.'),
    values: z
      .array(z.array(Scalar, { error: 'a row of a zipped axis is a list with one value for each name in zip' }))
      .min(1)
      .describe('Rows, each with one value for every name in zip.'),
  })
  .describe('Several case parameters that change together, such as input and output channels.');

export const AxisSpec = z.union([z.array(Scalar).min(1), RangeAxis, ZipAxis], {
  error: 'an axis is a list of values, a range {from, to, step} or a zipped axis {zip, values}',
});
export type AxisSpec = z.infer<typeof AxisSpec>;

const Adaptive = z.strictObject({
  multiple: z
    .number()
    .min(2)
    .max(10_000)
    .default(20)
    .describe(
      'How many times as long as the passes of its environment and setting an attempt may be silent, scaled by its work.',
    ),
  at_least: Duration.prefault('5s').describe('No limit is lowered below this.'),
  after_passes: z
    .int()
    .min(1)
    .max(10_000)
    .default(3)
    .describe('Passes of the environment and setting before its limits are lowered.'),
});
export type Adaptive = z.infer<typeof Adaptive>;

export const Watchdog = z.strictObject({
  deadlines: z
    .strictObject({
      start: Duration.prefault('30s').describe('Until the process has begun.'),
      import: Duration.prefault('2m').describe('Importing torch (fresh processes only).'),
      device: Duration.prefault('60s').describe('Opening the device.'),
      allocate: Duration.prefault('30s').describe('Making the inputs.'),
      'first-run': Duration.prefault('60s').describe(
        'The first run up to its synchronised result: here most hangs happen.',
      ),
      steady: Duration.prefault('60s').describe('Each of the repeated runs.'),
      verify: Duration.prefault('2m').describe('Comparing the result with the reference.'),
    })
    .prefault({})
    .describe('Longest silence without progress evidence, by phase.'),
  hard_limit: Duration.prefault('30m').describe(
    'Longest time of one phase however much progress it shows; then it is slow, not hung.',
  ),
  adaptive: z
    .union([z.literal(false), Adaptive], { error: 'is false, or a map of multiple, at_least and after_passes' })
    .prefault({})
    .describe(
      'Lower limits once passes are known. A hang under a lowered limit is confirmed under the full one before it bounds anything. false: never.',
    ),
  term_grace: Duration.prefault('2s').describe('Time between SIGTERM and SIGKILL.'),
  kill_wait: Duration.prefault('15s').describe('How long to wait after SIGKILL before a process is called unkillable.'),
  hardware_watchdog: z
    .union([z.boolean(), z.string().startsWith('/')], {
      error: 'true, false, or the absolute path of a watchdog device',
    })
    .optional()
    .describe(
      'true: bench pings /dev/watchdog while it measures, and a machine on which it freezes restarts by itself. A path: that device.',
    ),
  output_limit: Bytes.prefault('1MiB').describe(
    'Most that is kept of standard output and of standard error, each; a longer one is cut in the middle while it is still written.',
  ),
  native_stacks: z
    .enum(['auto', 'always', 'never'])
    .default('auto')
    .describe(
      'C stacks of a hung process by py-spy, gdb or eu-stack before it is killed; takes seconds. auto: where torch or a GPU runtime is mapped.',
    ),
});
export type Watchdog = z.infer<typeof Watchdog>;

const SearchSpec = z.strictObject({
  strategy: z
    .enum(STRATEGY_NAMES)
    .default('map')
    .describe(
      Object.entries(STRATEGIES)
        .map(([name, { description }]) => `${name}: ${description}.`)
        .join(' '),
    ),
  axis: ParameterName.nullable()
    .optional()
    .describe(
      'The axis along which larger is worse. By default the last axis of one numeric parameter; null for none.',
    ),
  every: z
    .boolean()
    .default(true)
    .describe(
      'versions only: also probe between two environments that agree. false: bisect as if there were one change.',
    ),
  audit: z
    .enum(['none', 'sample', 'all-safe'])
    .default('sample')
    .describe(
      'map only. sample: a few cells besides the boundaries, to notice where larger is not worse. all-safe: every cell that is reported to pass was run.',
    ),
  prove: z
    .enum(['boundary', 'safe-side'])
    .default('boundary')
    .describe(
      'map only. boundary: the good and the bad cell of each boundary were run. safe-side: every pass was run, and hangs are sampled where lines alike agree.',
    ),
});

type SearchSpec = z.output<typeof SearchSpec>;

const ExplainSpec = z.strictObject({
  probes: z
    .int()
    .min(0)
    .max(1000)
    .default(0)
    .describe('Probes after the search that tell explanations of the boundary apart. They may lie outside the axes.'),
});

export const Measure = z.strictObject({
  repeats: z.int().min(0).max(100_000).default(3).describe('Repeated runs after the first.'),
  budget: Duration.prefault('2s').describe(
    'Stop repeating when the repeated runs together took this long; at least one is made.',
  ),
  verify: z.boolean().default(true).describe('Compare the result with the reference on the CPU.'),
  rtol: z.number().nonnegative().default(1e-3).describe('Relative tolerance of the comparison.'),
  atol: z.number().nonnegative().default(1e-4).describe('Absolute tolerance of the comparison.'),
});
export type Measure = z.infer<typeof Measure>;

export const Flaky = z.strictObject({
  delta: z
    .number()
    .min(1e-9)
    .max(0.5)
    .default(0.01)
    .describe('Largest chance that the boundary of a line is wrong for a hang that no attempt showed.'),
  smallest_rate: z
    .number()
    .min(0.01)
    .max(1)
    .default(0.3)
    .describe('Smallest share of attempts that must hang on a cell for this promise to hold.'),
});
export type Flaky = z.infer<typeof Flaky>;

export const Health = z.strictObject({
  canary: z
    .boolean()
    .default(true)
    .describe(
      'Ask the device by a tiny known-good probe whether it is still healthy: at the start, after every attempt that failed, and now and then.',
    ),
  every: z
    .int()
    .min(0)
    .max(1_000_000)
    .default(100)
    .describe('A canary after this many passes in a row without one; 0 for never.'),
  deadline: Duration.prefault('30s').describe('Longest silence of a health probe in each phase after its import.'),
  cool_down: Duration.prefault('5s').describe('How long a sick device is left alone before it is asked again.'),
  retries: z.int().min(0).max(100).default(3).describe('How often it is asked again before the device is quarantined.'),
});
export type Health = z.infer<typeof Health>;

const Expectation = z.strictObject({
  where: Where.default({}).describe('The cells that are meant; all when empty.'),
  first_run_within: Duration.describe('The slowest first run, from its start to the synchronised result.'),
});

export const Provision = z.strictObject({
  installer: z
    .enum(['auto', 'uv', 'pip'])
    .default('auto')
    .describe(
      'What builds wheel environments. auto: uv where it is on PATH or can be installed as a package into the cache, else venv and pip.',
    ),
  jobs: z
    .int()
    .min(1)
    .max(16)
    .default(2)
    .describe('Environments that are built at the same time, while probes run on those that are ready.'),
  max_disk: DiskSize.optional().describe(
    'Most that all kept environments may take, such as "20GB"; the least recently used are removed. By default what the disk has.',
  ),
  client: z
    .enum(['auto', 'podman', 'docker'])
    .default('auto')
    .describe('What starts containers. auto: podman, else docker.'),
  pull: z
    .enum(['never', 'missing'])
    .default('never')
    .describe('missing: an image that is not here is pulled. never: it makes its environment unavailable.'),
});
export type Provision = z.infer<typeof Provision>;

export const MatrixFile = z.strictObject({
  schema: z
    .literal(1, {
      error: (issue) =>
        issue.input === undefined
          ? 'is missing; write "schema: 1"'
          : 'this program reads matrix schema 1; write "schema: 1"',
    })
    .describe('Version of this file format.'),
  name: Name.describe('Name of the matrix; names the run folder.'),
  description: z.string().default('').describe('What the matrix is for; shown in reports.'),
  probe: z
    .string()
    .min(1)
    .describe('A probe that comes with the program, such as conv2d, or a path that begins with "./", "../" or "/".'),
  device: z
    .enum(DEVICE_CHOICES)
    .default('auto')
    .describe('auto: a ROCm card, else a CUDA card; never the CPU, never a simulation. --device overrides it.'),
  simulate: z
    .string()
    .min(1)
    .optional()
    .describe('Model of the simulated card, relative to this file; used with --device simulated only.'),
  environments: z.array(EnvironmentSpec).min(1).describe('The Pythons to test, ordered from old to new.'),
  env: Variables.default({}).describe(
    'Environment variables of every attempt. Text in quotes. An environment or a setting overrides them.',
  ),
  settings: z
    .record(SettingName, SettingSpec)
    .prefault({ default: {} })
    .describe('Named sets of variables and torch switches. `default` is what the others are compared with.'),
  axes: z
    .record(ParameterName, AxisSpec)
    .describe('The case parameters to vary: a list, a range or a zipped axis. The last one varies fastest.'),
  constants: z.record(ParameterName, Scalar).default({}).describe('Case parameters with one value.'),
  include: z
    .array(z.record(ParameterName, Scalar))
    .default([])
    .describe(
      'More cells. A parameter left out takes every value of its axis; `environment` and `setting` may narrow. Applied after exclude.',
    ),
  exclude: z
    .array(Where)
    .default([])
    .describe('Cells to leave out: conditions over case parameters, environment, setting, torch, rocm and env.NAME.'),
  provision: Provision.optional().describe('How environments are built and kept.'),
  isolation: z
    .enum(['fork', 'spawn'])
    .default('fork')
    .describe('fork: one fork for each attempt after the import; spawn: a fresh interpreter.'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe('cold: private empty MIOpen folders for every attempt; warm: kept for the attempts of one cell.'),
  same_libraries: z
    .enum(['report', 'merge'])
    .default('report')
    .describe(
      'Environments that load the very same libraries with the same variables are one experiment. report: each is probed, and the report says so. merge: only the first is, and its verdicts hold for the others.',
    ),
  attempts: z
    .union([z.int().min(1).max(1000), z.literal('auto')], { error: 'is a whole number from 1 to 1000, or auto' })
    .optional()
    .describe(
      'Clean attempts that a good cell takes; the first bad one decides. auto: as many as `flaky` needs. By default 1, or auto with `flaky`.',
    ),
  flaky: Flaky.optional().describe('What is promised of cells that hang now and then.'),
  measure: Measure.prefault({}).describe('How a passing attempt is timed and checked.'),
  watchdog: Watchdog.prefault({}).describe('When an attempt counts as hung, and how it is ended.'),
  health: Health.prefault({}).describe('How the health of the device is watched.'),
  include_no_binary: z
    .boolean()
    .default(false)
    .describe(
      'Try wheels that hold no code for the card as well. They end with "no binary" at once, so by default they are left out unmeasured.',
    ),
  controls: z
    .array(z.enum(CONTROLS))
    .default([])
    .describe(
      'Probes that must pass if only the suspect is at fault: before the first attempt of each environment and setting, and again after its first hang.',
    ),
  search: SearchSpec.prefault({}).describe('Which cells are tried.'),
  explain: ExplainSpec.prefault({}).describe('What is probed to learn what sets the boundary.'),
  bad: z
    .array(z.enum(BAD_OUTCOMES))
    .min(1)
    .default(BAD_OUTCOMES.filter((kind) => OUTCOMES[kind].neverReturned))
    .describe('Outcomes that count as bad.'),
  expect: z.array(Expectation).default([]).describe('What must hold for the card to be called usable.'),
});

/** As a person writes it. */
export type MatrixInput = z.input<typeof MatrixFile>;
/** With every default spelled out, before names are given. */
export type MatrixFile = z.output<typeof MatrixFile>;
/** With the axis that was chosen; whatever is not said is as in a file that does not say it. */
export type SearchPlan = Pick<SearchSpec, 'strategy'> &
  Partial<Omit<SearchSpec, 'strategy' | 'axis'>> & { readonly axis: string | null };
/** The validated matrix: unique environment names, a `default` setting, a known search axis. */
export type Matrix = Omit<MatrixFile, 'environments' | 'search' | 'attempts'> & {
  readonly attempts: number;
  readonly environments: readonly Environment[];
  readonly search: SearchPlan;
};
