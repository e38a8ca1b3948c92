/** results.json: the judged run and the only input of every report. */
import { z } from 'zod';
import { OrderTest } from './order.ts';
import { AttemptReport, Isolation, Purpose } from '../attempt/attempt.ts';
import { DeviceInfo, EnvironmentVersions, HostInfo, HealthReason, HealthResult, MappedLibrary } from '../events.ts';
import { CONTROLS } from '../control.ts';
import { Explanation, Indistinct, InsightState, Proposal, Refuted } from './insight.ts';
import { Transition } from './transition.ts';
import { Scalar } from '../conditions.ts';
import { OUTCOME_KINDS } from '../outcome.ts';
import { ENVIRONMENT_KINDS } from '../site.ts';
import { VerdictKind } from './verdict.ts';

export const RESULTS_SCHEMA = 1;

/**
 * Why what is inferred may be wrong. broken-line: on `line` of this run larger is not worse; alike: that line has this cell's environment and
 * setting, or its parameters. other-line: taken over from the boundary of another line (`prove: safe-side`).
 */
export const Doubt = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('broken-line'), line: z.string(), alike: z.boolean() }),
  z.object({ kind: z.literal('other-line') }),
]);
export type Doubt = z.infer<typeof Doubt>;

/** observed: attempts of this very cell. inferred: follows from cells of its line if larger is worse. */
export const Basis = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('observed') }),
  /** doubtful: true wherever there is a doubt; older programs wrote this alone. */
  z.object({
    kind: z.literal('inferred'),
    from: z.string(),
    doubtful: z.boolean().optional(),
    doubt: Doubt.optional(),
  }),
  z.object({ kind: z.literal('none') }),
]);
export type Basis = z.infer<typeof Basis>;

/** Inferred, and not to be relied on. */
export function isDoubtful({ basis }: { readonly basis: Basis }): boolean {
  return basis.kind === 'inferred' && (basis.doubt !== undefined || basis.doubtful === true);
}

export const CellResult = z.object({
  id: z.string(),
  line: z.string(),
  position: z.number(),
  environment: z.string(),
  setting: z.string(),
  case: z.record(z.string(), Scalar),
  verdict: VerdictKind,
  basis: Basis,
  /** Whether a bad attempt was seen in a freshly spawned process (or took the machine along); null where no attempt was bad. */
  confirmed: z.boolean().nullable(),
  /** Why not, where a confirmation was tried and ended in something else. */
  unconfirmed: z.string().optional(),
  attempts: z.number(),
  badAttempts: z.number(),
  /** Hangs of a process that was hardly let run, where nothing else is known of the cell: that it hangs is only suspected. Absent where there are none. */
  starvedHangs: z.number().optional(),
  /** Median seconds over the repeated runs of its passing attempts. */
  medianRunSeconds: z.number().nullable(),
  firstRunSeconds: z.number().nullable(),
});
export type CellResult = z.infer<typeof CellResult>;

/** Positions are case values on the search axis. */
export const Boundary = z.discriminatedUnion('kind', [
  /** The largest value was observed good and nothing bad was seen. */
  z.object({ kind: z.literal('all-good'), largestGood: Scalar }),
  /** The smallest value was observed bad. */
  z.object({ kind: z.literal('all-bad'), smallestBad: Scalar, confirmed: z.boolean() }),
  /** Good and bad are neighbours, both observed. */
  z.object({ kind: z.literal('bracketed'), largestGood: Scalar, smallestBad: Scalar, confirmed: z.boolean() }),
  /** Good and bad observed with `unresolved` untestable or untested cells between them. */
  z.object({
    kind: z.literal('interval'),
    largestGood: Scalar.nullable(),
    smallestBad: Scalar.nullable(),
    unresolved: z.number(),
  }),
  /** Something larger than an observed bad cell was observed good: every observed change, ascending. */
  z.object({
    kind: z.literal('not-monotone'),
    changes: z.array(z.object({ from: Scalar, to: Scalar, turns: z.enum(['bad', 'good']) })),
  }),
  /** No cell of the line could be tested. */
  z.object({ kind: z.literal('untestable'), reason: z.string() }),
]);
export type Boundary = z.infer<typeof Boundary>;

/**
 * Bad tries over all tries of the smallest bad cell; low and high: 95 % interval of Clopper and Pearson, in which tries that followed each other count
 * once. Older programs counted all bad cells of the line, and each try: they name no cell and no loads.
 */
export const HangRate = z.object({
  hangs: z.number(),
  tries: z.number(),
  low: z.number(),
  high: z.number(),
  cell: z.string().optional(),
  /** Stretches of these tries between which another cell was tried. */
  loads: z.number().optional(),
});
export type HangRate = z.infer<typeof HangRate>;

