import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { baseEnvironment } from '../../../../harness/environments/base-environment.ts';
import { withheld } from '../../../../harness/environments/kinds/wheel/withheld.ts';

const test = suite('environments/withheld');
const none: ReadonlySet<string> = new Set();

test('a clean shell has nothing to say', () => {
  assert.equal(
    withheld(
      { PATH: '/bin', HOME: '/home/jane', LD_LIBRARY_PATH: '', ROCM_PATH: '/opt/rocm', HIP_PATH: '/opt/rocm/hip' },
      none,
    ),
    [],
  );
});

test('what would replace libraries or modules is said, each with what it does', () => {
  const said = withheld({ LD_LIBRARY_PATH: '/opt/rocm/lib', LD_PRELOAD: '/x.so', PYTHONPATH: '/y' }, none);
  assert.is(said.length, 3);
  assert.match(
    said[0] ?? '',
    'LD_LIBRARY_PATH=/opt/rocm/lib is set in your shell and is not passed on to probes: it replaces the ROCm libraries of wheels up to torch 2.0.1',
  );
});

test('variables that decide results are said together; those that the matrix sets are not', () => {
  const said = withheld(
    { HSA_OVERRIDE_GFX_VERSION: '10.3.0', MIOPEN_USER_DB_PATH: '/db', AMD_LOG_LEVEL: '3' },
    new Set(['AMD_LOG_LEVEL']),
  );
  assert.equal(said, [
    'HSA_OVERRIDE_GFX_VERSION=10.3.0, MIOPEN_USER_DB_PATH=/db: set in your shell and not passed on to probes. Write what is to be tested under env: in the matrix',
  ]);
});

test('what an image of a container sets says nothing; the one of them that changes results does', () => {
  const image = {
    NVIDIA_VISIBLE_DEVICES: '0',
    NVIDIA_REQUIRE_CUDA: 'cuda>=13.0',
    NVIDIA_DRIVER_CAPABILITIES: 'compute',
    TORCH_CUDA_ARCH_LIST: '9.0a',
  };
  assert.equal(withheld(image, none), []);
  assert.match(withheld({ ...image, NVIDIA_TF32_OVERRIDE: '0' }, none)[0] ?? '', /^NVIDIA_TF32_OVERRIDE=0: set/);
});

test('secrets are named without their value, and long or odd values are cut', () => {
  const [said = ''] = withheld({ PYTORCH_API_KEY: 'hush', TORCH_LOGS: `a\u001B[31m${'x'.repeat(500)}` }, none);
  assert.not.match(said, 'hush');
  assert.match(said, 'TORCH_LOGS=a?[31mx');
  assert.ok(said.length < 400);
});

test('none of them reaches a probe', () => {
  const names = [
    'LD_LIBRARY_PATH',
    'LD_PRELOAD',
    'LD_AUDIT',
    'PYTHONPATH',
    'PYTHONHOME',
    'HSA_OVERRIDE_GFX_VERSION',
    'MIOPEN_FIND_MODE',
    'HIP_VISIBLE_DEVICES',
    'XDG_CACHE_HOME',
    'TRITON_CACHE_DIR',
    'AMD_COMGR_CACHE_DIR',
    'OMP_NUM_THREADS',
  ];
  const probe = baseEnvironment(Object.fromEntries(names.map((name) => [name, 'x'])));
  for (const name of names) assert.not.ok(name in probe, name);
});

test.run();
