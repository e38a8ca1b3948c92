import { appendFileSync } from 'node:fs';
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelLogAt, systemKernelLog } from '../../../../harness/supervisor/evidence/kernel/kernel-log.ts';
import { LOG_SIGNATURES } from '../../../../harness/supervisor/signatures/classify.ts';
import { SOON, attempt, watchdogOf, withBench } from '../../supervised.ts';

/** New lines of the kernel log: from a file that stands in for /dev/kmsg, from stand-ins of the tools, and for real. */
const test = suite('kernel log');

const sample = (id: string): string => LOG_SIGNATURES.find((signature) => signature.id === id)?.sample ?? '';
const record = (number: number, message: string): string =>
  `4,${number},${number}000,-;${message}\n SUBSYSTEM=pci\n DEVICE=+pci:0000:03:00.0\n`;

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-kernel-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test('only lines since the mark, without prefix and device lines', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'kmsg');
    await writeFile(path, record(1, 'old') + record(2, 'older attempt'));
    const log = kernelLogAt(path);
    const first = log.mark();
    assert.equal(await log.since(first), { kind: 'lines', source: '/dev/kmsg', lines: [], left: 0 });
    await appendFile(path, record(3, 'one; with a semicolon') + record(4, String.raw`tab\x09here`));
    const second = log.mark();
    await appendFile(path, record(5, 'two'));
    assert.equal(await log.since(first), {
      kind: 'lines',
      source: '/dev/kmsg',
      lines: ['one; with a semicolon', 'tab\there', 'two'],
      left: 0,
    });
    assert.equal(await log.since(second), { kind: 'lines', source: '/dev/kmsg', lines: ['two'], left: 0 });
  });
});

test('of thousands of lines the newest are kept, and the rest counted', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'kmsg');
    await writeFile(path, '');
    const log = kernelLogAt(path);
    const mark = log.mark();
    await appendFile(path, Array.from({ length: 1500 }, (_, index) => record(index, `line ${index}`)).join(''));
    const found = await log.since(mark);
    assert.is(found.kind === 'lines' && found.lines.length, 120);
    assert.is(found.kind === 'lines' && found.lines.at(-1), 'line 1499');
    assert.is(found.kind === 'lines' && found.left, 1380);
  });
});

test('a hang: kernel lines are classified, named with their meaning, and stand in the evidence', async () => {
  await withFolder(async (folder) => {
    const path = join(folder, 'kmsg');
    await writeFile(path, record(1, sample('vram_lost')));
    const kernelLog = kernelLogAt(path);
    await withBench(async (bench) => {
      const worker = await bench.start('silent');
      const told =
        record(2, 'nothing special') + record(3, sample('kfd_fence_timeout')) + record(4, sample('kfd_fence_timeout'));
      const { outcome, evidence } = await worker.attempt(
        await bench.request({ watchdog: watchdogOf({ deadline: SOON }), evidence: { kernelLog } }),
        {
          signal: new AbortController().signal,
          // While it runs, and before anything else can come of it.
          onPhase: (phase) => {
            if (phase === 'first-run') appendFileSync(path, told);
          },
        },
      );
      assert.is(outcome.kind, 'hang');
      assert.equal(evidence?.kernelLog?.lines, [
        'nothing special',
        sample('kfd_fence_timeout'),
        sample('kfd_fence_timeout'),
      ]);
      assert.equal(evidence?.signatures, ['kfd_fence_timeout'], 'what came before the attempt is not its own');
      assert.equal(
        evidence?.sightings?.map(({ id, channel, count }) => ({ id, channel, count })),
        [{ id: 'kfd_fence_timeout', channel: 'kernel', count: 2 }],
      );
      assert.match(evidence?.sightings?.[0]?.meaning ?? '', /scheduler firmware/);
    });
  });
});

for (const [log, expected] of [
  ['nothing known', 'gfxhub_fault'],
  [sample('illegal_instr'), 'illegal_instr'],
] as const) {
  test(`a crash takes its signature from standard error, else from the kernel log: ${expected}`, async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'kmsg');
      await writeFile(path, '');
      const inner = kernelLogAt(path);
      // The line comes while the attempt runs.
      const kernelLog = {
        mark: inner.mark,
        since: async (mark: ReturnType<typeof inner.mark>) => (
          await appendFile(path, record(1, sample('gfxhub_fault'))),
          inner.since(mark)
        ),
      };
      await withBench(async (bench) => {
        const worker = await bench.start('dies');
        const { outcome, evidence } = await attempt(
          worker,
          await bench.request({ case: { signal: 'SIGABRT', log }, evidence: { kernelLog } }),
        );
        assert.equal(outcome, { kind: 'crash', phase: 'first-run', signal: 'SIGABRT', signature: expected });
        assert.ok(evidence?.signatures.includes('gfxhub_fault'));
        assert.ok(evidence?.collectors?.some(({ name, status }) => name === 'Kernel log' && status === 'ok'));
      });
    });
  });
}

/** No /dev/kmsg, and these programs in place of the tools. */
async function byTools(tools: Readonly<Record<string, string>>): Promise<unknown> {
  let found: unknown = null;
  await withFolder(async (folder) => {
    const path = process.env['PATH'];
    for (const [name, script] of Object.entries(tools)) {
      await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
      await chmod(join(folder, name), 0o755);
    }
    try {
      process.env['PATH'] = folder;
      const log = kernelLogAt(join(folder, 'absent'));
      found = await log.since(log.mark());
    } finally {
      process.env['PATH'] = path;
    }
  });
  return found;
}

test('without /dev/kmsg the journal is asked', async () => {
  assert.equal(await byTools({ journalctl: 'echo "amdgpu: GPU reset begin!"' }), {
    kind: 'lines',
    source: 'journalctl -k',
    lines: ['amdgpu: GPU reset begin!'],
    left: 0,
  });
});

test('without a journal dmesg is asked, and told by its stamps', async () => {
  const tools = {
    journalctl: 'exit 1',
    dmesg: 'echo "[    0.000001] Linux version"; echo "[99999999.000000] amdgpu: GPU reset begin!"',
  };
  assert.equal(await byTools(tools), { kind: 'lines', source: 'dmesg', lines: ['amdgpu: GPU reset begin!'], left: 0 });
});

test('nothing may be read: said so', async () => {
  const found = await byTools({ journalctl: 'exit 1', dmesg: 'echo "Operation not permitted" >&2; exit 1' });
  assert.ok(typeof found === 'object' && found !== null && 'kind' in found && found.kind === 'not-allowed');
});

test('the real log of this machine: marked and asked without waiting', async () => {
  const log = systemKernelLog();
  const found = await log.since(log.mark());
  assert.ok(found.kind === 'not-allowed' || Array.isArray(found.lines));
});

test.run();