export const LineResult = z.object({
  id: z.string(),
  environment: z.string(),
  setting: z.string(),
  fixed: z.record(z.string(), Scalar),
  axis: z.string().nullable(),
  boundary: Boundary,
  /** Where the matrix speaks of flaky hangs, or tries of a bad cell disagree. */
  hangRate: HangRate.optional(),
});
export type LineResult = z.infer<typeof LineResult>;

/** What rests on "larger is worse": cells not run that are said to pass, and to be bad; how many of these are taken over from another line. */
export const RestsOn = z.object({
  passes: z.number(),
  bad: z.number(),
  takenOver: z.number(),
  /** Attempts of cells whose verdict followed already: of those that had to pass and had to be bad, and how many of each did not. */
  looks: z.object({ passes: z.number(), passesFailed: z.number(), bad: z.number(), badFailed: z.number() }),
});
export type RestsOn = z.infer<typeof RestsOn>;

/** How far "larger is worse" was tested. `inferred`: absent in older results. Lines: with a boundary and cells above it; of these the ones on which a cell above was run; lines that break it. */
export const Assumption = z.object({
  boundaries: z.number(),
  looked: z.number(),
  broken: z.number(),
  /** Lines above whose boundary nothing was run, and their cells there. */
  untriedLines: z.number(),
  untriedCells: z.number(),
  inferred: RestsOn.optional(),
  /** All of it in words. */
  text: z.string(),
});
export type Assumption = z.infer<typeof Assumption>;

export const AttemptResult = z.object({
  id: z.string(),
  cell: z.string(),
  isolation: Isolation,
  purpose: Purpose,
  startedAt: z.string(),
  report: AttemptReport,
  /**
   * sick-after: it counts, and the canary or the witness after it failed. void: made on a sick device, or where known passes hung as well; it counts for nothing.
   * retried: it took the machine down and was tried again on request, which is what counts. Absent: it counts as it is.
   */
  credit: z.enum(['sick-after', 'void', 'retried']).optional(),
});
export type AttemptResult = z.infer<typeof AttemptResult>;

export const EnvironmentResult = z.object({
  name: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
  /** As the matrix declares them. */
  torch: z.string().nullable(),
  rocm: z.string().nullable(),
  /** The public index that serves this wheel; absent for all else, where the matrix names an index itself, and in older results. */
  index: z.string().optional(),
  /** Variables of this environment alone; they come after the matrix's and before the setting's. */
  env: z.record(z.string(), z.string().nullable()),
  status: z.enum(['ready', 'unavailable', 'unused']),
  reason: z.string().nullable(),
  versions: EnvironmentVersions.nullable(),
  /** What it really loaded, by the settings that load the same; absent where nothing is known of it. */
  libraries: z
    .array(
      z.object({
        settings: z.array(z.string()),
        after: z.enum(['import', 'attempt']),
        libraries: z.array(MappedLibrary),
      }),
    )
    .optional(),
  /** Environments with the very same libraries and variables, under one setting at least: they are one experiment. Absent where there are none. */
  sameAs: z.array(z.string()).optional(),
});
export type EnvironmentResult = z.infer<typeof EnvironmentResult>;

export const ExpectationResult = z.object({
  cell: z.string(),
  limitSeconds: z.number(),
  /** Slowest first run over the attempts; null when no attempt passed. */
  slowestSeconds: z.number().nullable(),
  status: z.enum(['met', 'missed', 'untested']),
});

export const Adaptive = z.object({
  /** Attempts that hung under a lowered limit. */
  suspected: z.number(),
  /** Attempts under the full limits that hung as well, and those that did not: the suspicion was void. */
  confirmed: z.number(),
  refuted: z.number(),
  /** Seconds not waited, less what void suspicions and confirmations that nothing else asked for took; below 0 when lowering did not pay. */
  savedSeconds: z.number(),
});

/** One end of a health probe that says something. */
export const HealthCheck = z.object({
  check: z.string(),
  why: HealthReason,
  environment: z.string(),
  setting: z.string(),
  result: HealthResult,
  reason: z.string(),
  seconds: z.number(),
  /** The attempt that was the reason; null when none was. */
  after: z.string().nullable(),
});
export type HealthCheck = z.infer<typeof HealthCheck>;

/** A known pass of the suspect that was tried again and did not pass. */
export const FailedWitness = HealthCheck.extend({ case: z.record(z.string(), Scalar) });
export type FailedWitness = z.infer<typeof FailedWitness>;

