/** Wheel environments, built for real from a tiny wheel that an index on the loopback serves. */
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findUv } from '../../../../harness/environments/kinds/wheel/find-uv.ts';
import { findInterpreter } from '../../../../harness/environments/kinds/interpreter/find-interpreter.ts';
import { provision } from '../../../../harness/environments/provision.ts';
import type { Provisioned } from '../../../../harness/environments/provisioned.ts';
import { servePackages } from '../../../fixtures/environments/package-index.ts';
import { skip } from '../../../skip.ts';
import { until } from '../../../until.ts';
import { canMakeVenvs } from '../../can-make-venvs.ts';

const test = suite('wheel environments');
const folder = mkdtempSync(join(tmpdir(), 'bench-wheel-'));
const wheels = join(folder, 'wheels');
const never = new AbortController().signal;
const found = await findInterpreter('python3', { directory: folder }, never);
if (found.kind === 'unavailable') throw new Error(found.reason);
const { executable: python, version } = found.interpreter;
const minor = version.split('.').slice(0, 2).join('.');
test.after(() => rmSync(folder, { recursive: true, force: true }));

/** A cache of its own for every test, and a variable by which its processes can be found. */
function options(name: string): {
  directory: string;
  ambient: NodeJS.ProcessEnv;
  onProgress: (text: string) => void;
  told: string[];
  provision: { installer: 'pip' | 'auto' };
} {
  const told: string[] = [];
  const ambient = {
    ...process.env,
    XDG_CACHE_HOME: join(folder, name),
    BENCH_TEST_MARK: `${folder}/${name}`,
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
  return { directory: folder, ambient, onProgress: (text) => told.push(text), told, provision: { installer: 'pip' } };
}

function wheel(index: string, torch: string): Parameters<typeof provision>[0] {
  return { kind: 'wheel', name: 'tiny', torch, rocm: '0.1', python: minor, index, env: {} };
}

function commandOf(provisioned: Provisioned): string {
  if (provisioned.kind === 'unavailable') throw new Error(`${provisioned.reason}\n${provisioned.log}`);
  assert.is(provisioned.command.length, 1);
  return provisioned.command[0] ?? '';
}

function torchVersion(command: string): string {
  return execFileSync(command, ['-c', 'import torch; print(torch.__version__)'], { encoding: 'utf8' }).trim();
}

function numpyVersion(command: string): string {
  return execFileSync(command, ['-c', 'import numpy; print(numpy.__version__)'], { encoding: 'utf8' }).trim();
}

/** The one folder of the cache that `name` uses. */
function cacheFolder(name: string): string {
  const base = join(folder, name, 'bench', 'environments');
  return join(base, readdirSync(base)[0] ?? 'none');
}

/** Processes that carry the mark of `name`, this one and zombies apart. */
function marked(name: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || pid === String(process.pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`BENCH_TEST_MARK=${folder}/${name}`);
    } catch {
      return false;
    }
  });
}

test.before(() => {
  mkdirSync(wheels);
  const script = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'environments', 'make_wheel.py');
  for (const args of [
    ['torch', '1.0.0+rocm0.1', 'numpy'],
    ['numpy', '1.9'],
    ['numpy', '2.1'],
  ]) {
    execFileSync(python, [script, wheels, ...args]);
  }
});

