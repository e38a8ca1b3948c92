/**
 * Results written by hand, for the reports' tests and golden files: realistic in size and content, made without running anything.
 * The same options always give the same object.
 */
import { createHash } from 'node:crypto';
import type { AttemptReport } from '../../harness/model/attempt/attempt.ts';
import type { Case } from '../../harness/model/cell.ts';
import type { Outcome } from '../../harness/model/outcome.ts';
import type {
  AttemptResult,
  Boundary,
  CellResult,
  EnvironmentResult,
  LineResult,
  Results,
} from '../../harness/model/results/results.ts';

type Scalar = string | number | boolean;

export interface LinePlan {
  /** Index of the first bad value; null when the line is good throughout. */
  readonly firstBad: number | null;
  readonly outcome: Outcome;
}

export interface BuildOptions {
  readonly matrix: string;
  readonly environments: readonly EnvironmentResult[];
  readonly settings?: Results['settings'];
  readonly channels: readonly (readonly [number, number])[];
  readonly sizes: readonly number[];
  readonly plan: (environment: EnvironmentResult, setting: string, channels: readonly [number, number]) => LinePlan;
  /** Lines after this many are left untested, as an interrupted run leaves them. */
  readonly stopAfterLines?: number;
  readonly device?: Results['device'];
  readonly run?: Partial<Results['run']>;
  readonly stacks?: (environment: EnvironmentResult) => string;
}

const START = Date.UTC(2026, 10, 20, 21, 4, 11);
const CONSTANTS: Case = { batch: 1, kernel: 3, stride: 1, padding: 1, dtype: 'float32', direction: 'forward' };

export const FIRST_RUN_HANG: Outcome = { kind: 'hang', phase: 'first-run', activity: 'busy', silentSeconds: 60 };

export function hangStacks(environment: EnvironmentResult): string {
  const site = `/home/user/envs/${environment.name}/lib/python3.10/site-packages`;
  return [
    'Current thread 0x00007f3c1a2b4740 (most recent call first):',
    `  File "${site}/torch/nn/modules/conv.py", line 459 in _conv_forward`,
    `  File "${site}/torch/nn/modules/conv.py", line 463 in forward`,
    `  File "${site}/torch/nn/modules/module.py", line 1501 in _call_impl`,
    '  File "conv2d.py", line 88 in run',
    '  File "worker.py", line 241 in attempt',
  ].join('\n');
}

export function wheel(rocm: string, torch: string, unavailable: string | null = null): EnvironmentResult {
  const name = `rocm${rocm}-torch${torch}`;
  return {
    name,
    kind: 'wheel',
    torch,
    rocm,
    env: {},
    status: unavailable === null ? 'ready' : 'unavailable',
    reason: unavailable,
    versions:
      unavailable === null
        ? {
            python: '3.10.14',
            executable: `/home/user/envs/${name}/bin/python3`,
            torch: `${torch}+rocm${rocm}`,
            hip: `${rocm}.22804`,
            cuda: null,
            dnn: '2020000',
            archList: ['gfx900', 'gfx906', 'gfx908', 'gfx90a', 'gfx1030'],
            more: {},
          }
        : null,
  };
}

