import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StallClock } from '../../harness/supervisor/attempt/stall-clock.ts';
import { watchdogOf } from './supervised.ts';

const test = suite('stall clock');
/** first-run and later: 1 s of silence, 5 s in all. */
const watchdog = watchdogOf({ deadline: '1s', hard_limit: '5s', start: '3s' });

test('each phase has its own deadline, counted from its begin', () => {
  const clock = new StallClock(watchdog, 100);
  assert.equal(clock.verdict(102.9).kind, 'alive');
  clock.enter('first-run', 102.9);
  assert.equal(clock.verdict(103.8), { kind: 'alive', dueIn: 1 - (103.8 - 102.9) });
  assert.is(clock.verdict(103.95).kind, 'stalled');
});

test('evidence starts the silence anew, but not beyond the hard limit', () => {
  const clock = new StallClock(watchdog, 0);
  clock.enter('first-run', 0);
  for (let at = 0.5; at < 5; at += 0.5) {
    clock.progress('search', `line at ${at}`, at);
    assert.is(clock.verdict(at + 0.4).kind, 'alive');
  }
  assert.equal(clock.verdict(5.1), { kind: 'over-limit', seconds: 5.1, progress: 'line at 4.5' });
});

test('evidence of an earlier phase does not make a silent phase slow', () => {
  const clock = new StallClock(watchdogOf({ deadline: '10s', hard_limit: '5s' }), 0);
  clock.enter('first-run', 0);
  clock.progress('line', 'first run done', 1);
  clock.enter('steady', 1);
  assert.is(clock.lastEvidence, null);
  assert.is(clock.verdict(6.1).kind, 'stalled');
});

test("time in which the harness itself did not run is nobody's silence", () => {
  const clock = new StallClock(watchdog, 0);
  clock.enter('first-run', 0);
  clock.forgive(60, 60);
  assert.is(clock.verdict(60.5).kind, 'alive');
  assert.is(clock.verdict(61.5).kind, 'stalled');
});

test('one sign long before the hard limit does not make a silence slow', () => {
  const clock = new StallClock(watchdogOf({ deadline: '60s', hard_limit: '10s' }), 0);
  clock.enter('first-run', 0);
  clock.progress('line', 'begun', 1);
  assert.is(clock.verdict(10).kind, 'stalled');
  clock.progress('line', 'again', 6);
  assert.is(clock.verdict(10).kind, 'over-limit');
  const starved = new StallClock(watchdogOf({ deadline: '60s', hard_limit: '10s' }), 0);
  starved.enter('first-run', 0);
  starved.progress('line', 'begun', 1);
  starved.starved(6, 8);
  assert.is(starved.verdict(10).kind, 'over-limit', 'no sign can come from a probe that cannot run');
});

test('what is forgiven after a sign came in does not reach into the future', () => {
  const clock = new StallClock(watchdog, 0);
  clock.enter('first-run', 60);
  clock.forgive(59, 60);
  assert.is(clock.verdict(61.1).kind, 'stalled');
});

test('a starved probe is not hung before ten times the limit, and the hard limit is not moved', () => {
  const starved = new StallClock(watchdogOf({ deadline: '1s' }), 0);
  starved.enter('first-run', 0);
  for (let at = 0.1; at < 9.95; at += 0.1) {
    starved.starved(0.1, at);
    assert.is(starved.verdict(at).kind, 'alive', `at ${at}`);
  }
  starved.starved(0.2, 10.1);
  assert.is(starved.verdict(10.1).kind, 'stalled');
  const { silentSeconds, waitedSeconds = 0, limitSeconds } = starved.because(10.1);
  assert.ok(silentSeconds > 10 && waitedSeconds > 9 && silentSeconds - waitedSeconds >= 1);
  assert.is(limitSeconds, 1);
  const limited = new StallClock(watchdog, 0);
  limited.enter('first-run', 0);
  for (let at = 0.1; at < 5.05; at += 0.1) limited.starved(0.1, at);
  assert.is(limited.verdict(4.9).kind, 'alive');
  assert.is(limited.verdict(5).kind, 'stalled', 'no sign came until the hard limit');
});

test('in patience only time counts in which it could run, to twice the limit, and the hard limit is as far as that on a tenth of a core', () => {
  const given = watchdogOf({ deadline: '1s', hard_limit: '5s' });
  const [patient, idle] = [new StallClock(given, 0, null, true), new StallClock(given, 0, null, true)];
  for (const clock of [patient, idle]) clock.enter('first-run', 0);
  for (let at = 1; at < 18; at += 1) {
    patient.starved(0.9, at);
    assert.is(patient.verdict(at).kind, 'alive', `at ${at}`);
  }
  patient.starved(3.3, 20);
  assert.is(patient.verdict(20.1).kind, 'stalled');
  assert.is(idle.verdict(1.9).kind, 'alive');
  assert.is(idle.verdict(2).kind, 'stalled');
  assert.is(idle.because(2).limitSeconds, 2);
});

test('what was lost in a pause of the harness is not taken off twice', () => {
  const clock = new StallClock(watchdog, 0);
  clock.enter('first-run', 0);
  clock.forgive(3, 3.1);
  clock.starved(3, 3.1);
  assert.is(Math.round(clock.silence(3.1) * 10), 1);
});

