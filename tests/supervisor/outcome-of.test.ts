import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { outcomeOf, type Facts } from '../../harness/supervisor/attempt/outcome-of.ts';
import { LOG_SIGNATURES, classify } from '../../harness/supervisor/signatures/classify.ts';
import type { Outcome } from '../../harness/model/outcome.ts';

const test = suite('outcome of an attempt');

const PASSED: Facts = {
  ending: { kind: 'exited', code: 0 },
  phase: 'verify',
  unkillable: null,
  done: true,
  lie: null,
  error: null,
  check: { matches: true, maxError: 0, tolerance: 1e-3 },
  signatures: [],
};
const stderr = (...ids: string[]) =>
  classify(ids.map((id) => LOG_SIGNATURES.find((one) => one.id === id)?.sample ?? '').join('\n'), 'stderr');
const other = { type: 'RuntimeError', message: 'odd', class: 'other' } as const;
const stalled = { kind: 'stalled', activity: 'busy', silentSeconds: 60 } as const;

const TABLE: readonly (readonly [string, Partial<Facts>, Outcome])[] = [
  ['done and matching', {}, { kind: 'pass' }],
  ['done without a check, where none was begun', { check: null, phase: 'steady' }, { kind: 'pass' }],
  [
    'done without a check that was begun',
    { check: null },
    error('protocol', 'the probe began to verify and told no check'),
  ],
  [
    'a differing check',
    { check: { matches: false, maxError: 2, tolerance: 1 } },
    { kind: 'wrong-result', maxError: 2, tolerance: 1 },
  ],
  [
    'a NaN',
    { check: { matches: false, maxError: null, tolerance: 1 } },
    { kind: 'wrong-result', maxError: null, tolerance: 1 },
  ],
  ['never done', { done: false }, error('protocol', 'the probe exited with code 0 but never said "done"')],
  ['a lie', { lie: 'reported two first runs' }, error('protocol', 'the probe reported two first runs')],
  ['an exception', { error: other }, error('other', 'RuntimeError: odd')],
  [
    'an exception that the probe classed',
    { error: { ...other, class: 'no-binary' } },
    error('no-binary', 'RuntimeError: odd'),
  ],
  [
    'an exception whose text is known',
    { error: { ...other, message: 'HIP out of memory' } },
    error('out-of-memory', 'RuntimeError: HIP out of memory'),
  ],
  [
    'a code',
    { ending: { kind: 'exited', code: 3 }, done: false },
    error('other', 'the probe exited with code 3 and named no error'),
  ],
  [
    'a code after a known line',
    { ending: { kind: 'exited', code: 1 }, signatures: stderr('miopen_missing_db', 'miopen_error') },
    error('miopen-error', 'the probe exited with code 1 and named no error'),
  ],
  [
    'a code after done',
    { ending: { kind: 'exited', code: 1 } },
    error('other', 'the probe exited with code 1 and named no error'),
  ],
  [
    'a signal',
    { ending: { kind: 'signalled', signal: 'SIGSEGV' } },
    { kind: 'crash', phase: 'verify', signal: 'SIGSEGV', signature: null },
  ],
  [
    'a signal with a known line',
    { ending: { kind: 'signalled', signal: 'SIGABRT' }, signatures: stderr('miopen_search', 'mem_fault') },
    { kind: 'crash', phase: 'verify', signal: 'SIGABRT', signature: 'mem_fault' },
  ],
  ['a deadline', { ending: stalled }, { kind: 'hang', phase: 'verify', activity: 'busy', silentSeconds: 60 }],
  [
    'a deadline after done',
    { ending: stalled, done: true },
    { kind: 'hang', phase: 'verify', activity: 'busy', silentSeconds: 60 },
  ],
  [
    'a deadline after an error',
    { ending: stalled, error: other },
    { kind: 'hang', phase: 'verify', activity: 'busy', silentSeconds: 60 },
  ],
  [
    'the hard limit',
    { ending: { kind: 'over-limit', seconds: 1800, progress: 'Runs left: 3' } },
    { kind: 'slow', phase: 'verify', seconds: 1800, progress: 'Runs left: 3' },
  ],
  ['a cancellation', { ending: { kind: 'cancelled', reason: 'SIGINT' } }, { kind: 'cancelled', reason: 'SIGINT' }],
  ['a lost worker', { ending: { kind: 'harness', reason: 'gone' } }, error('harness', 'gone')],
  [
    'a hang that cannot be killed',
    { ending: stalled, unkillable: 'D' },
    { kind: 'unkillable', phase: 'verify', state: 'D' },
  ],
  [
    'a pass with an orphan that cannot be killed',
    { unkillable: 'D' },
    { kind: 'unkillable', phase: 'verify', state: 'D' },
  ],
  [
    'a cancellation that cannot be killed',
    { ending: { kind: 'cancelled', reason: 'x' }, unkillable: 'D' },
    { kind: 'unkillable', phase: 'verify', state: 'D' },
  ],
];

function error(errorClass: Extract<Outcome, { kind: 'error' }>['errorClass'], message: string): Outcome {
  return { kind: 'error', phase: 'verify', errorClass, message };
}

for (const [name, changes, expected] of TABLE) {
  test(name, () => assert.equal(outcomeOf({ ...PASSED, ...changes }), expected));
}

test.run();
