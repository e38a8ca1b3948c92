import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adviceOn } from '../../../harness/matrix/advice.ts';
import { downloadsOf } from '../../../harness/matrix/cost/downloads.ts';
import { estimate } from '../../../harness/matrix/cost/estimate.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import type { Matrix } from '../../../harness/matrix/file/schema.ts';

const test = suite('matrix/estimate');

function load(environments: readonly string[], ...lines: readonly string[]): Matrix {
  return loadMatrix(
    [
      'schema: 1',
      'name: t',
      'probe: conv2d',
      'environments:',
      ...environments.map((one) => `  - ${one}`),
      ...lines,
    ].join('\n'),
    't.yml',
  );
}

const WHEEL = '{ kind: wheel, torch: "1.13.1", rocm: "5.2" }';
const AXES = 'axes: { batch: [1, 2], size: { from: 1, to: 16, step: 1 } }';

test('attempts: the bounds hold for any search of these lines', () => {
  const { lines, cells, grid, line } = estimate(load([WHEEL], AXES));
  assert.equal([lines, cells], [2, 32]);
  assert.equal([grid.attempts.least, grid.attempts.most], [32, 34]);
  assert.equal([line?.attempts.least, line?.attempts.most], [2, 34]);
  for (const cost of [grid, line]) {
    assert.ok(
      cost !== null && cost.attempts.least <= cost.attempts.expected && cost.attempts.expected <= cost.attempts.most,
    );
    assert.ok(cost.expectedSeconds < cost.worstSeconds);
  }
  assert.ok(line !== null && line.expectedSeconds < grid.expectedSeconds / 2);
});

test('every search and what comes on top of it has bounds', () => {
  const asked = ['controls: [matmul]', 'explain: { probes: 6 }', 'attempts: 2'];
  for (const search of [
    '{ strategy: map }',
    '{ strategy: map, audit: none }',
    '{ strategy: map, audit: all-safe }',
    '{ strategy: versions }',
    '{ strategy: versions, every: false }',
    '{ strategy: grid }',
  ]) {
    const { map, versions, line, extras } = estimate(
      load(
        [WHEEL, '{ kind: wheel, torch: "2.0.1", rocm: "5.3" }', '{ kind: wheel, torch: "2.1.2", rocm: "5.5" }'],
        AXES,
        ...asked,
        `search: ${search}`,
      ),
    );
    assert.equal(
      extras.map(({ kind }) => kind),
      ['canaries', 'controls', 'explain'],
    );
    assert.equal(extras[1]?.attempts, { least: 3, expected: 5, most: 6 });
    for (const cost of [map, versions, ...extras]) {
      assert.ok(
        cost !== null && cost.attempts.least <= cost.attempts.expected && cost.attempts.expected <= cost.attempts.most,
        search,
      );
      assert.ok(cost.expectedSeconds < cost.worstSeconds, search);
    }
    assert.ok(map !== null && line !== null && map.attempts.expected >= line.attempts.expected);
  }
  assert.equal(estimate(load([WHEEL], AXES, 'health: { canary: false }', 'controls: []')).extras, []);
});

test('at worst every cell hangs through every deadline', () => {
  const matrix = load(
    [WHEEL],
    AXES,
    'isolation: spawn',
    'watchdog:',
    '  deadlines: { start: 1s, import: 2s, device: 3s, allocate: 4s, first-run: 5s, steady: 6s, verify: 7s }',
    '  term_grace: 1s',
    '  kill_wait: 2s',
  );
  const { hangSecondsWorst, hangSecondsExpected, grid } = estimate(matrix);
  assert.is(hangSecondsWorst, 31);
  assert.is(grid.worstSeconds, 32 * 31);
  assert.is(hangSecondsExpected, 8);
});

test('without a search axis there is no line search', () => {
  assert.is(estimate(load([WHEEL], 'axes: { layout: [nchw, nhwc] }')).line, null);
});