const looks = fc.array(
  fc.record({
    wait: fc.double({ min: 0.001, max: 2, noNaN: true }),
    lost: fc.double({ min: 0, max: 4, noNaN: true }),
    sign: fc.constantFrom(true, false, false, false, false, false),
  }),
  { maxLength: 60 },
);

test('counted silence never runs back, is never more than what passed and never less than a tenth of it', () => {
  fc.assert(
    fc.property(looks, (given) => {
      const clock = new StallClock(watchdog, 0);
      let [at, since, before] = [0, 0, 0];
      for (const { wait, lost, sign } of given) {
        at += wait;
        clock.starved(lost, at);
        const silence = clock.silence(at);
        assert.ok(silence >= before, 'it never runs back');
        assert.ok(silence <= at - since + 1e-9, 'not faster than the wall clock');
        assert.ok(silence >= (at - since) / 10 - 1e-9, 'not slower than a tenth of it');
        before = silence;
        if (!sign) continue;
        clock.progress('line', 'a sign', at);
        [since, before] = [at, 0];
      }
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('without anything lost it is the wall clock, however often one looks', () => {
  fc.assert(
    fc.property(looks, (given) => {
      const [looked, never] = [new StallClock(watchdog, 0), new StallClock(watchdog, 0)];
      let at = 0;
      for (const { wait, sign } of given) {
        at += wait;
        looked.starved(0, at);
        assert.ok(Math.abs(looked.silence(at) - never.silence(at)) < 1e-9);
        assert.is(looked.because(at).waitedSeconds ?? NaN, 0);
        for (const clock of [looked, never]) if (sign) clock.progress('line', 'a sign', at);
      }
    }),
    { seed: 12, numRuns: 200 },
  );
});

const LOWERED = { multiple: 20, limits: [{ phase: 'first-run' as const, seconds: 0.25, full: 1 }] };

test('a lowered limit holds in its phase, and no longer for what searches or compiles', () => {
  const clock = new StallClock(watchdog, 0, LOWERED);
  assert.is(clock.deadline, 3);
  clock.enter('first-run', 0);
  assert.equal([clock.deadline, clock.isLowered], [0.25, true]);
  clock.progress('line', 'a word of the probe', 0.1);
  assert.is(clock.deadline, 0.25);
  clock.progress('search', 'Runs left: 3', 0.2);
  assert.equal([clock.deadline, clock.isLowered], [1, false]);
  clock.enter('steady', 0.3);
  assert.equal([clock.deadline, clock.isLowered], [1, false]);
});

test('whatever happens: no verdict before it is due, silence beyond the limit is stalled, signs up to the hard limit are slow', () => {
  const kinds = fc.constantFrom('line' as const, 'search' as const, 'compile' as const);
  const event = fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: kinds, wait: fc.double({ min: 0.01, max: 1.5, noNaN: true }) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        what: fc.constantFrom('steady' as const, 'verify' as const),
        wait: fc.double({ min: 0.01, max: 1.5, noNaN: true }),
      }),
    },
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.boolean(), (events, isLowered) => {
      const clock = new StallClock(watchdog, 0, isLowered ? LOWERED : null);
      clock.enter('first-run', 0);
      // What the clock must say, kept by other means.
      let [at, phaseAt, signAt, signs, unusual, phase] = [0, 0, 0, 0, false, 'first-run'];
      for (const { what, wait } of events) {
        const limit = isLowered && phase === 'first-run' && !unusual ? 0.25 : 1;
        const stallsAt = signAt + limit;
        const endsAt = Math.min(stallsAt, phaseAt + 5);
        if (at + wait >= endsAt) {
          assert.is(clock.verdict(endsAt - 1e-6).kind, 'alive');
          const verdict = clock.verdict(endsAt + 1e-6);
          assert.is(verdict.kind, stallsAt <= phaseAt + 5 || signs === 0 ? 'stalled' : 'over-limit');
          const because = clock.because(endsAt + 1e-6);
          assert.is(because.signs, signs);
          assert.is(because.limitSeconds, verdict.kind === 'stalled' ? limit : 5);
          return;
        }
        at += wait;
        signAt = at;
        if (what === 'steady' || what === 'verify') {
          [phase, phaseAt, signs, unusual] = [what, at, 0, false];
          clock.enter(what, at);
        } else {
          signs += 1;
          unusual ||= what !== 'line';
          clock.progress(what, 'a sign', at);
        }
        assert.is(clock.verdict(at).kind, 'alive');
      }
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('silence is never called slow, progress never a hang, and a verdict comes when it was due', () => {
  const gaps = fc.array(fc.double({ min: 0.01, max: 2, noNaN: true }), { maxLength: 30 });
  fc.assert(
    fc.property(gaps, (waits) => {
      const clock = new StallClock(watchdog, 0);
      clock.enter('first-run', 0);
      let at = 0;
      for (const wait of waits) {
        const verdict = clock.verdict(at);
        assert.is(verdict.kind, 'alive');
        if (verdict.kind !== 'alive') return;
        if (wait >= verdict.dueIn) {
          const due = clock.verdict(at + verdict.dueIn + 1e-9);
          const limited = at + verdict.dueIn >= 5 - 1e-6;
          assert.is(due.kind, limited && clock.silence(at + verdict.dueIn) < 1 - 1e-6 ? 'over-limit' : 'stalled');
          return;
        }
        at += wait;
        clock.progress('line', 'x', at);
      }
    }),
    { seed: 5, numRuns: 300 },
  );
});

test.run();
