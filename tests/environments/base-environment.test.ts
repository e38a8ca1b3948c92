import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { baseEnvironment, buildEnvironment, lookupEnvironment } from '../../harness/environments/base-environment.ts';

const test = suite('the environment of probes');

const DECIDES_RESULTS = {
  LD_LIBRARY_PATH: '/opt/rocm/lib',
  LD_PRELOAD: 'x.so',
  PYTHONPATH: '/x',
  PYTHONHOME: '/x',
  HSA_OVERRIDE_GFX_VERSION: '10.3.0',
  HIP_VISIBLE_DEVICES: '0',
  MIOPEN_FIND_MODE: '1',
  OMP_NUM_THREADS: '1',
  PYTORCH_HIP_ALLOC_CONF: 'x',
  XDG_CACHE_HOME: '/x',
  HTTPS_PROXY: 'http://x',
  GITHUB_TOKEN: 'secret',
};

test('a probe gets what a program needs to start, and nothing that decides its result', () => {
  const ambient = {
    PATH: '/p',
    HOME: '/h',
    USER: 'u',
    TZ: 'UTC',
    TMPDIR: '/t',
    LC_ALL: 'C',
    LANG: 'de_DE.UTF-8',
    ...DECIDES_RESULTS,
  };
  assert.equal(baseEnvironment(ambient), {
    PATH: '/p',
    HOME: '/h',
    USER: 'u',
    TZ: 'UTC',
    TMPDIR: '/t',
    LC_ALL: 'C',
    LANG: 'de_DE.UTF-8',
    PYTHONDONTWRITEBYTECODE: '1',
  });
});

test('an empty environment still has a path and a locale; an empty value is no value', () => {
  assert.equal(Object.keys(baseEnvironment({ HOME: '', LANG: '' })).toSorted(), [
    'LANG',
    'PATH',
    'PYTHONDONTWRITEBYTECODE',
  ]);
});

test('a build keeps proxies and certificates and drops what would choose other packages', () => {
  const built = buildEnvironment({
    PATH: '/p',
    HTTPS_PROXY: 'http://x',
    PIP_CERT: '/c',
    PIP_PROXY: 'http://x',
    SSL_CERT_FILE: '/c',
    PIP_INDEX_URL: 'http://x',
    PIP_EXTRA_INDEX_URL: 'http://x',
    PIP_FIND_LINKS: '/w',
    PIP_CONSTRAINT: 'c',
    PIP_TARGET: '/t',
    UV_INDEX_URL: 'http://x',
    UV_EXTRA_INDEX_URL: 'http://x',
    UV_INDEX: 'http://x',
    UV_CACHE_DIR: '/u',
    UV_HTTP_TIMEOUT: '9',
    UV_TORCH_BACKEND: 'cpu',
    UV_NO_BINARY: 'torch',
    UV_SYSTEM_PYTHON: '1',
    PIP_DRY_RUN: '1',
    PIP_ONLY_BINARY: ':none:',
    VIRTUAL_ENV: '/v',
    PYTHONPATH: '/x',
    LD_PRELOAD: 'x.so',
  });
  assert.equal(Object.keys(built).toSorted(), [
    'HTTPS_PROXY',
    'LANG',
    'PATH',
    'PIP_CERT',
    'PIP_PROXY',
    'SSL_CERT_FILE',
    'UV_CACHE_DIR',
    'UV_HTTP_TIMEOUT',
  ]);
});

test('a lookup keeps what version managers read', () => {
  const looked = lookupEnvironment({
    PYENV_VERSION: '3.10',
    PYENV_ROOT: '/r',
    PYTHONHOME: '/x',
    LD_LIBRARY_PATH: '/x',
  });
  assert.equal(
    [looked['PYENV_VERSION'], looked['PYENV_ROOT'], looked['PYTHONHOME'], looked['LD_LIBRARY_PATH']],
    ['3.10', '/r', undefined, undefined],
  );
});

test.run();
