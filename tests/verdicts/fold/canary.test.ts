import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { diagnose } from '../../../harness/verdicts/fold/canary.ts';
import type { ErrorClass, Outcome } from '../../../harness/model/outcome.ts';

const test = suite('verdicts/canary');

const error = (errorClass: ErrorClass, message: string): Outcome => ({
  kind: 'error',
  phase: 'device',
  errorClass,
  message,
});

const TABLE: readonly (readonly [Outcome, 'healthy' | 'sick' | 'inconclusive' | null])[] = [
  [{ kind: 'pass' }, 'healthy'],
  [{ kind: 'hang', phase: 'device', activity: 'idle', silentSeconds: 30 }, 'sick'],
  [{ kind: 'hang', phase: 'first-run', activity: 'busy', silentSeconds: 30, starved: true }, 'inconclusive'],
  [{ kind: 'slow', phase: 'first-run', seconds: 60, progress: 'x' }, 'sick'],
  [{ kind: 'wrong-result', maxError: null, tolerance: 0 }, 'sick'],
  [{ kind: 'crash', phase: 'first-run', signal: 'SIGABRT', signature: null }, 'sick'],
  [{ kind: 'unkillable', phase: 'first-run', state: 'D' }, 'sick'],
  [{ kind: 'host-lost' }, 'sick'],
  [{ kind: 'cancelled', reason: 'SIGINT' }, null],
  [{ kind: 'unavailable', reason: 'no worker' }, 'inconclusive'],
  [error('other', 'HIP error: an illegal memory access was encountered'), 'sick'],
  [error('out-of-memory', 'HIP out of memory. Tried to allocate 2.00 MiB'), 'sick'],
  [error('no-binary', 'HIP error: no kernel image is available for execution on the device'), 'inconclusive'],
  [error('other', 'No HIP GPUs are available'), 'inconclusive'],
  [error('other', 'No XPU devices are available.'), 'inconclusive'],
  [error('other', 'Found no NVIDIA driver on your system.'), 'inconclusive'],
  [error('other', "[Errno 13] Permission denied: '/dev/kfd'"), 'inconclusive'],
  [error('other', "ModuleNotFoundError: No module named 'torch'"), 'inconclusive'],
  [error('harness', 'the worker was lost'), 'inconclusive'],
];

for (const [outcome, result] of TABLE) {
  test(`${outcome.kind}${outcome.kind === 'error' ? `: ${outcome.message.slice(0, 40)}` : ''} says ${result ?? 'nothing'}`, () => {
    const said = diagnose(outcome);
    assert.is(said.result, result);
    assert.is(said.reason === '', result === 'healthy', 'whatever is not healthy has a reason');
    assert.not.match(said.reason, /\n/);
  });
}

for (const message of [
  'ImportError: libgomp.so.1: cannot open shared object file: No such file or directory',
  "ModuleNotFoundError: No module named 'torch'",
  'MemoryError: ',
]) {
  test(`the environment or the machine, not the card: ${message.slice(0, 30)}`, () => {
    assert.is(diagnose({ kind: 'error', phase: 'first-run', errorClass: 'other', message }).result, 'inconclusive');
  });
}

test('a canary whose import hangs says nothing of the card', () => {
  const hang = { kind: 'hang', activity: 'idle', silentSeconds: 1 } as const;
  assert.is(diagnose({ ...hang, phase: 'import' }).result, 'inconclusive');
  assert.is(diagnose({ ...hang, phase: 'device' }).result, 'sick');
});

test.run();
