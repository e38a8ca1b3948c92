import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { adviceOn } from '../../harness/matrix/advice.ts';
import { enumerate } from '../../harness/matrix/space/enumerate.ts';
import { loadMatrix } from '../../harness/matrix/load.ts';
import { variablesFor } from '../../harness/matrix/space/subject.ts';
import type { Matrix } from '../../harness/matrix/file/schema.ts';

const test = suite('matrices');

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, 'matrices');
const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));

function load(file: string): Matrix {
  return loadMatrix(readFileSync(join(folder, file), 'utf8'), file);
}

/** Which ROCm tags each torch was released for, as far as the matrices use them. */
const RELEASED: Readonly<Record<string, readonly string[]>> = {
  '1.12.1': ['5.0', '5.1.1'],
  '1.13.1': ['5.1.1', '5.2'],
  '2.0.1': ['5.3', '5.4.2'],
  '2.1.2': ['5.5', '5.6'],
  '2.2.2': ['5.6', '5.7'],
  '2.3.1': ['5.7', '6.0'],
  '2.5.1': ['6.1', '6.2'],
  '2.7.1': ['6.2.4', '6.3'],
  '2.9.1': ['6.3', '6.4'],
};

test('every matrix loads, has cells and tells editors its schema', () => {
  assert.ok(files.length >= 5);
  for (const file of files) {
    assert.ok(enumerate(load(file)).cellCount > 0, file);
    assert.match(
      readFileSync(join(folder, file), 'utf8'),
      /^# yaml-language-server: \$schema=\.\/matrix\.schema\.json\n/,
    );
  }
});

test('every wheel exists', () => {
  for (const file of files) {
    for (const environment of load(file).environments) {
      if (environment.kind !== 'wheel' || environment.rocm === undefined) continue;
      assert.ok(
        RELEASED[environment.torch]?.includes(environment.rocm),
        `${file}: torch ${environment.torch} for ROCm ${environment.rocm}`,
      );
      assert.is(environment.python, '3.10');
    }
  }
});

test('conv2d: one wheel for each ROCm version, ascending; the sizes and pairs of the notes', () => {
  const matrix = load('conv2d.yml');
  const tags = matrix.environments.map((environment) => (environment.kind === 'wheel' ? environment.rocm : null));
  assert.equal(tags, [
    '5.0',
    '5.1.1',
    '5.2',
    '5.3',
    '5.4.2',
    '5.5',
    '5.6',
    '5.7',
    '6.0',
    '6.1',
    '6.2',
    '6.2.4',
    '6.3',
    '6.4',
  ]);
  const sizes = Array.from({ length: 32 }, (_, index) => 8 * (index + 1));
  assert.equal(
    matrix.axes['size'],
    [...sizes, 33, 42, 44].toSorted((a, b) => a - b),
  );
  assert.is(enumerate(matrix).cellCount, 14 * 7 * 35);
  assert.equal(variablesFor(matrix, 'rocm5.2-torch1.13.1', 'default'), { HSA_OVERRIDE_GFX_VERSION: '10.3.0' });
});

test('conv2d-solvers: each family alone, each left out, no switch that does nothing', () => {
  const { settings, environments, ...rest } = load('conv2d-solvers.yml');
  const off = (name: string): number =>
    Object.values(settings[name]?.env ?? {}).filter((value) => value === '0').length;
  const families = ['gemm', 'direct', 'winograd', 'implicit-gemm', 'fft'];
  assert.equal(
    families.map((family) => [off(`only-${family}`), off(`no-${family}`)]),
    families.map(() => [4, 1]),
  );
  for (const family of families) {
    const name = `MIOPEN_DEBUG_CONV_${family.toUpperCase().replace('-', '_')}`;
    assert.is(settings[`no-${family}`]?.env[name], '0');
    assert.is(settings[`only-${family}`]?.env[name], undefined);
  }
  assert.is(settings['cudnn-off']?.torch.cudnn_enabled, false);
  assert.not(adviceOn({ settings, environments, ...rest }).some((text) => text.includes('no-op')));
});

test('acceptance: each of the three shapes has its limit', () => {
  const matrix = load('acceptance.yml');
  assert.is(matrix.attempts, 5);
  assert.equal(
    matrix.expect.map(({ where, first_run_within }) => [
      where['in_channels'],
      where['out_channels'],
      where['size'],
      first_run_within,
    ]),
    [
      [16, 32, 48, 5],
      [32, 64, 64, 10],
      [64, 128, 128, 30],
    ],
  );
});

test('the schemas for editors are current', () => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'ci/write-schemas.ts', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  assert.is(status, 0, stderr);
});

test('the schema for editors is draft 7, refuses unknown fields and explains every one', () => {
  const schema: unknown = JSON.parse(readFileSync(join(folder, 'matrix.schema.json'), 'utf8'));
  assert.ok(
    typeof schema === 'object' &&
      schema !== null &&
      'properties' in schema &&
      'additionalProperties' in schema &&
      '$schema' in schema,
  );
  assert.is(schema.$schema, 'http://json-schema.org/draft-07/schema#');
  assert.is(schema.additionalProperties, false);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    assert.ok(
      typeof property === 'object' && property !== null && 'description' in property,
      `${name} has no description`,
    );
  }
});

test.run();
