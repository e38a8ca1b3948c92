import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, inFolder } from '../bench-process.ts';
import { benchHere, type Said } from '../in-process.ts';
import { packageRoot } from '../../../harness/machine/installation.ts';

const test = suite('bench catalogue and bench env why');
// No catalogue of the caller's own.
const env = { XDG_DATA_HOME: join(tmpdir(), 'bench-no-catalogue') };

function run(...args: readonly string[]): Promise<Said> {
  return benchHere(args, { env });
}

test('lists, filters and orders, as a table and as JSON', async () => {
  const { code, stdout } = await run('catalogue', '--rocm', '5.4.2', '--newest');
  assert.is(code, 0);
  assert.match(stdout, /^2\.0\.1 +5\.4\.2 +3\.8-3\.11 +2\.19 +yes +linux_x86_64\? +0\.15\.2/m);
  assert.match(stdout, 'newest torch: 2.0.1+rocm5.4.2');
  assert.match(stdout, /^\? inferred {3}- not known$/m);
  const all: unknown = JSON.parse(
    (await run('catalogue', 'list', '--python', '3.8', '--order', 'rocm', '--json')).stdout,
  );
  const wheels =
    typeof all === 'object' && all !== null && 'wheels' in all && Array.isArray(all.wheels)
      ? all.wheels.map((one: { id: string }) => one.id)
      : [];
  assert.equal([wheels.length, wheels[0], wheels.at(-1)], [55, '1.7.1+rocm3.7', '2.4.1+rocm6.1']);
  assert.match(
    (await run('catalogue', '--card', 'gfx1010')).stdout,
    /^58 wheels .*\n.*\nas gfx1030: with HSA_OVERRIDE_GFX_VERSION=10\.3\.0$/m,
  );
  const native = (await run('catalogue', '--channel', 'gfx1010')).stdout;
  assert.match(native, 'https://rocm.nightlies.amd.com/v2/gfx101X-dgpu/');
  assert.match(native, /^no wheel of this channel is known by name; read its index/);
  assert.match(
    (await run('catalogue', '--channel', 'container', '--torch', '1.13')).stdout,
    'rocm/pytorch:rocm5.5_ubuntu20.04_py3.8_pytorch_1.13.1',
  );
});

