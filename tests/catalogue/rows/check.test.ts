/** Wheels that do not exist, as a matrix meets them, and wheels that hold no code for a card. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { neededChip, noBinary } from '../../../harness/catalogue/prediction.ts';
import { MatrixError } from '../../../harness/matrix/file/problem.ts';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { parseResolved, resolvedJson } from '../../../harness/matrix/file/resolved.ts';
import type { Matrix } from '../../../harness/matrix/file/schema.ts';

const test = suite('wheels that cannot be');

function text(environment: string): string {
  return `schema: 1\nname: m\nprobe: conv2d\nenvironments:\n  - ${environment}\naxes: { size: [8] }\n`;
}

function load(environment: string): Matrix {
  return loadMatrix(text(environment), 'm.yml');
}

function refusal(environment: string): string {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof MatrixError)
      return error.problems
        .map(({ line, column, path, message }) => `${line}:${column} ${path}: ${message}`)
        .join('\n');
    throw error;
  }
  return 'accepted';
}

const wheel = (torch: string, rocm: string, more = ''): string =>
  `{ kind: wheel, torch: "${torch}", rocm: "${rocm}"${more} }`;

for (const [torch, rocm, nearest] of [
  ['2.2.2', '5.2', ['2.2.2+rocm5.6 (same torch)', '1.13.1+rocm5.2 (same ROCm)']],
  ['1.11.0', '5.0', ['1.11.0+rocm4.5.2 (same torch)', '1.12.0+rocm5.0 (same ROCm)']],
  ['1.11.0', '5.4.1', ['1.11.0+rocm4.5.2 (same torch)', 'next to it are 5.3 and 5.4.2']],
  ['1.12.0', '4.5', ['1.12.0+rocm5.0 (same torch)', 'next to it are 4.3.1 and 4.5.2']],
  [
    '2.0.1',
    '5.7',
    ['AMD has 2.0.1+rocm5.7 at https://repo.radeon.com/rocm/manylinux/rocm-rel-5.7/', 'the image rocm/pytorch:rocm5.7'],
  ],
  ['9.0.0', '7.2', ['bench catalogue update looks for newer ones', '2.14.1+rocm7.2']],
] as const) {
  test(`torch ${torch} for ROCm ${rocm} does not exist; the nearest are named`, () => {
    const said = refusal(wheel(torch, rocm));
    assert.ok(
      said.startsWith(
        `5:${wheel(torch, rocm).indexOf('rocm:') + 'rocm: '.length + 5} environments[0].rocm: there is no wheel`,
      ),
      said,
    );
    for (const one of nearest) assert.ok(said.includes(one), `${one} in ${said}`);
  });
}

test('a Python that a wheel is not built for is refused, the default as well', () => {
  assert.match(
    refusal(wheel('2.0.1', '5.4.2', ', python: "3.12"')),
    '5:59 environments[0].python: 2.0.1+rocm5.4.2 has no wheel for Python 3.12, only for 3.8, 3.9, 3.10, 3.11; use python: "3.11"',
  );
  assert.match(refusal(wheel('1.10.1', '4.2')), 'use python: "3.9"');
  assert.match(refusal(wheel('2.5.0', '6.1', ', python: "3.13"')), 'or torch 2.6.0, which has one for this ROCm');
  assert.is(refusal(wheel('2.0.1', '5.4.2', ', python: "3.11.4"')), 'accepted');
});

test('a wheel with an index of its own and a nightly are not refused', () => {
  assert.is(refusal(wheel('2.2.2', '5.2', ', index: "http://127.0.0.1:9/"')), 'accepted');
  assert.is(refusal(wheel('2.0.0.dev20230209', '5.2')), 'accepted');
  assert.is(refusal(wheel('3.0.0.dev20300101', '9.9')), 'accepted');
});

test('an entry of the catalogue is several wheels, each with a name; the resolved matrix names them', () => {
  const matrix = load('{ kind: catalogue, rocm: ">=5.2,<5.5", torch: newest-per-rocm, env: { A: b } }');
  assert.equal(
    matrix.environments.map(({ name, env }) => [name, env]),
    ['rocm5.2-torch1.13.1', 'rocm5.3-torch2.0.1', 'rocm5.4.2-torch2.0.1'].map((name) => [name, { A: 'b' }]),
  );
  assert.equal(parseResolved(resolvedJson(matrix)), matrix);
  assert.match(refusal('{ kind: catalogue, rocm: ">=9" }'), '5:5 environments[0]: fits no wheel');
  assert.match(
    refusal('{ kind: catalogue, rocm: nonsense }'),
    'environments[0].rocm: "nonsense" is no version specifier',
  );
  const twice = `{ kind: catalogue, rocm: "5.2" }\n  - ${wheel('1.13.1', '5.2')}`;
  assert.match(refusal(twice), '6:5 environments[1]: has the same name, "rocm5.2-torch1.13.1", as environment 1');
});

test('a resolved matrix is believed: its wheel may have gone since', () => {
  const resolved = resolvedJson(load(wheel('2.2.2', '5.7'))).replaceAll('"rocm": "5.7"', '"rocm": "5.2"');
  assert.is(parseResolved(resolved).environments.length, 1);
});

test('the chip that a card needs code for', () => {
  assert.is(neededChip('gfx1010', {}), 'gfx1010');
  assert.is(neededChip('gfx1010', { HSA_OVERRIDE_GFX_VERSION: '10.3.0' }), 'gfx1030');
  assert.is(neededChip(null, { HSA_OVERRIDE_GFX_VERSION: '9.0.10' }), 'gfx90a');
  assert.is(neededChip('gfx1010', { HSA_OVERRIDE_GFX_VERSION: 'x' }), null);
  assert.is(neededChip('gfx1010', { HSA_OVERRIDE_GFX_VERSION_1: '10.3.0' }), null);
});

test('no binary: predicted from what is known, never from what is not', () => {
  const posing = { HSA_OVERRIDE_GFX_VERSION: '10.3.0' };
  assert.match(
    noBinary({ torch: '1.10.1', rocm: '4.2' }, 'gfx1010', posing) ?? '',
    /^predicted, not measured: no-binary, .* 1\.10\.1\+rocm4\.2 holds no code for gfx1030/,
  );
  assert.is(noBinary({ torch: '2.2.2', rocm: '5.7' }, 'gfx1010', posing), null);
  assert.match(
    noBinary({ torch: '2.2.2', rocm: '5.7' }, 'gfx1010', {}) ?? '',
    'holds no code for gfx1010; with HSA_OVERRIDE_GFX_VERSION: "10.3.0"',
  );
  assert.is(noBinary({ torch: '2.2.2', rocm: '5.7' }, null, {}), null);
  assert.is(noBinary({ torch: '2.2.2', rocm: '5.7' }, 'gfx1103', {}), null);
  assert.is(noBinary({ torch: '1.10.1', rocm: '4.2', index: 'http://127.0.0.1:9/' }, 'gfx1010', posing), null);
  assert.is.not(
    noBinary({ torch: '1.10.1', rocm: '4.2', index: 'https://download.pytorch.org/whl/rocm4.2/' }, 'gfx1010', posing),
    null,
  );
});

test.run();
