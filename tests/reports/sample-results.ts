/** The results that tests and golden files use: one function for each kind of run that a report must get right. */
import type { EnvironmentResult, Results } from '../../harness/model/results/results.ts';
import { buildResults, FIRST_RUN_HANG, REAL_CARD, wheel, type BuildOptions } from './build-results.ts';

const SIZES = [
  8, 12, 16, 20, 24, 28, 30, 32, 33, 34, 36, 38, 40, 42, 43, 44, 46, 48, 52, 56, 60, 64, 72, 80, 88, 96, 104, 112, 128,
  144, 160, 176, 192, 224, 256,
];
const CHANNELS = [
  [16, 32],
  [15, 31],
  [17, 33],
  [31, 63],
  [32, 64],
  [64, 128],
  [3, 16],
] as const;
const WHEELS: EnvironmentResult[] = [
  wheel('5.0', '1.12.1'),
  wheel('5.1.1', '1.12.1'),
  wheel('5.2', '1.13.1'),
  wheel('5.3', '2.0.1'),
  wheel('5.4.2', '2.0.1'),
  wheel('5.5', '2.1.2'),
  wheel('5.6', '2.1.2'),
  wheel('5.7', '2.2.2'),
  wheel('6.0', '2.3.1'),
  wheel('6.1', '2.4.1'),
  wheel('6.2', '2.5.1'),
  wheel('6.2.4', '2.6.0'),
  wheel('6.3', '2.7.1'),
  wheel('6.4', '2.8.0'),
];

/** 5.3 and 5.5 to 6.1 hang above 32 on power-of-two channels; 5.4.2 on the widest pair only. */
const plan: BuildOptions['plan'] = (environment, _setting, [input, output]) => {
  const rocm = environment.rocm ?? '';
  const powers = Number.isInteger(Math.log2(input)) && Number.isInteger(Math.log2(output));
  const hangs =
    powers && (['5.3', '5.5', '5.6', '5.7', '6.0', '6.1'].includes(rocm) || (rocm === '5.4.2' && input >= 64));
  return { firstBad: hangs ? SIZES.indexOf(33) : null, outcome: FIRST_RUN_HANG };
};

/** The customer's question in full size, on the simulated card: 14 environments, 98 lines, 3,430 cells. */
export function foundingNotes(): Results {
  const results = buildResults({ matrix: 'conv2d', environments: WHEELS, channels: CHANNELS, sizes: SIZES, plan });
  const wanted = results.cells.filter((cell) => cell.case['in_channels'] === 16 && cell.case['size'] === 48);
  return {
    ...results,
    expectations: wanted.map((cell) => ({
      cell: cell.id,
      limitSeconds: 5,
      slowestSeconds: cell.verdict === 'pass' ? 0.24 : null,
      status: cell.verdict === 'pass' ? 'met' : 'missed',
    })),
  };
}

/** The same in small, for the golden file: 14 environments, 42 lines, 378 cells. */
export function foundingNotesSmall(): Results {
  const sizes = [8, 16, 32, 33, 48, 64, 96, 128, 256];
  const small: BuildOptions['plan'] = (environment, setting, channels) => {
    const { firstBad, outcome } = plan(environment, setting, channels);
    return { firstBad: firstBad === null ? null : sizes.indexOf(33), outcome };
  };
  return buildResults({
    matrix: 'conv2d',
    environments: WHEELS,
    channels: [
      [16, 32],
      [15, 31],
      [64, 128],
    ],
    sizes,
    plan: small,
  });
}

/** Real PyTorch on the CPU: one environment, everything passes. */
export function tinyCpu(): Results {
  const results = buildResults({
    matrix: 'conv2d-cpu',
    environments: [
      {
        name: 'system',
        kind: 'interpreter',
        torch: null,
        rocm: null,
        env: {},
        status: 'ready',
        reason: null,
        versions: {
          python: '3.11.2',
          executable: '/usr/bin/python3',
          torch: '1.13.1',
          hip: null,
          cuda: null,
          dnn: null,
          archList: [],
          more: { openmp: '2 threads' },
        },
      },
    ],
    channels: [[16, 32]],
    sizes: [8, 16, 32, 64],
    plan: () => ({ firstBad: null, outcome: FIRST_RUN_HANG }),
    device: { kind: 'cpu', name: 'Intel Xeon', target: null, pciAddress: null, simulation: null },
  });
  return { ...results, settings: [{ name: 'default', description: '', env: {}, torch: {} }] };
}

