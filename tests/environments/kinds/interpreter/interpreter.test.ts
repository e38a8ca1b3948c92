import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findInterpreter } from '../../../../harness/environments/kinds/interpreter/find-interpreter.ts';
import { provision, provisionSimulated } from '../../../../harness/environments/provision.ts';
import { isAlive } from '../../../processes.ts';

const test = suite('interpreters');
const folder = mkdtempSync(join(tmpdir(), 'bench-interpreter-'));
const never = new AbortController().signal;
const options = { directory: folder };
test.after(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

/** A program that gives itself out as a Python of this version, such as "3, 6, 15". */
function answers(version: string): string {
  return `#!/bin/sh\necho '{"executable": "/x", "version": [${version}]}'\n`;
}

async function reasonFor(python: string): Promise<string> {
  const found = await findInterpreter(python, options, never);
  if (found.kind === 'found') throw new Error(`${python} was taken for a Python`);
  return found.reason;
}

/** The real path of python3, found by the code under test. */
async function realPython(): Promise<string> {
  const found = await findInterpreter('python3', options, never);
  if (found.kind === 'unavailable') throw new Error(found.reason);
  return found.interpreter.executable;
}

test('a command on PATH becomes the real interpreter with its version', async () => {
  const found = await findInterpreter('python3', options, never);
  assert.is(found.kind, 'found');
  if (found.kind !== 'found') return;
  assert.match(found.interpreter.executable, /^\//);
  assert.match(found.interpreter.version, /^3\.\d+\.\d+$/);
});

test('a shim is seen through, and started once to be seen through', async () => {
  const real = await realPython();
  const shim = program('shim', `#!/bin/sh\necho started >> ${folder}/shim-starts\nexec ${real} "$@"\n`);
  const found = await findInterpreter(shim, options, never);
  assert.equal(found.kind === 'found' && found.interpreter.executable, real);
  assert.is(readFileSync(join(folder, 'shim-starts'), 'utf8'), 'started\n');
});

test('a relative path begins at the matrix file', async () => {
  mkdirSync(join(folder, 'bin'));
  symlinkSync(await realPython(), join(folder, 'bin', 'mine'));
  assert.is((await findInterpreter('./bin/mine', options, never)).kind, 'found');
  assert.match(await reasonFor('./bin/other'), `there is no file ${join(folder, 'bin', 'other')}`);
});

test('each thing that is no Python gets its own reason', async () => {
  assert.match(await reasonFor('no-such-python'), 'there is no no-such-python on PATH');
  assert.match(await reasonFor(program('plain', 'x', 0o644)), 'may not be executed');
  assert.match(await reasonFor(folder), 'may not be executed');
  assert.match(await reasonFor(program('talks', '#!/bin/sh\necho hello\n')), 'is not a Python');
  assert.match(await reasonFor(program('fails', '#!/bin/sh\nexit 3\n')), 'exit code 3');
  assert.match(await reasonFor(program('no-shim', '#!/bin/sh\nexit 127\n')), 'shim');
  assert.match(await reasonFor(program('dies', '#!/bin/sh\nkill -SEGV $$\n')), 'SIGSEGV');
  assert.match(await reasonFor(program('no-line', '#!/no/such/program\n')), 'first line');
});

test('an old Python is named as such', async () => {
  assert.match(
    await reasonFor(program('two', answers('2, 7, 18'))),
    'is Python 2.7.18; the probes need Python 3.7 or later',
  );
  assert.match(await reasonFor(program('three-six', answers('3, 6, 15'))), 'is Python 3.6.15');
});

test('a Python that starts only with variables that probes do not get is refused, with the way to look', async () => {
  const real = await realPython();
  const picky = program(
    'picky',
    `#!/bin/sh\n[ -n "$NEEDS_THIS" ] || { echo "no NEEDS_THIS" >&2; exit 9; }\nexec ${real} "$@"\n`,
  );
  // sys.executable is what is asked again, so the wrapper has to give itself out as the interpreter.
  const wrapper = program(
    'wrapper',
    `#!/bin/sh\n[ -n "$NEEDS_THIS" ] || { echo "no NEEDS_THIS" >&2; exit 9; }\necho '{"executable": "${folder}/picky", "version": [3, 11, 2]}'\n`,
  );
  const ambient = { PATH: process.env['PATH'], NEEDS_THIS: '1' };
  const found = await findInterpreter(wrapper, { ...options, ambient }, never);
  assert.is(found.kind, 'unavailable');
  assert.match(found.kind === 'unavailable' ? found.reason : '', `${picky} is not a Python`);
  assert.match(found.kind === 'unavailable' ? found.reason : '', 'does it need one that probes do not get');
  assert.match(found.kind === 'unavailable' ? found.log : '', 'no NEEDS_THIS');
});

test('an interrupt ends a Python that hangs, and all that it started', async () => {
  const hanging = program(
    'hangs',
    `#!/bin/sh\ntrap '' TERM\nsleep 600 &\necho $! > ${folder}/sleeper.new\nmv ${folder}/sleeper.new ${folder}/sleeper\nwait; sleep 600\n`,
  );
  const controller = new AbortController();
  const asked = findInterpreter(hanging, options, controller.signal);
  while (!existsSync(join(folder, 'sleeper'))) await sleep(20);
  controller.abort();
  assert.equal(await asked, { kind: 'unavailable', reason: 'interrupted', log: '' });
  const sleeper = readFileSync(join(folder, 'sleeper'), 'utf8').trim();
  // SIGKILL is on its way; dying takes a moment on a busy machine.
  for (let tries = 0; isAlive(sleeper) && tries < 3000; tries += 1) await sleep(20);
  assert.not.ok(isAlive(sleeper));
});

test('a Python that prints and leaves a grandchild on its output is not waited for', async () => {
  const real = await realPython();
  const found = await findInterpreter(program('leaves', `#!/bin/sh\nsleep 600 &\nexec ${real} "$@"\n`), options, never);
  assert.is(found.kind, 'found');
});

test('provision gives the real path, and nothing else, for an interpreter; a container needs a run', async () => {
  const real = await realPython();
  const ready = { kind: 'ready', command: [real], env: {} };
  assert.equal(
    await provision({ kind: 'interpreter', name: 'mine', python: 'python3', env: {} }, options, never),
    ready,
  );
  const container = await provision(
    { kind: 'container', name: 'box', image: 'x', python: 'python3', env: {} },
    options,
    never,
  );
  assert.is(container.kind, 'unavailable');
  assert.match(
    container.kind === 'unavailable' ? container.reason : '',
    'box is a container, and this command starts none',
  );
});

test('the simulated card takes python3, or python where only that is', async () => {
  const real = await realPython();
  assert.equal(await provisionSimulated(options, never), { kind: 'ready', command: [real], env: {} });
  const bin = mkdtempSync(join(folder, 'path-'));
  symlinkSync(real, join(bin, 'python'));
  const only = await provisionSimulated({ ...options, ambient: { PATH: bin } }, never);
  assert.is(only.kind, 'ready');
  const none = await provisionSimulated(
    { ...options, ambient: { PATH: `${folder}/empty${delimiter}${folder}/void` } },
    never,
  );
  assert.match(none.kind === 'unavailable' ? none.reason : '', 'there is no python3 on PATH');
});

test.run();
