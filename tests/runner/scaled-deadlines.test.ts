import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Watchdog } from '../../harness/matrix/file/schema.ts';
import { scaleWatchdog } from '../../harness/runner/scaled-deadlines.ts';

const test = suite('runner/scaled-deadlines');

const usual = Watchdog.parse({});

test('a real card keeps its deadlines', () => {
  assert.is(scaleWatchdog(usual, 1), usual);
});

test('a simulated card lives faster; the interpreter and the kernel do not', () => {
  const scaled = scaleWatchdog(usual, 0.0125);
  assert.is(scaled.deadlines['first-run'], 0.75);
  assert.is(scaled.hard_limit, 22.5);
  assert.equal(
    [scaled.deadlines.start, scaled.deadlines.import, scaled.kill_wait],
    [usual.deadlines.start, usual.deadlines.import, usual.kill_wait],
  );
});

test('however fast the card: no deadline is too short for a busy machine, and none is longer than it was', () => {
  const deadline = fc.integer({ min: 1, max: 100_000 }).map((milliseconds) => `${milliseconds}ms`);
  fc.assert(
    fc.property(deadline, deadline, fc.double({ min: 1e-4, max: 1, noNaN: true }), (first, limit, scale) => {
      const given = Watchdog.parse({ deadlines: { 'first-run': first }, hard_limit: limit });
      const scaled = scaleWatchdog(given, scale);
      const before = given.deadlines['first-run'];
      const after = scaled.deadlines['first-run'];
      assert.ok(after <= before && after >= Math.min(before, 0.4));
      assert.ok(scaled.hard_limit <= given.hard_limit && scaled.term_grace >= 0.1);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test.run();
