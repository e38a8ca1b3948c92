/** What is measured: matrices of a known size and a run whose answers follow one rule. No device, no process, no chance. */
import type { AttemptReport } from '../../harness/model/attempt/attempt.ts';
import type { NewEvent } from '../../harness/model/events.ts';
import type { Cell } from '../../harness/model/cell.ts';
import { enumerate } from '../../harness/matrix/space/enumerate.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';
import type { Matrix } from '../../harness/matrix/file/schema.ts';
import { createSearch } from '../../harness/search/create.ts';
import type { Answer, Question } from '../../harness/search/search.ts';

export interface Size {
  readonly environments: number;
  readonly batches: number;
  readonly sizes: number;
}

/** environments x batches lines of `sizes` cells each. */
export function matrixOf({ environments, batches, sizes }: Size, strategy: 'line' | 'grid' = 'line'): Matrix {
  const names = Array.from(
    { length: environments },
    (_, index) => `  - { kind: interpreter, name: env${index}, python: python3 }`,
  );
  const text = [
    'schema: 1',
    'name: measured',
    'probe: conv2d',
    'environments:',
    ...names,
    `search: { strategy: ${strategy}, axis: size }`,
    'axes:',
    `  batch: { from: 1, to: ${batches}, step: 1 }`,
    `  size: { from: 1, to: ${sizes}, step: 1 }`,
    '',
  ].join('\n');
  return loadMatrix(text, 'measured.yml');
}

/** Passes below 60 of 100 parts of its line, hangs from there. */
export function isBad(cell: Cell, sizes: number): boolean {
  return cell.position >= Math.floor(sizes * 0.6);
}

export function answer({ cell, isolation, purpose }: Question, sizes: number): Answer {
  const bad = isBad(cell, sizes);
  return {
    cell,
    isolation,
    purpose,
    outcome: bad ? 'hang' : 'pass',
    grade: bad ? 'bad' : 'good',
    seconds: bad ? 60 : 0.3,
  };
}

/** The journal of a whole run that asks every question of the search and answers by the rule. */
export function* runEvents(matrix: Matrix, sizes: number): Iterable<NewEvent> {
  yield opened(matrix);
  const search = createSearch(matrix, enumerate(matrix));
  for (let count = 1; ; count += 1) {
    const [question] = search.next(1);
    if (question === undefined) break;
    search.tell(answer(question, sizes));
    yield* attemptEvents(`a${count}`, question.cell, isBad(question.cell, sizes), question);
  }
  yield { event: 'run-finished' };
}

export function attemptEvents(
  attempt: string,
  cell: Cell,
  bad: boolean,
  { isolation, purpose }: Pick<Question, 'isolation' | 'purpose'>,
): NewEvent[] {
  const ref = { ...cell, case: { ...cell.case } };
  return [
    { event: 'attempt-started', attempt, cell: ref, isolation, purpose, bootId: 'boot' },
    { event: 'attempt-finished', attempt, report: bad ? HUNG : PASSED },
  ];
}

export function opened(matrix: Matrix): NewEvent {
  return {
    event: 'run-opened',
    schema: 1,
    run: 'measured',
    tool: 'bench 0',
    matrix: matrix.name,
    matrixHash: 'hash',
    bootId: 'boot',
    device: {
      kind: 'simulated',
      name: 'measured',
      target: null,
      pciAddress: null,
      simulation: { model: 'none', timeScale: 1 },
    },
    host: { kernel: '6', cpu: 'x', memoryMib: 1, node: '20', ambient: {} },
    seed: 1,
  };
}

const PASSED: AttemptReport = {
  outcome: { kind: 'pass' },
  seconds: 0.3,
  phases: [{ phase: 'first-run', seconds: 0.1 }],
  timing: { firstRun: 0.1, runs: [0.01, 0.011, 0.012], flops: 1e9, bytes: 1e6 },
  check: { matches: true, maxError: 1e-6, tolerance: 1e-3 },
  cpuSeconds: 0.2,
  maxRssKib: 100_000,
  evidence: null,
  cleanup: { signals: [], reapSeconds: null, swept: 0, left: [] },
};

const HUNG: AttemptReport = {
  outcome: { kind: 'hang', phase: 'first-run', activity: 'idle', silentSeconds: 60 },
  seconds: 62,
  phases: [{ phase: 'first-run', seconds: 60 }],
  timing: null,
  check: null,
  cpuSeconds: 0.2,
  maxRssKib: 100_000,
  evidence: {
    processes: [
      {
        pid: 4711,
        command: 'python3 worker.py',
        state: 'S',
        waitChannel: 'futex_do_wait',
        threads: 9,
        cpuSeconds: 0.2,
      },
    ],
    pythonStacks: '  File "conv2d.py", line 70 in run\n'.repeat(12),
    stderrTail: 'MIOpen(HIP): Warning [x] nothing here\n'.repeat(20),
    signatures: [],
  },
  cleanup: { signals: ['SIGTERM', 'SIGKILL'], reapSeconds: 0.1, swept: 0, left: [] },
};
