import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StallClock } from '../../harness/supervisor/attempt/stall-clock.ts';
import { shortWatchdog } from './supervised.ts';

const test = suite('stall clock');
/** first-run and later: 1 s of silence, 5 s in all. */
const watchdog = shortWatchdog({ deadline: '1s', hard_limit: '5s', start: '3s' });

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
  const clock = new StallClock(shortWatchdog({ deadline: '10s', hard_limit: '5s' }), 0);
  clock.enter('first-run', 0);
  clock.progress('line', 'first run done', 1);
  clock.enter('steady', 1);
  assert.is(clock.lastEvidence, null);
  assert.is(clock.verdict(6.1).kind, 'stalled');
});

test('time in which the harness itself did not run is nobody\'s silence', () => {
  const clock = new StallClock(watchdog, 0);
  clock.enter('first-run', 0);
  clock.forgive(60);
  assert.is(clock.verdict(60.5).kind, 'alive');
  assert.is(clock.verdict(61.5).kind, 'stalled');
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