test('ten million cells are estimated at once', () => {
  const { cells, grid } = estimate(
    load([WHEEL], 'axes: { a: { from: 1, to: 10000, step: 1 }, b: { from: 1, to: 1000, step: 1 } }'),
  );
  assert.is(cells, 10_000_000);
  assert.ok(Number.isFinite(grid.worstSeconds));
});

test('downloads: names as the index has them, sizes only where one is known', () => {
  const matrix = load(
    [
      WHEEL,
      '{ kind: wheel, torch: "1.12.1", rocm: "5.0", python: "3.7" }',
      '{ kind: wheel, torch: "2.6.0", rocm: "6.2.4", python: "3.13" }',
      '{ kind: wheel, torch: "2.0.0.dev20230209", rocm: "5.2" }',
      '{ kind: interpreter, python: python3 }',
      '{ kind: container, image: "rocm/pytorch:x" }',
    ],
    AXES,
  );
  assert.equal(
    downloadsOf(matrix).map(({ file, bytes }) => [file, bytes]),
    [
      ['torch-1.13.1+rocm5.2-cp310-cp310-linux_x86_64.whl', 1.3e9],
      ['torch-1.12.1+rocm5.0-cp37-cp37m-linux_x86_64.whl', null],
      ['torch-2.6.0+rocm6.2.4-cp313-cp313-manylinux_2_28_x86_64.whl', null],
      ['torch-2.0.0.dev20230209+rocm5.2-cp310-cp310-linux_x86_64.whl', null],
      ['rocm/pytorch:x', null],
    ],
  );
});

test('advice: switches that do nothing, wheels that cannot work, neighbours that differ in both', () => {
  const advice = (...lines: readonly string[]): string => adviceOn(load([WHEEL], AXES, ...lines)).join('\n');
  assert.is(advice(), '');
  assert.is(advice('env: { MIOPEN_DEBUG_CONV_GEMM: "0", HSA_OVERRIDE_GFX_VERSION: 10.3.0 }'), '');
  assert.match(advice('env: { MIOPEN_DEBUG_CONV_GEMM: "1" }'), 'MIOPEN_DEBUG_CONV_GEMM=1 is a no-op');
  assert.match(
    advice('settings: { default: {}, on: { env: { MIOPEN_DEBUG_CONV_FFT: "on" } } }'),
    'MIOPEN_DEBUG_CONV_FFT=on is a no-op',
  );
  assert.match(advice('env: { MIOPEN_FIND_ENFORCE: "3" }'), 'long searches');
  assert.match(advice('env: { HSA_OVERRIDE_GFX_VERSION: 11.0.0 }'), 'has reset RDNA1 cards');
  assert.match(advice('env: { LD_LIBRARY_PATH: /opt/rocm/lib }'), 'another ROCm may be measured');
  assert.match(advice('env: { HIP_LAUNCH_BLOCKING: "1" }'), 'is read from ROCm 6.1 on');
  assert.match(advice('env: { HIP_FORCE_COARSE_GRAIN: "1" }'), 'nothing reads it');
  assert.match(
    adviceOn(load([WHEEL, '{ kind: wheel, torch: "2.0.1", rocm: "5.3" }'], AXES)).join(),
    'torch and ROCm both change at ROCm 5.2|5.3',
  );
  assert.equal(adviceOn(load(['{ kind: wheel, torch: "1.13.1", rocm: "5.1.1" }', WHEEL], AXES)), []);
  assert.match(
    adviceOn(load(['{ kind: wheel, torch: "1.10.1", rocm: "4.2", python: "3.9" }'], AXES)).join(),
    'no gfx1030 code',
  );
  assert.match(
    adviceOn(
      load(['{ kind: wheel, torch: "1.13.1", rocm: "5.2", python: "3.11", index: "http://127.0.0.1:9/" }'], AXES),
    ).join(),
    'not built for Python 3.11',
  );
  assert.match(
    adviceOn(load(['{ kind: wheel, torch: "2.0.0.dev20230209", rocm: "5.2" }'], AXES)).join(),
    'may be gone',
  );
});

test.run();
