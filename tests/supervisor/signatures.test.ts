import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  LOG_SIGNATURES,
  classify,
  crashSignature,
  lastProgressLine,
  signatureIds,
} from '../../harness/supervisor/signatures/classify.ts';

const test = suite('log signatures');

test('the table is whole: 67 signatures with unique ids', () => {
  assert.is(LOG_SIGNATURES.length, 67);
  assert.is(new Set(LOG_SIGNATURES.map(({ id }) => id)).size, 67);
});

for (const signature of LOG_SIGNATURES) {
  test(`${signature.id} finds its own sample on its own channel`, () => {
    assert.ok(signature.pattern.test(signature.sample));
    assert.not(signature.pattern.global, 'a global pattern would remember where it stopped');
    assert.ok(signatureIds(classify(`before\n${signature.sample}\nafter`, signature.channel)).includes(signature.id));
    const other = signature.channel === 'kernel' ? 'stderr' : 'kernel';
    assert.not(signatureIds(classify(signature.sample, other)).includes(signature.id));
  });
}

const sample = (id: string): string => LOG_SIGNATURES.find((signature) => signature.id === id)?.sample ?? '';

test('ordinary output matches nothing', () => {
  assert.equal(classify('Traceback (most recent call last):\n  File "x.py", line 1\nepoch 3 loss 0.1\n', 'stderr'), []);
});

test('matches come in the order of the lines, ids once', () => {
  const text = [sample('miopen_search'), sample('mem_fault'), sample('miopen_search')].join('\n');
  assert.equal(signatureIds(classify(text, 'stderr')), ['miopen_search', 'mem_fault']);
});

test('a crash is explained by the first crash-like line, not by warnings before it', () => {
  const text = [sample('miopen_missing_db'), sample('mem_fault'), sample('python_fatal')].join('\n');
  assert.is(crashSignature(classify(text, 'stderr')), 'mem_fault');
});

test('of several signatures of one line the more specific one explains the crash', () => {
  assert.is(crashSignature(classify(sample('illegal_instr'), 'stderr')), 'illegal_instr');
});

test('an abort is not called a segmentation fault', () => {
  assert.is(crashSignature(classify('Fatal Python error: Aborted', 'stderr')), 'python_fatal');
});

test('no crash-like line, no explanation', () => {
  assert.is(crashSignature(classify(sample('miopen_search'), 'stderr')), null);
});

test('the last search line is the progress', () => {
  const text = [sample('miopen_search'), sample('miopen_runs_left'), 'something else'].join('\n');
  assert.is(lastProgressLine(text), sample('miopen_runs_left'));
  assert.is(lastProgressLine('something else'), null);
});

test('a line of many megabytes is classified in bounded time', () => {
  assert.equal(classify('x'.repeat(8 << 20), 'stderr'), []);
});

test.run();