const builds: Record<string, () => Promise<void>> = {
  'two that ask at once get one build, a third finds it there, and one whose Python is gone is built again':
    async () => {
      const mine = options('shared');
      // The first has not got its file before both have said something.
      const after = until(
        'both have spoken',
        () => mine.told.filter((text) => /^installing|waiting for it$/.test(text)).length >= 2,
      );
      const index = await servePackages(wheels, { after });
      const ask = (): Promise<Provisioned> => provision(wheel(index.url, '1.0.0'), mine, never);
      const [first, second] = await Promise.all([ask(), ask()]);
      const command = commandOf(first);
      assert.is(torchVersion(command), '1.0.0+rocm0.1');
      assert.is(commandOf(second), command);
      assert.is(index.requests.filter((path) => path === '/simple/torch/').length, 1);
      assert.is(mine.told.filter((text) => text.startsWith('installing torch==1.0.0+rocm0.1 from')).length, 1);
      assert.is(mine.told.filter((text) => text.includes('waiting for it')).length, 1);
      assert.is(numpyVersion(command), '1.9', 'torch before 2.3 was built against NumPy 1');
      const requests = index.requests.length;
      assert.is(commandOf(await ask()), command);
      assert.is(index.requests.length, requests);

      const home = cacheFolder('shared');
      rmSync(command);
      mkdirSync(join(home, 'venv-halfway'));
      assert.is(torchVersion(commandOf(await ask())), '1.0.0+rocm0.1');
      assert.is(
        readdirSync(home).filter((name) => name.startsWith('venv-')).length,
        1,
        'what was left behind is still there',
      );
      index.close();
    },

  'a wheel that the index does not have: the reason, the next step and the end of the log': async () => {
    const index = await servePackages(wheels);
    const missing = await provision(
      wheel(index.url.replace('//', '//user:secret@'), '8.8.8'),
      options('missing'),
      never,
    );
    index.close();
    assert.is(missing.kind, 'unavailable');
    if (missing.kind !== 'unavailable') return;
    assert.match(missing.reason, 'cannot install torch==8.8.8+rocm0.1');
    assert.match(missing.reason, 'this index has no such wheel for this Python');
    assert.not.match(missing.reason, '\n');
    assert.match(missing.log, '8.8.8');
    assert.not.match(missing.reason + missing.log, 'secret');
    assert.equal(readdirSync(cacheFolder('missing')).toSorted(), ['build.log', 'constraints.txt']);
  },

  'an interrupt ends a build whose index never answers, with all its processes': async () => {
    const index = await servePackages(wheels, 'after-the-first');
    const controller = new AbortController();
    const asked = provision(wheel(index.url, '1.0.0'), options('cancelled'), controller.signal);
    while (marked('cancelled').length === 0 || index.requests.length < 2) await sleep(20);
    controller.abort();
    assert.equal(await asked, { kind: 'unavailable', reason: 'interrupted', log: '' });
    index.close();
    // SIGKILL is on its way; dying takes a moment on a busy machine.
    await until('all its processes are gone', () => marked('cancelled').length === 0);
    assert.not.ok(existsSync(join(cacheFolder('cancelled'), 'complete.json')));
  },
};

for (const [name, run] of Object.entries(builds)) {
  if (canMakeVenvs(python)) test(name, run);
  else skip(test, import.meta.url, name, `${python} has no ensurepip`);
}

/** A cache of its own and a PATH on which uv is a stand-in. */
function withUv(name: string, fake: string): ReturnType<typeof options> & { asked(): string[] } {
  const bin = join(folder, `${name}-bin`);
  mkdirSync(bin);
  copyFileSync(join(import.meta.dirname, '..', '..', '..', 'fixtures', 'environments', 'fake-uv.sh'), join(bin, 'uv'));
  const mine = options(name);
  const ambient = { ...mine.ambient, PATH: `${bin}:${process.env['PATH']}`, FAKE_UV: fake };
  return {
    ...mine,
    ambient,
    provision: { installer: 'auto' },
    asked: () => readFileSync(join(bin, 'asked'), 'utf8').trim().split('\n'),
  };
}

test('uv does the work where it is installed, over the same sources', async () => {
  const mine = withUv('uv', '');
  const command = commandOf(await provision(wheel('http://127.0.0.1:9/simple', '1.0.0'), mine, never));
  assert.match(command, /\/venv-\w+\/bin\/python$/);
  const [venv, install] = mine.asked().filter((line) => /^(venv|pip) /.test(line));
  assert.match(
    venv ?? '',
    /^venv --no-project --allow-existing --cache-dir \S+ --python \/\S+\/python3\S* \S+\/venv-\w+$/,
  );
  assert.match(
    install ?? '',
    /^pip install .*--python \S+\/venv-\w+\/bin\/python --index-url http:\/\/127\.0\.0\.1:9\/simple --constraint \S+ torch==1\.0\.0\+rocm0\.1$/,
  );
});