export function buildResults(options: BuildOptions): Results {
  const cells: CellResult[] = [];
  const lines: LineResult[] = [];
  const attempts: AttemptResult[] = [];
  const settings = options.settings ?? [
    { name: 'default', description: '', env: { HSA_OVERRIDE_GFX_VERSION: '10.3.0' }, torch: {} },
  ];
  let clock = START;
  for (const environment of options.environments) {
    for (const setting of settings) {
      for (const channels of options.channels) {
        const fixed: Case = { ...CONSTANTS, in_channels: channels[0], out_channels: channels[1] };
        const lineId = `line-${hash([environment.name, setting.name, fixed])}`;
        const made = options.sizes.map((size, position): CellResult => {
          const full: Case = { ...CONSTANTS, size, in_channels: channels[0], out_channels: channels[1] };
          return {
            id: `${environment.name}-${setting.name}-${channels[0]}-${channels[1]}-${size}-${hash([environment.name, setting.name, full])}`,
            line: lineId,
            position,
            environment: environment.name,
            setting: setting.name,
            case: full,
            verdict: environment.status === 'unavailable' ? 'unavailable' : 'untested',
            basis: { kind: 'none' },
            confirmed: null,
            attempts: 0,
            badAttempts: 0,
            medianRunSeconds: null,
            firstRunSeconds: null,
          };
        });
        const skipped = environment.status !== 'ready' || lines.length >= (options.stopAfterLines ?? Infinity);
        let boundary: Boundary = { kind: 'untestable', reason: environment.reason ?? 'not reached' };
        if (!skipped) {
          const plan = options.plan(environment, setting.name, channels);
          const attempt = (position: number, bad: boolean, purpose: AttemptResult['purpose']): void => {
            const cell = made[position];
            if (cell === undefined) return;
            const report = bad ? badReport(plan.outcome, environment, options) : passReport(cell.case);
            attempts.push({
              id: `a${String(attempts.length + 1).padStart(5, '0')}`,
              cell: cell.id,
              isolation: purpose === 'confirm' ? 'spawn' : 'fork',
              purpose,
              startedAt: new Date(clock).toISOString(),
              report,
            });
            clock += Math.round(report.seconds * 1000) + 40;
            made[position] = observe(cell, report, purpose);
          };
          boundary = bisect(options.sizes, plan.firstBad, attempt);
          infer(made);
        }
        lines.push({ id: lineId, environment: environment.name, setting: setting.name, fixed, axis: 'size', boundary });
        cells.push(...made);
      }
    }
  }
  const seconds = attempts.reduce((sum, one) => sum + one.report.seconds, 0);
  return {
    schema: 1,
    tool: 'bench 0.1.0',
    run: {
      id: `${options.matrix}-20261120-210411`,
      matrix: options.matrix,
      description: 'Conv2d 3x3, padding 1, over the ROCm wheels',
      probe: 'conv2d',
      strategy: 'line',
      startedAt: new Date(START).toISOString(),
      lastEventAt: new Date(clock).toISOString(),
      status: 'complete',
      quarantineReason: null,
      attemptSeconds: Math.round(seconds * 1000) / 1000,
      resumed: 0,
      ...options.run,
    },
    device: options.device ?? SIMULATED_CARD,
    host: {
      kernel: '6.8.0-45-generic',
      cpu: 'AMD Ryzen 5 3600 6-Core Processor',
      memoryMib: 32017,
      node: 'v20.20.2',
      ambient: { HSA_OVERRIDE_GFX_VERSION: '10.3.0', MIOPEN_LOG_LEVEL: '3' },
    },
    bad: ['hang', 'unkillable', 'host-lost'],
    axes: [
      {
        name: 'channels',
        parameters: ['in_channels', 'out_channels'],
        values: options.channels.map((pair) => [...pair]),
      },
      { name: 'size', parameters: ['size'], values: options.sizes.map((size) => [size]) },
    ],
    searchAxis: 'size',
    settings,
    environments: [...options.environments],
    lines,
    cells,
    attempts,
    expectations: [],
  };
}

export const SIMULATED_CARD: Results['device'] = {
  kind: 'simulated',
  name: 'Radeon RX 5600 XT (simulated)',
  target: 'gfx1010',
  pciAddress: null,
  simulation: { model: 'founding-notes', timeScale: 0.01 },
};

export const REAL_CARD: Results['device'] = {
  kind: 'rocm',
  name: 'Radeon RX 5600 XT',
  target: 'gfx1010',
  pciAddress: '0000:28:00.0',
  simulation: null,
};

/** The largest value first; when it is bad, bisection to the boundary, then the smallest bad one again in a fresh process. */
function bisect(
  sizes: readonly number[],
  firstBad: number | null,
  attempt: (position: number, bad: boolean, purpose: AttemptResult['purpose']) => void,
): Boundary {
  const last = sizes.length - 1;
  const value = (position: number): Scalar => sizes[position] ?? 0;
  if (firstBad === null) {
    attempt(last, false, 'search');
    return { kind: 'all-good', largestGood: value(last) };
  }
  let low = -1;
  let high = last + 1;
  while (high - low > 1) {
    const middle = low + Math.max(1, Math.floor((high - low) / 3));
    attempt(middle, middle >= firstBad, 'search');
    if (middle >= firstBad) high = middle;
    else low = middle;
  }
  attempt(firstBad, true, 'confirm');
  if (firstBad === 0) return { kind: 'all-bad', smallestBad: value(0), confirmed: true };
  return { kind: 'bracketed', largestGood: value(firstBad - 1), smallestBad: value(firstBad), confirmed: true };
}

