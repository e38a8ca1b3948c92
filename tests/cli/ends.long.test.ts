/** How the program ends where the system gives it little, or its terminal goes away: in words, with the results written, never with a stack. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bench, COMMAND, environment, inFolder, resultsOf, underWay } from './bench-process.ts';
import { SEARCHING_SECONDS, smallMatrix, slowModel } from './matrices.ts';
import { packageRoot } from '../../harness/machine/installation.ts';
import { skip } from '../skip.ts';

const test = suite('cli/ends');

const SLOW = slowModel(80);

function withoutStack(stderr: string): void {
  assert.not.match(stderr, /\n {4}at |defect of bench|Warning/);
}

/** Runs `words` on a terminal that is closed once the run has begun two attempts; returns how it ended. */
async function onClosedTerminal(run: string, words: readonly string[], cwd: string): Promise<string> {
  const fixture = join(packageRoot(), 'tests', 'fixtures', 'cli', 'closes_terminal.py');
  const { _: _before, ...env } = environment();
  const child = spawn('python3', [fixture, ...words], { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  const said = text(child.stdout);
  await underWay(run, 2);
  child.stdin.end('\n');
  return (await said).trim();
}

test('a terminal that is closed ends the run as 143, with its results', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const matrix = await smallMatrix(folder, { strategy: 'grid', model: SLOW, hangSeconds: SEARCHING_SECONDS });
    assert.is(await onClosedTerminal(run, [...COMMAND, 'run', matrix, '--out', run], folder.path), 'exit 143');
    assert.is((await resultsOf(run)).run.status, 'interrupted');
    assert.ok(existsSync(join(run, 'report.html')));
  });
});

test('under nohup the run outlives its terminal', async () => {
  await inFolder(async (folder) => {
    const run = folder.file('run');
    const matrix = await smallMatrix(folder, { strategy: 'grid' });
    assert.is(await onClosedTerminal(run, ['nohup', ...COMMAND, 'run', matrix, '--out', run], folder.path), 'exit 0');
    assert.is((await resultsOf(run)).run.status, 'complete');
  });
});

test('few files: what is missing and how to raise it', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder);
    const command = ['bash', '-c', 'ulimit -n 100; exec "$@"', 'bash', ...COMMAND] as const;
    const { code, stderr } = await bench(['run', matrix, '--out', folder.file('run')], { command });
    assert.is(code, 3, stderr);
    assert.match(stderr, /ulimit -n 1024/);
    withoutStack(stderr);
    assert.not.ok(existsSync(folder.file('run')));
  });
});

/** Root is not limited. */
const NOBODY = ['setpriv', '--reuid=65534', '--clear-groups', '--inh-caps=-all', '--bounding-set=-all'] as const;
const isRoot = process.getuid?.() === 0;
const READS = 'require("node:fs").accessSync(process.argv[1])';
const FEW = 'few processes: nothing is started that would break off in the middle';
if (isRoot && spawnSync(NOBODY[0], [...NOBODY.slice(1), COMMAND[0], '-e', READS, COMMAND.at(-1) ?? '']).status !== 0)
  skip(test, import.meta.url, FEW, 'no other user may run the program where it lies');
else
  test(FEW, async () => {
    await inFolder(async (folder) => {
      const limited = ['bash', '-c', 'ulimit -u 40; exec "$@"', 'bash', ...COMMAND] as const;
      const command: readonly [string, ...string[]] = isRoot ? [...NOBODY, ...limited] : limited;
      const matrix = await smallMatrix(folder);
      const { code, stderr } = await bench(['run', matrix, '--out', folder.file('run')], { command });
      assert.is(code, 3, stderr);
      assert.match(stderr, /ulimit -u 4096[\s\S]*\(too-few-processes\)/);
    });
  });

const UNSHARE = ['unshare', '--pid', '--fork'] as const;
const NAMESPACE = 'a pid namespace that sees the processes of another is refused before anything is started';
if (spawnSync(UNSHARE[0], [...UNSHARE.slice(1), 'true']).status !== 0)
  skip(test, import.meta.url, NAMESPACE, 'no pid namespace may be made here');
else
  test(NAMESPACE, async () => {
    await inFolder(async (folder) => {
      const matrix = await smallMatrix(folder);
      const command = [...UNSHARE, ...COMMAND] as const;
      const { code, stderr } = await bench(['run', matrix, '--out', folder.file('run')], { command });
      assert.is(code, 3, stderr);
      assert.match(stderr, /another namespace[\s\S]*--mount-proc[\s\S]*\(proc-of-others\)/);
      assert.not.ok(existsSync(folder.file('run')));
    });
  });

test('64 cards at a time bring no warning of Node to the screen', async () => {
  await inFolder(async (folder) => {
    const matrix = await smallMatrix(folder, { sizes: [8, 16, 24, 32, 40, 48], strategy: 'grid' });
    const { code, stderr } = await bench(['run', matrix, '--slots', '64', '--out', folder.file('run')]);
    assert.is(code, 0, stderr);
    withoutStack(stderr);
  });
});

test.run();
