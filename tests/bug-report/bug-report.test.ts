import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { skip } from '../skip.ts';
import { goldenResults } from '../github/mock/plans.ts';
import { torchPython } from '../github/mock/torch-python.ts';
import { bugReport, PROJECTS } from '../../harness/bug-report/bug-report.ts';
import type { Reproduction } from '../../harness/knowledge/knowledge.ts';
import { knowledgeOf } from '../../harness/knowledge/probes.ts';
import { reproducer } from '../../harness/bug-report/reproducer.ts';
import { shellPrefix } from '../../harness/bug-report/variables.ts';
import { variablesOf } from '../../reports/findings/words/variables.ts';
import { BenchError } from '../../harness/model/errors.ts';
import { Results } from '../../harness/model/results/results.ts';
import { findingsOf } from '../../reports/findings/findings.ts';

const test = suite('github/upstream');
const SIMULATED = goldenResults('results-founding-notes');
/** The same as if a card had been there: what a real run looks like to the report. */
const REAL: Results = {
  ...SIMULATED,
  device: { ...SIMULATED.device, kind: 'rocm', name: 'Radeon RX 5600 XT', simulation: null },
};

const write = (
  results: Results,
  cell: string | null = null,
  project: (typeof PROJECTS)[number] = 'rocm',
  allowSimulated = false,
) => bugReport(findingsOf(results), { cell, project, allowSimulated });

function codeOf(use: () => unknown): string {
  try {
    use();
  } catch (error) {
    return error instanceof BenchError ? error.code : String(error);
  }
  return 'none';
}

const KNOWN = knowledgeOf('conv2d');

function convolution(given: Record<string, string | number>): Reproduction {
  const found = KNOWN.reproduction({ in_channels: 4, out_channels: 6, size: 9, ...given });
  if (found.kind === 'nothing') throw new Error(found.why);
  return found;
}

test('a report names shape, program, driver line, versions, boundary, evidence and how sure it is', () => {
  const { markdown, cell } = write(REAL);
  assert.is(REAL.cells.find(({ id }) => id === cell)?.confirmed, true, 'the best witnessed one');
  for (const part of [
    'never returns on gfx1010',
    '```python',
    'MIOpenDriver conv -n 1',
    'HSA_OVERRIDE_GFX_VERSION=10.3.0',
    '## Versions and variables',
    'size ≤ 32 pass, ≥ 33 hang',
    'rocm6.4-torch2.8.0',
    'freshly started process',
    'Python stacks',
    '_conv_forward',
    '6.8.0-45-generic',
  ]) {
    assert.ok(markdown.includes(part), part);
  }
  assert.not.match(markdown, /SIMULATED|\\\d/);
  assert.ok(markdown.length < 60_000);
});

for (const project of PROJECTS) {
  test(`a report for ${project} pings nobody and refers to nothing, hostile names included`, () => {
    const attack = '@torvalds fixes #12 <img src=x> <!-- ``` | owner/repo#3';
    const hostile = Results.parse(
      JSON.parse(
        JSON.stringify(REAL, (_, value: unknown) =>
          typeof value === 'string' && /Radeon|Ryzen|6\.8\.0|5\.3\.22804|MIOpen\(HIP\)|clinfo/.test(value)
            ? attack
            : value,
        ),
      ),
    );
    const { markdown } = write(hostile, null, project, true);
    assert.match(markdown, /torvalds/);
    const outside = markdown.replaceAll(/^(`{3,})\w*\n[\s\S]*?^\1$/gm, '');
    assert.not.match(outside, /@[A-Za-z0-9]|(?<!&)#\d|<script|<img|<!--/i);
  });
}

test('a simulated run is refused, and marked where it is asked for', () => {
  assert.is(
    codeOf(() => write(SIMULATED)),
    'simulated-run',
  );
  const { markdown } = write(SIMULATED, null, 'rocm', true);
  assert.match(markdown, /^# SIMULATED: /);
  assert.match(markdown, /```python\n# SIMULATED/);
});

test('the cell can be chosen by the beginning of its id; what did not hang is refused', () => {
  const hang = REAL.attempts.find(({ report }) => report.outcome.kind === 'hang')?.cell ?? '';
  assert.is(write(REAL, hang).cell, hang);
  assert.is(write(REAL, hang.slice(-8)).cell, hang);
  assert.is(
    codeOf(() => write(REAL, 'rocm')),
    'cell-ambiguous',
  );
  assert.is(
    codeOf(() => write(REAL, 'no-such-cell')),
    'cell-unknown',
  );
  assert.is(
    codeOf(() => write(REAL, REAL.cells[0]?.id ?? '')),
    'cell-not-hung',
  );
  assert.is(
    codeOf(() => write({ ...goldenResults('results-tiny-cpu') })),
    'no-hang',
  );
});

test('for a probe that bench does not know the report says what is left out', () => {
  const { markdown, program } = write({ ...REAL, run: { ...REAL.run, probe: 'attention.py' } });
  assert.is(program, null);
  assert.match(markdown, /## Reproducer\n\n_Left out: bench does not know what this probe runs/);
  assert.not.match(markdown, /MIOpenDriver/);
  assert.match(markdown, /in\\_channels/);
});

test("an environment's variables come after the matrix's and before the setting's", () => {
  const [cell] = REAL.cells;
  assert.ok(cell);
  const settings = [
    { name: 'default', description: '', env: { A: 'matrix', B: 'matrix' }, torch: {} },
    { name: 'other', description: '', env: { A: 'matrix', B: 'setting', C: null }, torch: {} },
  ];
  const environments = REAL.environments.map((one) => ({ ...one, env: { A: 'environment', B: 'environment' } }));
  assert.equal(variablesOf({ ...REAL, settings, environments }, { ...cell, setting: 'other' }), [
    ['A', 'environment'],
    ['B', 'setting'],
    ['C', null],
  ]);
  assert.is(
    shellPrefix([
      ['A', "it's"],
      ['C', null],
    ]),
    `env -u C A='it'\\''s' `,
  );
});

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

test('on the CPU no card poses as another, and an environment without torch is none of torch', () => {
  const cpu: Results = {
    ...REAL,
    device: { ...REAL.device, kind: 'cpu', name: 'a processor', target: null },
    environments: REAL.environments.map(({ versions, ...one }) => ({
      ...one,
      torch: null,
      versions: versions === null ? null : { ...versions, torch: null },
    })),
  };
  const { title, markdown } = write(cpu);
  assert.match(title, /never returns on a processor$/);
  assert.match(markdown, /HSA\\_OVERRIDE/, 'the variable is named all the same');
  assert.not.match(markdown, /poses as|- Card:|MIOpen folders/);
});

test('what took the machine down is not said to have hung', () => {
  const lost: Results = {
    ...REAL,
    attempts: REAL.attempts.map((one) =>
      one.report.outcome.kind === 'hang'
        ? { ...one, report: { ...one.report, outcome: { kind: 'host-lost' }, evidence: null } }
        : one,
    ),
    cells: REAL.cells.map((one) => (one.verdict === 'hang' ? { ...one, verdict: 'host-lost' } : one)),
  };
  const { title, markdown } = write(lost);
  assert.match(title, /takes the machine down on gfx1010 with torch/);
  assert.not.match(markdown, /never returns|does not return/);
});

test.run();
