import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAttemptLine } from '../../harness/supervisor/wire/attempt-lines.ts';
import { LineSplitter } from '../../harness/supervisor/wire/line-splitter.ts';
import { parseWorkerEvent } from '../../harness/supervisor/wire/worker-events.ts';

const test = suite('wire');

test('lines come out whole however the bytes are cut', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll('\n', ' '));
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (lines, step) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const splitter = new LineSplitter(1000);
      const out: string[] = [];
      for (let at = 0; at < bytes.length; at += step) {
        for (const part of splitter.push(bytes.subarray(at, at + step))) if (part.kind === 'line') out.push(part.text);
      }
      assert.equal(out, lines);
    }),
    { seed: 7, numRuns: 200 },
  );
});

test('a line over the limit is told once and dropped; the next one is whole', () => {
  const splitter = new LineSplitter(10);
  const out = ['abcdefgh', 'ijklmnop', 'qrst\nshort\n', '0123456789\n', '0123456789a\n'].flatMap((text) =>
    splitter.push(Buffer.from(text)),
  );
  assert.equal(out, [
    { kind: 'too-long' },
    { kind: 'line', text: 'short' },
    { kind: 'line', text: '0123456789' },
    { kind: 'too-long' },
  ]);
});

test('no bytes whatever make a parser throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      parseAttemptLine(text);
      parseWorkerEvent(text);
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('attempt lines', () => {
  assert.equal(parseAttemptLine('{"phase":"device","t":1.5,"more":1}'), { kind: 'phase', phase: 'device', t: 1.5 });
  assert.equal(parseAttemptLine('{"first":0.5}'), { kind: 'first', seconds: 0.5 });
  assert.equal(parseAttemptLine('{"work":{"flops":3}}'), { kind: 'work', flops: 3, bytes: null });
  assert.equal(parseAttemptLine('{"done":true}'), { kind: 'done' });
  assert.is(parseAttemptLine('{"error":{"type":"E","message":"m","class":"invented"}}').kind, 'error');
  for (const garbage of ['', 'x', 'null', '3', '[]', '{}', '{"what":1}', '{"__proto__":{"done":true}}']) {
    assert.is(parseAttemptLine(garbage).kind, 'garbage', garbage);
  }
  for (const lie of [
    '{"first":-1}',
    '{"run":1e999}',
    '{"phase":"warp","t":0}',
    '{"phase":"device"}',
    '{"done":false}',
    '{"run":null}',
    '{"check":{}}',
    '{"check":{"matches":false,"maxError":1,"tolerance":NaN}}',
    '{"run":NaN}',
    '{"check":{"matches":false,"maxErr',
    ' {"check":{"matches":false,"maxError":nan,"tolerance":1}}',
    '{"progress":"at 1","check":{"matches":false,"maxError":1,"tolerance":0}}',
  ]) {
    assert.is(parseAttemptLine(lie).kind, 'impossible', lie);
  }
});

test('an error that is NaN or infinite matches nothing, however it is written', () => {
  const check = { matches: false, maxError: null, tolerance: 0.1 };
  for (const matches of ['true', 'false'])
    for (const error of ['NaN', 'Infinity', '-Infinity', '1e999'])
      assert.equal(parseAttemptLine(`{"check":{"matches":${matches},"maxError":${error},"tolerance":0.1}}`), {
        kind: 'check',
        check,
      });
  assert.equal(parseAttemptLine('{"check":{"matches":true,"maxError":null,"tolerance":0.1}}'), {
    kind: 'check',
    check: { ...check, matches: true },
  });
  // Only what stands outside of a text is a number.
  assert.equal(parseAttemptLine(String.raw`{"progress":"is \"NaN", "t":NaN}`), { kind: 'progress', text: 'is "NaN' });
});

test('worker events: unknown fields are allowed, unknown events are not', () => {
  assert.equal(parseWorkerEvent('{"event":"started","attempt":"a","pid":4,"new":1}'), {
    event: 'started',
    attempt: 'a',
    pid: 4,
  });
  for (const bad of [
    '{"event":"started","attempt":"a","pid":-4}',
    '{"event":"sings"}',
    'x',
    '{"event":"started","attempt":"a","pid":0}',
  ]) {
    assert.is(parseWorkerEvent(bad), null, bad);
  }
});

test.run();