test('the grid shows the staircase', async () => {
  const { stdout } = await run('catalogue', '--grid', '--rocm', '>=4.2,<5.1');
  assert.match(stdout, /^torch +4\.2 +4\.3\.1 4\.5\.2 5\.0\n/);
  assert.match(stdout, /^1\.10\.2 o +\. +\. +\.$/m);
  assert.match(stdout, /^1\.11\.0 \. +# +# +\.$/m);
});

test('shows one wheel and its neighbours, or the nearest real ones', async () => {
  const { stdout } = await run('catalogue', 'show', 'torch==2.0.1+rocm5.4.2');
  assert.match(stdout, /torch only +2\.0\.0\+rocm5\.4\.2$/m);
  assert.match(stdout, /ROCm only +2\.0\.1\+rocm5\.3$/m);
  const missing = await run('catalogue', 'show', '2.2.2+rocm5.2');
  assert.is(missing.code, 2);
  assert.match(missing.stderr, '2.2.2+rocm5.6 (same torch), 1.13.1+rocm5.2 (same ROCm)');
});

test('what does not exist is answered with what is nearest', async () => {
  assert.match(
    (await run('catalogue', '--torch', '1.11.0', '--rocm', '5.0')).stdout,
    '1.11.0+rocm4.5.2 (same torch), 1.12.0+rocm5.0 (same ROCm)',
  );
  assert.match((await run('catalogue', '--rocm', '5.4.1')).stdout, 'next to it are 5.3 and 5.4.2');
  assert.match(
    (await run('catalogue', '--torch', '1.13', '--rocm', '5.2', '--python', '3.12')).stdout,
    'nothing fits\nbuilt for Python 3.7, 3.8, 3.9, 3.10 only: 1.13.0+rocm5.2, 1.13.1+rocm5.2\n',
  );
  assert.match((await run('catalogue', 'show', 'torch==2.0.1')).stderr, 'one of: 2.0.1+rocm5.3, 2.0.1+rocm5.4.2');
  assert.match(
    (await run('env', 'why', 'rocm5.3', '2.0.1+rocm5.4.2')).stderr,
    'one of: 2.0.0+rocm5.3, 2.0.1+rocm5.3; or name the matrix',
  );
});

test('words that are not understood', async () => {
  for (const args of [
    ['--rocm', 'new'],
    ['--python', '2.7'],
    ['--card', 'rx5600'],
    ['--channel', 'beta'],
    ['--order', 'size'],
    ['show', 'torch'],
    ['update', '--index', 'here'],
  ]) {
    const { code, stderr } = await run('catalogue', ...args);
    assert.is(code, 2, args.join(' '));
    assert.match(stderr, 'next: ');
  }
});

test('why: confounded or not, and what would separate the factors', async () => {
  for (const line of (await run('env', '--help')).stdout.split('\n')) assert.ok(line.length <= 80, line);
  const both = await run('env', 'why', '1.13.1+rocm5.2', '2.0.1+rocm5.3');
  assert.is(both.code, 0);
  assert.match(both.stdout, 'CONFOUNDED: torch and ROCm both differ');
  assert.match(both.stdout, '2.0.0.dev20230207+rocm5.3 (nightly)');
  assert.match(
    (await run('env', 'why', '2.0.1+rocm5.3', '2.0.1+rocm5.4.2')).stdout,
    'Not confounded: what differs follows from ROCm alone.',
  );
  const none = await run('env', 'why', '2.0.1+rocm5.3', 'elsewhere');
  assert.is(none.code, 2);
});

test('env show says what is made already; env run asks for a name only where there are several', () =>
  inFolder(async (folder) => {
    const minor = execFileSync('python3', ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'], {
      encoding: 'utf8',
    }).trim();
    const write = (name: string, ...environments: readonly string[]): Promise<string> =>
      folder.write(
        name,
        `schema: 1\nname: m\nprobe: conv2d\ndevice: cpu\nenvironments:\n${environments.map((one) => `  - ${one}\n`).join('')}axes: { size: [8] }\n`,
      );
    const two = await write(
      'two.yml',
      `{ kind: wheel, name: w, torch: 2.2.2, rocm: "5.7", python: "${minor}", index: "http://127.0.0.1:9/simple" }`,
      '{ kind: interpreter, name: own, python: python3 }',
    );
    const own = { ...env, XDG_CACHE_HOME: join(folder.path, 'cache') };
    const show = async (): Promise<string> => (await benchHere(['env', 'show', two, 'w'], { env: own })).stdout;
    const before = await show();
    const [, kept = ''] = /not made yet; it will be kept in (\S+)/.exec(before) ?? [];
    mkdirSync(kept, { recursive: true });
    writeFileSync(join(kept, 'complete.json'), JSON.stringify({ venv: 'venv-abc', bytes: 2e9 }));
    assert.match(await show(), 'made already, 2.0 GB, kept in ');
    const unnamed = await benchHere(['env', 'run', two, '--', 'python', '-V'], { env: own });
    assert.is(unnamed.code, 2);
    assert.match(unnamed.stderr, 'name one with --environment: w, own');
    const one = await write('one.yml', '{ kind: interpreter, python: python3 }');
    assert.match(
      (await bench(['env', 'run', one, '--', 'python3', '-c', 'print("here")'], { env: own })).stdout,
      'here',
    );
  }));

test('why: environments of a matrix', () =>
  inFolder(async (folder) => {
    const matrix = await folder.write(
      'm.yml',
      'schema: 1\nname: m\nprobe: conv2d\nenvironments:\n  - { kind: wheel, name: a, torch: 2.2.2, rocm: "5.7" }\n  - { kind: wheel, name: b, torch: 2.3.1, rocm: "6.0", python: "3.12" }\n  - { kind: interpreter, name: own, python: python3 }\naxes: { size: [8] }\n',
    );
    const why: unknown = JSON.parse((await run('env', 'why', 'a', 'b', '--matrix', matrix, '--json')).stdout);
    const comparison = typeof why === 'object' && why !== null && 'comparison' in why ? why.comparison : null;
    assert.equal(
      typeof comparison === 'object' && comparison !== null && 'causes' in comparison ? comparison.causes : null,
      ['torch', 'rocm', 'python'],
    );
    assert.match((await run('env', 'why', '5.7', '2.3.1', '--matrix', matrix)).stdout, /^a\n.*b\n/s);
    assert.match((await run('env', 'why', '5.8', 'b', '--matrix', matrix)).stderr, 'known: a, b, own');
    assert.match(
      (await run('env', 'why', 'a', 'own', '--matrix', matrix)).stdout,
      'Not known before they are started: ',
    );
    const posing = await run('plan', join(packageRoot(), 'matrices', 'conv2d.yml'), '--card', 'gfx1010');
    assert.match(posing.stdout, 'Left out on gfx1010: nothing. ');
    const plan = await run('plan', matrix, '--card', 'gfx1010');
    assert.match(plan.stdout, 'Left out on a card');
    assert.match(plan.stdout.replaceAll(/\s+/g, ' '), 'a, setting default: predicted, not measured: no-binary');
  }));

test.run();