test('an environment that lost its torch is built again, not given out', async () => {
  const mine = withUv('uv-lost', '');
  const ask = async (): Promise<string> =>
    commandOf(await provision(wheel('http://127.0.0.1:9/simple', '1.0.0'), mine, never));
  const first = await ask();
  assert.is(await ask(), first);
  rmSync(join(first, '..', '..', 'lib', `python${minor}`, 'site-packages', 'torch'), { recursive: true });
  assert.is.not(await ask(), first);
});

test('uv is fetched once, and what a killed fetch left behind goes', async () => {
  const fake = join(folder, 'fake-python');
  // Makes a venv whose Python is itself; its pip installs a uv that says who it is.
  const program =
    '#!/bin/sh\ncase "$2" in\n  venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;\n  pip) printf \'#!/bin/sh\\necho uv 0\\n\' > "${0%/*}/uv" && chmod +x "${0%/*}/uv" ;;\nesac\n';
  writeFileSync(fake, program, { mode: 0o755 });
  const mine = options('fetch-uv');
  const tools = join(folder, 'fetch-uv', 'bench', 'tools');
  mkdirSync(join(tools, 'uv-killed', 'bin'), { recursive: true });
  const ambient = { ...mine.ambient, PATH: '/usr/bin:/bin' };
  const uv = await findUv({ executable: fake, version: '3.10.0' }, { ...mine, ambient }, never);
  assert.is(uv, join(tools, 'uv', 'bin', 'uv'));
  assert.is(readdirSync(tools).length, 2, 'the link and what it names');
  assert.is(await findUv({ executable: fake, version: '3.10.0' }, { ...mine, ambient }, never), uv);
  assert.equal(mine.told, ['fetching uv as a package']);
});

test('a wheel that uv does not find has the same next step', async () => {
  const missing = await provision(wheel('http://127.0.0.1:9/simple', '1.0.0'), withUv('uv-missing', 'no-wheel'), never);
  assert.match(missing.kind === 'unavailable' ? missing.reason : '', /exit code 1.*this index has no such wheel/);
});

test('an installation that does not start is no environment', async () => {
  const broken = await provision(wheel('http://127.0.0.1:9/simple', '1.0.0'), withUv('uv-broken', 'no-venv'), never);
  assert.match(broken.kind === 'unavailable' ? broken.reason : '', 'its Python does not start');
});

test('a Python that the probes cannot run on is refused for that, whether it is here or not', async () => {
  for (const old of ['2.7', '3.6.15']) {
    const refused = await provision(
      { kind: 'wheel', name: 'old', torch: '1.0', rocm: '1.0', python: old, env: {} },
      options('none'),
      never,
    );
    assert.is(
      refused.kind === 'unavailable' ? refused.reason : '',
      `Python ${old} is too old: the probes need 3.7 or later`,
    );
  }
});

test('an index that answers with an error: that is told, and not that it has no such wheel', async () => {
  const index = await servePackages(wheels, 503);
  const refused = await provision(wheel(index.url, '1.0.0'), withUv('uv-503', 'no-wheel'), never);
  index.close();
  assert.match(
    refused.kind === 'unavailable' ? refused.reason : '',
    /the index answered HTTP 503; .*the index is in trouble/,
  );
});

test('a Python that is not installed: what was looked for, and how to get it', async () => {
  const missing = await provision(
    { kind: 'wheel', name: 'old', torch: '1.0', rocm: '1.0', python: '3.99', env: {} },
    options('none'),
    never,
  );
  assert.match(missing.kind === 'unavailable' ? missing.reason : '', /no CPython 3\.99: .*uv python install 3\.99/);
});

test('a cache folder that cannot be written is a reason, not a crash', async () => {
  writeFileSync(join(folder, 'a-file'), '');
  const refused = await provision(
    wheel('http://127.0.0.1:9/simple', '1.0.0'),
    { ...options('x'), ambient: { ...process.env, XDG_CACHE_HOME: join(folder, 'a-file') } },
    never,
  );
  assert.match(refused.kind === 'unavailable' ? refused.reason : '', 'may you write there?');
});

test.run();
