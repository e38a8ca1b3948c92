import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { outputFiles } from '../../../../harness/supervisor/output-files.ts';
import type { Collected } from '../../../../harness/model/attempt/collected.ts';
import { nativeStacks } from '../../../../harness/supervisor/evidence/stacks/native-stacks.ts';
import { runHelper } from '../../../../harness/machine/processes/helper.ts';
import { readStat } from '../../../../harness/machine/processes/read.ts';
import { waitUntil } from '../../../../harness/machine/time.ts';
import { skip } from '../../../skip.ts';
import { SOON, attempt, watchdogOf, withBench } from '../../supervised.ts';
import { HUNG, NO_SIGNAL, sceneOf } from '../scene.ts';

/** C stacks by a real gdb, and by programs that stand in for the tools. */
const test = suite('native stacks');

const hasGdb = (await runHelper('gdb', ['--version'], { limitMs: 10_000 })).kind === 'done';
const REAL = 'gdb shows the C function in which a probe waits, and the process goes on as it was';
if (!hasGdb) skip(test, import.meta.url, REAL, 'gdb is not installed');
else {
  test(REAL, async () => {
    await withBench(async (bench) => {
      const worker = await bench.start('sleeps_in_c');
      const request = await bench.request({ watchdog: watchdogOf({ deadline: SOON, native_stacks: 'always' }) });
      const { outcome, evidence, cleanup } = await attempt(worker, request);
      assert.is(outcome.kind, 'hang');
      assert.is(evidence?.nativeStacks?.tool, 'gdb', JSON.stringify(evidence?.collectors));
      assert.match(evidence?.nativeStacks?.text ?? '', /^#\d+ .*read \(/m);
      assert.match(evidence?.threads?.[0]?.waitChannel ?? '', /pipe/);
      assert.equal(cleanup.left, []);
      assert.match(await readFile(join(request.directory, 'native-stacks'), 'utf8'), /read \(/);
    });
  });
}

/** Runs the collector on a real sleeping process, with these programs in place of the tools. */
async function withTools(
  tools: Readonly<Record<string, string>>,
  use: (finding: Collected, state: string | undefined) => void,
  onStop?: AbortController,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-native-'));
  const path = process.env['PATH'];
  const child = spawn('/bin/sleep', ['600'], { stdio: 'ignore' });
  try {
    for (const [name, script] of Object.entries(tools)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    }
    process.env['PATH'] = folder;
    const stat = readStat(child.pid ?? 0);
    assert.ok(stat);
    // Only once it is stopped there is something to be set going.
    if (onStop !== undefined) void waitUntil(() => readStat(stat.pid)?.state === 'T', 60).then(() => onStop.abort());
    const finding = await nativeStacks.collect(
      sceneOf({ processes: [stat], nativeStacks: 'always', files: outputFiles(folder) }),
      {},
      onStop?.signal ?? NO_SIGNAL,
    );
    // A process that a tool left stopped is set going: the signal takes a moment.
    await waitUntil(() => readStat(stat.pid)?.state !== 'T', 60);
    use(finding, readStat(stat.pid)?.state);
  } finally {
    process.env['PATH'] = path;
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

test('no tool: said so, and which would do', async () => {
  await withTools({}, ({ status, note }) => {
    assert.is(status, 'tool-missing');
    assert.match(note, /py-spy, gdb, eu-stack/);
  });
});

test('a tool that is refused gives way to the next, and is named', async () => {
  const tools = {
    'py-spy': 'echo "Error: Permission denied" >&2; exit 1',
    gdb: 'echo "#0  0x0001 in wait_here () from /lib/libx.so"',
  };
  await withTools(tools, ({ status, note, found }) => {
    assert.is(status, 'ok');
    assert.match(note, /py-spy: Error: Permission denied/);
    assert.is(found.nativeStacks?.tool, 'gdb');
    assert.match(found.nativeStacks?.text ?? '', /wait_here/);
  });
});

test('refused by all: not allowed, in the words of the tool', async () => {
  await withTools({ gdb: 'echo "ptrace: Operation not permitted." >&2' }, ({ status, note }) => {
    assert.is(status, 'not-allowed');
    assert.match(note, /gdb: ptrace: Operation not permitted/);
  });
});

const thread = (number: number, frame: string): string =>
  `echo 'Thread ${number} (LWP ${number}):'; echo '#0  0x00${number}1 in ${frame} ()'; echo`;

test('threads at the same place are said once, the main thread first', async () => {
  await withTools({ gdb: [thread(1, 'conv'), thread(2, 'idle'), thread(3, 'idle')].join('\n') }, ({ found }) => {
    const text = found.nativeStacks?.text ?? '';
    assert.is(text.match(/in idle/g)?.length, 1);
    assert.match(text, /\[1 more at the same place: thread 3\]/);
    assert.ok(text.indexOf('conv') < text.indexOf('idle'));
  });
});

test('a tool that hangs with the process stopped is given up on, and the process goes on', async () => {
  const giveUp = new AbortController();
  await withTools(
    { gdb: 'while [ "$1" != "-p" ]; do shift; done; kill -STOP "$2"; while :; do /bin/sleep 1; done' },
    ({ status }, state) => {
      assert.is(status, 'nothing');
      assert.is.not(state, 'T');
    },
    giveUp,
  );
});

test('state D: no tool is tried', async () => {
  const finding = await nativeStacks.collect(
    sceneOf({ processes: [{ ...HUNG, state: 'D' }], nativeStacks: 'always' }),
    {},
    NO_SIGNAL,
  );
  assert.is(finding.status, 'skipped');
});

test('auto: only where a library that may hang is mapped; never: not even there', async () => {
  const auto = await nativeStacks.collect(
    sceneOf({ processes: [HUNG] }),
    { libraries: ['/lib/libdrm_amdgpu.so.1'] },
    NO_SIGNAL,
  );
  assert.is(auto.status, 'skipped');
  const off = await nativeStacks.collect(
    sceneOf({ nativeStacks: 'never' }),
    { libraries: ['/lib/libtorch_cpu.so'] },
    NO_SIGNAL,
  );
  assert.match(off.note, /never/);
});

test.run();