/** A real card, stopped by hand in the middle; one environment could not be built. */
export function interrupted(): Results {
  return buildResults({
    matrix: 'conv2d',
    environments: [
      wheel('5.2', '1.13.1'),
      wheel('5.3', '2.0.1', 'no wheel for CPython 3.10 in the index'),
      wheel('5.7', '2.2.2'),
      { ...wheel('6.2', '2.5.1'), status: 'unused', versions: null },
    ],
    channels: [
      [16, 32],
      [32, 64],
    ],
    sizes: [8, 16, 32, 33, 48, 64],
    stopAfterLines: 5,
    plan: (environment) => ({ firstBad: environment.rocm === '5.7' ? 3 : null, outcome: FIRST_RUN_HANG }),
    device: REAL_CARD,
    run: { status: 'interrupted' },
  });
}

/** One environment, one setting that hangs at every shape: the OpenMP fork. */
export function openmpFork(): Results {
  const results = buildResults({
    matrix: 'openmp-fork',
    environments: [
      {
        name: 'system',
        kind: 'interpreter',
        torch: null,
        rocm: null,
        env: {},
        status: 'ready',
        reason: null,
        versions: {
          python: '3.11.2',
          executable: '/usr/bin/python3',
          torch: '1.13.1',
          hip: null,
          cuda: null,
          dnn: null,
          archList: [],
          more: {},
        },
      },
    ],
    settings: [
      { name: 'threads-1', description: 'one OpenMP thread', env: { OMP_NUM_THREADS: '1' }, torch: {} },
      { name: 'threads-2', description: 'two OpenMP threads', env: { OMP_NUM_THREADS: '2' }, torch: {} },
    ],
    channels: [
      [1, 4],
      [64, 128],
    ],
    sizes: [4, 16, 64, 128],
    plan: (_environment, setting) => ({
      firstBad: setting === 'threads-2' ? 0 : null,
      outcome: { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 5 },
    }),
    device: { kind: 'cpu', name: 'Intel Xeon', target: null, pciAddress: null, simulation: null },
  });
  return results;
}

/** Crashes above 16 in 5.7, errors at every size in 6.0; the matrix counts hangs alone as bad. */
export function notCounted(): Results {
  const results = buildResults({
    matrix: 'conv2d',
    environments: [wheel('5.2', '1.13.1'), wheel('5.7', '2.2.2'), wheel('6.0', '2.3.1')],
    channels: [[16, 32]],
    sizes: [8, 16, 32],
    plan: ({ rocm }) =>
      rocm === '6.0'
        ? {
            firstBad: 0,
            outcome: {
              kind: 'error',
              phase: 'first-run',
              errorClass: 'no-binary',
              message: 'HIP error: invalid device function\nsecond line',
            },
          }
        : {
            firstBad: rocm === '5.7' ? 2 : null,
            outcome: { kind: 'crash', phase: 'first-run', signal: 'SIGSEGV', signature: null },
          },
  });
  return {
    ...results,
    cells: results.cells.map((cell): Results['cells'][number] => {
      if (cell.verdict === 'pass') return cell;
      return cell.basis.kind === 'observed'
        ? { ...cell, confirmed: null, badAttempts: 0 }
        : { ...cell, verdict: 'untested', basis: { kind: 'none' } };
    }),
    lines: results.lines.map(({ boundary, ...line }): Results['lines'][number] => {
      if (boundary.kind === 'all-bad')
        return { ...line, boundary: { kind: 'untestable', reason: 'every attempt ended in error' } };
      return {
        ...line,
        boundary:
          boundary.kind === 'bracketed'
            ? { kind: 'interval', largestGood: boundary.largestGood, smallestBad: null, unresolved: 1 }
            : boundary,
      };
    }),
  };
}

/** Two environments, two settings: GEMM hangs in both, direct kernels in 5.7 alone. */
export function twoSettings(): Results {
  return buildResults({
    matrix: 'solvers',
    environments: [wheel('5.2', '1.13.1'), wheel('5.7', '2.2.2')],
    settings: [
      { name: 'only-gemm', description: '', env: {}, torch: {} },
      { name: 'only-direct', description: '', env: {}, torch: {} },
      { name: 'cudnn-off', description: '', env: {}, torch: {} },
    ],
    channels: [
      [16, 32],
      [15, 31],
    ],
    sizes: [8, 16, 32],
    plan: ({ rocm }, setting) => ({
      firstBad: setting === 'only-gemm' || (setting === 'only-direct' && rocm === '5.7') ? 2 : null,
      outcome: FIRST_RUN_HANG,
    }),
  });
}

