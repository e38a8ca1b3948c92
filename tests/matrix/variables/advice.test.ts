import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadMatrix } from '../../../harness/matrix/load.ts';
import { variableAdvice } from '../../../harness/matrix/variables/advice.ts';

const test = suite('matrix/variables/advice');

const OLD = '{ kind: wheel, torch: "1.13.1", rocm: "5.2" }';
const NEW = '{ kind: wheel, torch: "2.7.1", rocm: "6.3" }';

function said(variables: string, ...environments: readonly string[]): readonly string[] {
  const lines = [
    'schema: 1',
    'name: t',
    'probe: conv2d',
    'environments:',
    ...environments.map((one) => `  - ${one}`),
    `env: { ${variables} }`,
    'axes: { size: [1, 2] }',
  ];
  return variableAdvice(loadMatrix(lines.join('\n'), 't.yml'));
}

test('a name that nothing reads is named with the nearest one that something reads', () => {
  assert.equal(said('MIOPEN_FIND_MOD: "2"', OLD), [
    'MIOPEN_FIND_MOD is no variable of any MIOpen of ROCm 3.7 to 6.3: nothing reads it; did you mean MIOPEN_FIND_MODE?',
  ]);
  assert.match(said('HSA_OVERRIDE_GFX_VERSIO: "10.3.0"', OLD).join(), 'did you mean HSA_OVERRIDE_GFX_VERSION?');
  assert.match(said('MIOPEN_CONV_WINOGRAD: "0"', OLD).join(), 'did you mean MIOPEN_DEBUG_CONV_WINOGRAD?');
  assert.match(
    said('HIP_FORCE_COARSE_GRAIN: "1"', OLD).join(),
    'HIP_FORCE_COARSE_GRAIN is no variable of any ROCm runtime',
  );
});

test('a ROCm that is newer than what was looked at may know more names', () => {
  assert.match(
    said('MIOPEN_DEBUG_SOMETHING_BRAND_NEW: "1"', '{ kind: wheel, torch: "2.10.0", rocm: "7.0" }').join(),
    'unless a newer ROCm does',
  );
  assert.not.match(said('MIOPEN_DEBUG_SOMETHING_BRAND_NEW: "1"', OLD).join(), 'newer');
});

test('a name that comes later is named with its version and the environments that do not have it', () => {
  assert.equal(said('MIOPEN_DEBUG_FORCE_IMMED_MODE_FALLBACK: "1"', OLD, NEW), [
    'MIOPEN_DEBUG_FORCE_IMMED_MODE_FALLBACK is read from ROCm 5.7 on: it does nothing in rocm5.2-torch1.13.1.',
  ]);
  assert.match(
    said('HIP_LAUNCH_BLOCKING: "1"', OLD, NEW).join(),
    'from ROCm 6.1 on: it does nothing in rocm5.2-torch1.13.1. AMD_SERIALIZE_KERNEL=3',
  );
  assert.equal(said('HIP_LAUNCH_BLOCKING: "1"', NEW), []);
});

test('a name that is gone is named with the last version that read it', () => {
  assert.match(
    said('MIOPEN_DEBUG_AMD_ASM_KERNELS_PERF_FILTERING: "0"', OLD, NEW).join(),
    'was last read by ROCm 6.1: it does nothing in rocm6.3-torch2.7.1.',
  );
});

test('patch releases that were not looked at are taken for their series', () => {
  assert.equal(said('MIOPEN_DEBUG_USE_HIPRTC: "0"', '{ kind: wheel, torch: "2.6.0", rocm: "6.2.4" }'), []);
  assert.equal(
    said('MIOPEN_DEBUG_CONVOLUTION_DETERMINISTIC: "1"', '{ kind: wheel, torch: "1.12.1", rocm: "5.1.1" }'),
    [],
  );
});

test('1 is a no-op for what is on anyway, and 0 is not', () => {
  for (const name of [
    'MIOPEN_DEBUG_CONV_GEMM',
    'MIOPEN_DEBUG_CONV_DIRECT_ASM_3X3U',
    'MIOPEN_DEBUG_AMD_WINOGRAD_RXS_F2X3',
    'MIOPEN_DEBUG_GCN_ASM_KERNELS',
  ]) {
    assert.match(said(`${name}: "1"`, OLD).join(), `${name}=1 is a no-op`);
    assert.equal(said(`${name}: "0"`, OLD), []);
  }
  // Off by default: 1 does something.
  assert.equal(said('MIOPEN_DEBUG_CONVOLUTION_DETERMINISTIC: "1"', OLD), []);
});

test('a folder that the matrix gives to all attempts is no longer private', () => {
  assert.match(said('MIOPEN_USER_DB_PATH: "/var/tmp/db"', OLD).join(), 'attempts then share that folder');
});

test('where the ROCm is not known, only unknown names and no-ops are said', () => {
  assert.equal(said('HIP_LAUNCH_BLOCKING: "1"', '{ kind: interpreter, python: python3 }'), []);
  assert.is(said('HSA_NONSENSE_OF_ALL_SORTS: "1"', '{ kind: interpreter, python: python3 }').length, 1);
});

test('names of others, numbered ones and names taken away are left alone', () => {
  assert.equal(
    said('MY_VARIABLE: "1", HSA_OVERRIDE_GFX_VERSION_1: "10.3.0", HSA_NO_SUCH_THING: null, AMD_LOG_LEVEL: "3"', OLD),
    [],
  );
});

test.run();