export const HealthSummary = z.object({
  canaries: z.object({ healthy: z.number(), sick: z.number(), inconclusive: z.number() }),
  /** Wall seconds in health probes, controls included. */
  seconds: z.number(),
  /** The canaries that were not healthy, in order. */
  failures: z.array(HealthCheck),
  /** Known passes of the suspect, tried again after hangs and at the end. Absent where none was, and in older results. */
  witnesses: z.object({ passed: z.number(), failed: z.array(FailedWitness) }).optional(),
  /** Environments in which the canary failed last, while it passed afterwards in another. */
  unfit: z.array(z.string()),
  /** Attempts that count for nothing because the device was sick, or the suspect no longer ran what it ran before. */
  voidAttempts: z.number(),
  /** Processes that could not be killed. `ended`: what is known of their end; null while nothing is. */
  left: z.array(z.object({ pid: z.number(), attempt: z.string(), ended: z.string().nullable() })),
});
export type HealthSummary = z.infer<typeof HealthSummary>;

export const ControlResult = z.object({
  control: z.enum(CONTROLS),
  environment: z.string(),
  setting: z.string(),
  /** before: ahead of the first attempt there. after-hang: after its first hang. */
  occasion: z.enum(['before', 'after-hang']),
  case: z.record(z.string(), Scalar),
  result: HealthResult,
  /** Of its outcome. */
  outcome: z.enum(OUTCOME_KINDS),
  reason: z.string(),
  seconds: z.number(),
});
export type ControlResult = z.infer<typeof ControlResult>;

export const AxisResult = z.object({
  name: z.string(),
  /** The case parameters that this axis sets: one, or several for a zipped axis. */
  parameters: z.array(z.string()),
  /** One tuple for each value, in the order of `parameters`. */
  values: z.array(z.array(Scalar)),
});

export const Results = z.object({
  schema: z.literal(RESULTS_SCHEMA),
  tool: z.string(),
  run: z.object({
    id: z.string(),
    matrix: z.string(),
    description: z.string(),
    probe: z.string(),
    strategy: z.string(),
    /** Which cells besides the boundaries were run; of `map` only. */
    audit: z.string().optional(),
    prove: z.string().optional(),
    /** What is promised of flaky hangs, and the clean tries that a good cell took. */
    flaky: z.object({ delta: z.number(), smallestRate: z.number(), tries: z.number() }).optional(),
    startedAt: z.string(),
    /** Of the last event in the journal. */
    lastEventAt: z.string(),
    status: z.enum(['complete', 'interrupted', 'quarantined', 'unfinished']),
    quarantineReason: z.string().nullable(),
    /** Wall seconds in attempts. */
    attemptSeconds: z.number(),
    resumed: z.number(),
    /** What lowered limits did; absent where none was lowered. */
    adaptive: Adaptive.optional(),
  }),
  device: DeviceInfo,
  host: HostInfo,
  /** Each once, in the order in which they were given; absent in older results. */
  warnings: z.array(z.string()).optional(),
  bad: z.array(z.string()),
  axes: z.array(AxisResult),
  searchAxis: z.string().nullable(),
  settings: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      /** Variables of the matrix and of the setting; null is taken away. */
      env: z.record(z.string(), z.string().nullable()),
      /** Torch switches, such as cudnn_enabled. */
      torch: z.record(z.string(), Scalar),
    }),
  ),
  environments: z.array(EnvironmentResult),
  lines: z.array(LineResult),
  cells: z.array(CellResult),
  attempts: z.array(AttemptResult),
  expectations: z.array(ExpectationResult),
  /** Absent where no verdict rests on "larger is worse" and no line breaks it, and in older results. */
  assumption: Assumption.optional(),
  /** What sets the boundary, from the observed cells; docs/insight.md. All absent in results of older versions. */
  insight: z.object({ state: InsightState, text: z.string(), good: z.number(), bad: z.number() }).optional(),
  explanations: z.array(Explanation).optional(),
  remainder: z.array(Explanation).optional(),
  refuted: z.array(Refuted).optional(),
  indistinct: z.array(Indistinct).optional(),
  proposals: z.array(Proposal).optional(),
  /** Where verdicts change from one environment to the next; absent in older results. */
  transitions: z.array(Transition).optional(),
  /** Cells beyond the axes that were probed to tell explanations apart; each is a line of its own. Absent where there are none. */
  outside: z.array(CellResult).optional(),
  /** Absent where no health probe ran and no process was left. */
  health: HealthSummary.optional(),
  /** Whether hangs follow what was done before them. Absent where no cell both passed and hung, and in older results. */
  order: OrderTest.optional(),
  /** Absent where the matrix asks for none, and in older results. */
  controls: z.array(ControlResult).optional(),
});
export type Results = z.infer<typeof Results>;