/** Two shapes that must be fast enough, no search axis; `status` of both. */
export function acceptance(status: 'met' | 'missed' | 'untested'): Results {
  const results = buildResults({
    matrix: 'acceptance',
    environments: [wheel('5.2', '1.13.1')],
    channels: [
      [16, 32],
      [32, 64],
    ],
    sizes: [48],
    plan: () => ({ firstBad: status === 'missed' ? 0 : null, outcome: FIRST_RUN_HANG }),
    ...(status === 'untested' ? { stopAfterLines: 0 } : {}),
  });
  return {
    ...results,
    searchAxis: null,
    lines: results.lines.map((line): Results['lines'][number] => ({
      ...line,
      axis: null,
      boundary:
        status === 'untested'
          ? line.boundary
          : status === 'met'
            ? { kind: 'all-good', largestGood: 0 }
            : { kind: 'all-bad', smallestBad: 0, confirmed: true },
    })),
    cells: results.cells,
    expectations: results.cells.map(({ id }) => ({
      cell: id,
      limitSeconds: 5,
      slowestSeconds: status === 'met' ? 0.24 : null,
      status,
    })),
  };
}

export const HOSTILE =
  '</script><img src=x onerror=alert(1)>"\'`&]]>--><svg/onload=alert(2)>\u202eRTL\u0000\u001b[31m\ud800 @octocat #123 =1+1 |';

/** Every text that a person or a probe can set is an attack. */
export function hostile(): Results {
  const honest = buildResults({
    matrix: 'conv2d',
    environments: [wheel('5.2', '1.13.1'), wheel('5.7', '2.2.2'), wheel('6.0', '2.3.1', 'gone')],
    channels: [
      [16, 32],
      [15, 31],
    ],
    sizes: [8, 32, 33],
    plan: (environment) => ({
      firstBad: environment.rocm === '5.7' ? 1 : null,
      outcome: { kind: 'error', phase: 'first-run', errorClass: 'other', message: HOSTILE },
    }),
    run: { status: 'quarantined', quarantineReason: HOSTILE },
  });
  return poison({ ...honest, bad: ['error', 'hang'] });
}

/** Names that the schema binds to a pattern stay; free text is replaced, keys of open records gain a hostile one. */
function poison(results: Results): Results {
  return {
    ...results,
    tool: HOSTILE,
    run: { ...results.run, id: HOSTILE, description: HOSTILE, probe: HOSTILE, matrix: HOSTILE },
    device: {
      ...results.device,
      name: HOSTILE,
      target: HOSTILE,
      pciAddress: HOSTILE,
      simulation: { model: HOSTILE, timeScale: 1 },
    },
    host: { kernel: HOSTILE, cpu: HOSTILE, memoryMib: 1, node: HOSTILE, ambient: { [HOSTILE]: HOSTILE } },
    axes: [...results.axes, { name: HOSTILE, parameters: [HOSTILE], values: [[HOSTILE], ['b']] }],
    settings: [
      { name: 'default', description: HOSTILE, env: { [HOSTILE]: HOSTILE, GONE: null }, torch: {} },
      { name: HOSTILE, description: '', env: {}, torch: {} },
    ],
    environments: results.environments.map((one, index) => ({
      ...one,
      name: `${one.name}${index === 1 ? HOSTILE : ''}`,
      reason: HOSTILE,
      versions: {
        python: HOSTILE,
        executable: HOSTILE,
        torch: HOSTILE,
        hip: HOSTILE,
        cuda: HOSTILE,
        dnn: HOSTILE,
        archList: [HOSTILE],
        more: { [HOSTILE]: HOSTILE, __proto__x: 'y' },
      },
    })),
    lines: results.lines.map((line) => ({
      ...line,
      environment: renamed(results, line.environment),
      fixed: { ...line.fixed, [HOSTILE]: HOSTILE },
    })),
    cells: results.cells.map((cell, index) => ({
      ...cell,
      id: cell.id + HOSTILE,
      basis: cell.basis.kind === 'inferred' ? { kind: 'inferred', from: cell.basis.from + HOSTILE } : cell.basis,
      environment: renamed(results, cell.environment),
      case: { ...cell.case, [HOSTILE]: index % 2 === 0 ? HOSTILE : 'b' },
    })),
    attempts: results.attempts.map((attempt) => ({
      ...attempt,
      id: attempt.id + HOSTILE,
      cell: attempt.cell + HOSTILE,
      report: {
        ...attempt.report,
        phases: [{ phase: HOSTILE, seconds: 1 }],
        evidence: {
          processes: [{ pid: 1, command: HOSTILE, state: HOSTILE, waitChannel: HOSTILE, threads: 1, cpuSeconds: null }],
          pythonStacks: `\`\`\`\`\`\n${HOSTILE}\n${'deep\n'.repeat(2000)}`,
          stderrTail: HOSTILE.repeat(80),
          signatures: [HOSTILE],
        },
      },
    })),
  };
}

function renamed(results: Results, name: string): string {
  return results.environments[1]?.name === name ? name + HOSTILE : name;
}
