import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { packageRoot } from '../../harness/machine/installation.ts';
import { NoVerdictError } from '../../harness/model/errors.ts';
import { ProbeWatch } from '../../harness/runner/probe-watch.ts';

const test = suite('runner/probe-watch');
const folder = mkdtempSync(join(tmpdir(), 'bench-probe-'));
const probe = join(folder, 'probe.py');
test.after(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}

test.before.each(() => {
  write('probe.py', 'import os, helper as h, json\nfrom pack.part import x\ndef run(s):\n    from late import y\n');
  write('helper.py', 'import second\n');
  write('second.py', 'import probe\n');
  write('late.py', '');
  write('pack/__init__.py', '');
  write('pack/part.py', 'x = 1\n');
  write('pack/more/deep.py', '');
  write('other.py', '# nobody imports this');
});

async function refusal(watch: ProbeWatch): Promise<string | null> {
  try {
    await watch.check();
    return null;
  } catch (error) {
    if (error instanceof NoVerdictError && error.code === 'probe-changed') return error.message;
    throw error;
  }
}

test('a probe is its file and what it imports from beside it, however deep', async () => {
  const { fingerprint } = await ProbeWatch.of(probe, '/run');
  assert.equal(Object.keys(fingerprint.files), [
    'helper.py',
    'late.py',
    'pack/__init__.py',
    'pack/more/deep.py',
    'pack/part.py',
    'probe.py',
    'second.py',
  ]);
  assert.match(fingerprint.hash, /^[0-9a-f]{64}$/);
});

test('the built-in probe brings its package along', async () => {
  const { fingerprint } = await ProbeWatch.of(join(packageRoot(), 'python-probes', 'conv2d.py'), '/run');
  const names = Object.keys(fingerprint.files);
  for (const name of ['conv2d.py', 'convolution/reference.py', 'convolution/shapes.py'])
    assert.ok(names.includes(name), name);
  assert.not.ok(names.includes('openmp_fork.py'), 'nothing that it does not import');
});

for (const name of ['probe.py', 'second.py', 'pack/part.py']) {
  test(`a change of ${name} is told by name`, async () => {
    const watch = await ProbeWatch.of(probe, '/run');
    assert.is(await refusal(watch), null);
    write(name, '# changed, and longer than before');
    assert.match((await refusal(watch)) ?? '', new RegExp(`\\(.*${name}.*\\)`));
  });
}

test('a file that is gone is a change; one that was touched, or that nobody imports, is none', async () => {
  const watch = await ProbeWatch.of(probe, '/run');
  utimesSync(join(folder, 'late.py'), 1, 1);
  write('other.py', '# changed');
  assert.is(await refusal(watch), null);
  rmSync(join(folder, 'late.py'));
  assert.match((await refusal(watch)) ?? '', /\(late\.py\)/);
});

test('an attempt that began with one probe and ended with another is not taken down', async () => {
  const watch = await ProbeWatch.of(probe, '/run');
  const taken: string[] = [];
  const append = async ({ event }: { readonly event: string }): Promise<void> => void taken.push(event);
  const recorder = watch.guarding({ append, appendDurably: append });
  await recorder.append({ event: 'run-finished' });
  write('helper.py', '# changed');
  await recorder.append({ event: 'run-finished' });
  const attempt = recorder.appendDurably({
    event: 'attempt-finished',
    attempt: 'c.1',
    report: {
      outcome: { kind: 'pass' },
      seconds: 1,
      phases: [],
      timing: null,
      check: null,
      cpuSeconds: null,
      maxRssKib: null,
      evidence: null,
      cleanup: { signals: [], reapSeconds: null, swept: 0, left: [] },
    },
  });
  assert.is(
    await attempt.then(
      () => 'taken',
      (error: unknown) => (error instanceof NoVerdictError ? error.code : error),
    ),
    'probe-changed',
  );
  assert.equal(taken, ['run-finished', 'run-finished']);
});

test.run();