function observe(cell: CellResult, report: AttemptReport, purpose: AttemptResult['purpose']): CellResult {
  const bad = report.outcome.kind !== 'pass';
  return {
    ...cell,
    verdict: report.outcome.kind,
    basis: { kind: 'observed' },
    confirmed: bad ? cell.confirmed === true || purpose === 'confirm' : null,
    attempts: cell.attempts + 1,
    badAttempts: cell.badAttempts + (bad ? 1 : 0),
    medianRunSeconds: report.timing?.runs[1] ?? null,
    firstRunSeconds: report.timing?.firstRun ?? null,
  };
}

function infer(cells: CellResult[]): void {
  const good = cells.findLast((cell) => cell.basis.kind === 'observed' && cell.verdict === 'pass');
  const bad = cells.find((cell) => cell.basis.kind === 'observed' && cell.verdict !== 'pass');
  for (const [position, cell] of cells.entries()) {
    if (cell.basis.kind !== 'none') continue;
    if (good !== undefined && position < good.position)
      cells[position] = { ...cell, verdict: 'pass', basis: { kind: 'inferred', from: good.id } };
    else if (bad !== undefined && position > bad.position)
      cells[position] = { ...cell, verdict: bad.verdict, basis: { kind: 'inferred', from: bad.id } };
  }
}

function passReport(full: Case): AttemptReport {
  const [size, input, output] = [Number(full['size']), Number(full['in_channels']), Number(full['out_channels'])];
  const flops = 2 * 9 * input * output * size * size;
  const run = Number((2e-5 + flops / 8e11).toPrecision(4));
  return {
    outcome: { kind: 'pass' },
    seconds: 0.61,
    phases: [
      { phase: 'device', seconds: 0.21 },
      { phase: 'allocate', seconds: 0.01 },
      { phase: 'first-run', seconds: 0.24 },
      { phase: 'steady', seconds: 0.02 },
      { phase: 'verify', seconds: 0.05 },
    ],
    timing: {
      firstRun: 0.24,
      runs: [Number((run * 1.1).toPrecision(4)), run, Number((run * 0.98).toPrecision(4))],
      flops,
      bytes: 4 * size * size * (input + output),
    },
    check: { matches: true, maxError: 2.1e-6, tolerance: 1e-3 },
    cpuSeconds: 0.4,
    maxRssKib: 812_344,
    evidence: null,
    cleanup: { signals: [], reapSeconds: null, swept: 0, left: [] },
  };
}

function badReport(outcome: Outcome, environment: EnvironmentResult, options: BuildOptions): AttemptReport {
  return {
    outcome,
    seconds: 60.9,
    phases: [
      { phase: 'device', seconds: 0.21 },
      { phase: 'allocate', seconds: 0.01 },
      { phase: 'first-run', seconds: 60.4 },
    ],
    timing: null,
    check: null,
    cpuSeconds: 60.2,
    maxRssKib: 812_344,
    evidence: {
      processes: [
        {
          pid: 4711,
          command: 'python3 -u worker.py --probe conv2d.py',
          state: 'R',
          waitChannel: null,
          threads: 5,
          cpuSeconds: 60.2,
        },
        { pid: 4712, command: 'clinfo', state: 'S', waitChannel: 'futex_wait_queue', threads: 1, cpuSeconds: 0 },
      ],
      pythonStacks: (options.stacks ?? hangStacks)(environment),
      stderrTail:
        'MIOpen(HIP): Info [GetFindModeValueImpl] MIOPEN_FIND_MODE = DYNAMIC_HYBRID(5)\nMIOpen(HIP): Info [FindCore] Searching: GemmFwdRest',
      signatures: [],
    },
    cleanup: { signals: ['SIGTERM', 'SIGKILL'], reapSeconds: 2.3, swept: 1, left: [] },
  };
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);
}
