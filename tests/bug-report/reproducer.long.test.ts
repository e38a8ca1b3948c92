/** The programs of bug reports, run with torch on the CPU. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skip } from '../skip.ts';
import { torchPython } from '../github/mock/torch-python.ts';
import type { Reproduction } from '../../harness/knowledge/knowledge.ts';
import { knowledgeOf } from '../../harness/knowledge/probes.ts';
import { reproducer } from '../../harness/bug-report/reproducer.ts';

const test = suite('reproducers');

const KNOWN = knowledgeOf('conv2d');

function convolution(given: Record<string, string | number>): Reproduction {
  const found = KNOWN.reproduction({ in_channels: 4, out_channels: 6, size: 9, ...given });
  if (found.kind === 'nothing') throw new Error(found.why);
  return found;
}

const python = await torchPython();

/** Runs a reproducer on the CPU. */
async function runProgram(
  program: string,
  device = 'cpu',
): Promise<{ readonly code: number | undefined; readonly output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-repro-'));
  try {
    writeFileSync(join(folder, 'repro.py'), program);
    const { exitCode, all } = await execa(python ?? 'python3', ['repro.py', device], {
      cwd: folder,
      all: true,
      reject: false,
      timeout: 300_000,
    });
    return { code: exitCode, output: all };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const SHAPES: readonly (readonly [string, Record<string, string | number>, string])[] = [
  ['forward', {}, '(1, 6, 9, 9)'],
  ['backward-data', { direction: 'backward-data', stride: 2 }, '(1, 4, 9, 9)'],
  ['backward-weights', { direction: 'backward-weights', batch: 2 }, '(6, 4, 3, 3)'],
  ['groups', { groups: 2, direction: 'backward-weights' }, '(6, 2, 3, 3)'],
  ['dilation', { dilation: 2, padding: 0 }, '(1, 6, 5, 5)'],
  ['channels_last', { layout: 'nhwc' }, '(1, 6, 9, 9)'],
  ['float16', { dtype: 'float16' }, '(1, 6, 9, 9)'],
  [
    'bfloat16 and uneven sides',
    { dtype: 'bfloat16', height: 5, width: 8, kernel_h: 1, kernel_w: 3, size: 5 },
    '(1, 6, 7, 8)',
  ],
];

/** Skipped aloud where there is no torch. */
function withTorch(name: string, use: () => Promise<void>): void {
  if (python === null) skip(test, import.meta.url, name, 'no Python here has torch: apt install python3-torch');
  else test(name, use);
}

for (const [name, given, shape] of SHAPES) {
  withTorch(`the program runs with torch on the CPU: ${name}`, async () => {
    const program = reproducer({
      device: 'rocm',
      operation: convolution(given),
      variables: [
        ['BENCH_TEST', 'x'],
        ['HOME', null],
      ],
      switches: [['num_threads', 1]],
      limitSeconds: 200,
      simulated: null,
    });
    const { code, output } = await runProgram(program);
    assert.is(code, 0, output);
    assert.ok(output.includes(`returned ${shape}`), output);
  });
}

withTorch('the program of the fork that loses its threads hangs with two of them and passes with one', async () => {
  const operation = knowledgeOf('openmp_fork').reproduction({ in_channels: 16, out_channels: 32, size: 32 });
  if (operation.kind === 'nothing') throw new Error(operation.why);
  const parts = { device: 'rocm' as const, operation, variables: [], limitSeconds: 6, simulated: null };
  const one = await runProgram(reproducer({ ...parts, limitSeconds: 200, switches: [['num_threads', 1]] }));
  assert.is(one.code, 0, one.output);
  const two = await runProgram(reproducer({ ...parts, switches: [['num_threads', 2]] }));
  assert.is(two.code, 124, two.output);
  assert.match(two.output, /HANG: no result/);
});

withTorch('the program gives up by itself when the operation hangs, and says where', async () => {
  const program = reproducer({
    device: 'rocm',
    operation: convolution({}),
    variables: [],
    switches: [],
    limitSeconds: 8,
    simulated: null,
  }).replace('    x = make(', '    __import__("time").sleep(600)\n    x = make(');
  const { code, output } = await runProgram(program);
  assert.is(code, 124, output);
  assert.match(output, /HANG: no result within 8 s/);
  assert.match(output, /most recent call first/);
});

test.run();
