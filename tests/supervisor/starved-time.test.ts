import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Because } from '../../harness/model/attempt/because.ts';
import { StarvedTime, isStarvedSilence, type ThreadLook } from '../../harness/supervisor/attempt/starved-time.ts';
import type { CoreTimes, ThreadTimes } from '../../harness/machine/processes/read.ts';

/** How much of the time between two looks a probe could not run. */
const test = suite('starved time');

type Told = Partial<Omit<ThreadTimes, 'thread'>>;

/** Seconds in, nanoseconds told. */
function look(at: number, threads: Readonly<Record<string, Told>>, cores: CoreTimes | null = null): ThreadLook {
  const all = Object.entries(threads).map(([thread, { ran = 0, waited = 0, turns = 1, isReady = false }]) => {
    return [thread, { thread, ran: ran * 1e9, waited: waited * 1e9, turns, isReady }] as const;
  });
  return { at, threads: new Map(all), cores };
}

/** Between each two looks. */
function starved(...looks: readonly ThreadLook[]): number[] {
  const time = new StarvedTime();
  const told = looks.map((one) => {
    const { waited, stolen } = time.see(one);
    return Math.round((waited + stolen) * 1000) / 1000;
  });
  assert.is(told[0], 0, 'at the first look');
  return told.slice(1);
}

/** Sixty-four threads that have waited for so many seconds each. */
const spinning = (waited: number): Record<string, Told> =>
  Object.fromEntries(
    Array.from({ length: 64 }, (_, index) => [`t${index}`, { waited, turns: 1 + waited * 100, isReady: true }]),
  );

test('a silence is starved where others held the cores for most of it', () => {
  const because: Because = {
    limitSeconds: 3,
    silentSeconds: 27,
    waitedSeconds: 24,
    cpuShare: 0.11,
    signs: 0,
    lastSign: null,
    compiler: null,
  };
  const asked = { couldRun: false, cores: 2 };
  assert.ok(isStarvedSilence(because, asked));
  assert.ok(isStarvedSilence({ ...because, cpuShare: null }, asked));
  assert.not(isStarvedSilence({ ...because, waitedSeconds: 13 }, asked), 'it could run for most of it');
  assert.not(isStarvedSilence({ ...because, waitedSeconds: undefined }, asked), 'an older kernel, or program');
  assert.not(isStarvedSilence({ ...because, cpuShare: 1.9 }, asked), 'it stood in line behind itself');
  assert.not(isStarvedSilence(because, { ...asked, couldRun: true }), 'all of the limit it could run, beside the rest');
});

test('where the kernel counts no waits nothing is lost', () => {
  const cores = { busy: 100, stolen: 0 };
  assert.equal(starved(look(0, {}, cores), look(1, {}, { busy: 100, stolen: 300 }), look(2, {}, cores)), [0, 0]);
});

test('the thread that waited most counts, and the others do not add to it', () => {
  assert.equal(starved(look(0, spinning(0)), look(1, spinning(0.75))), [0.75]);
  const one = { runs: { ran: 1, turns: 5 }, waits: { waited: 0.5, turns: 5 }, sleeps: {} };
  assert.equal(starved(look(0, { runs: {}, waits: {}, sleeps: {} }), look(1, one)), [0.5]);
});

test('a thread that sleeps, and one that runs alone, lose nothing', () => {
  const [idle, spin] = [{}, { isReady: true }];
  assert.equal(starved(look(0, { idle, spin }), look(1, { idle, spin: { ran: 1, isReady: true } })), [0]);
});

test('a wait that is not over counts while it lasts, and is not counted again at its end', () => {
  const waits = { turns: 7, ran: 1, isReady: true };
  const over = { turns: 8, ran: 1.1, waited: 3, isReady: true };
  assert.equal(
    starved(look(0, { t: waits }), look(1, { t: waits }), look(2, { t: waits }), look(3.1, { t: over })),
    [1, 1, 1],
  );
});

test('one that slept at the last look did not wait all the time since', () => {
  const [slept, ready] = [{ turns: 7 }, { turns: 7, isReady: true }];
  assert.equal(starved(look(0, { t: slept }), look(1, { t: ready }), look(2, { t: slept })), [0, 0]);
});

test('threads come and go: what is new counts from its begin, what was there at first from then on', () => {
  const old = { waited: 1000 };
  assert.equal(
    starved(
      look(0, { old }),
      look(1, { old, child: { waited: 0.4 } }),
      // One that could not be read for once did not wait all its life since.
      look(2, { next: { waited: 0.2 } }),
      look(3, { old, next: { waited: 0.9 } }),
    ),
    [0.4, 0.2, 1],
  );
});

test('a thread that had an earlier one’s name does not run the count back', () => {
  assert.equal(starved(look(0, { t: { waited: 5 } }), look(1, { t: { waited: 0.3 } })), [0]);
});

test('of stolen time a thread loses the share that it ran; a sleeping one loses none', () => {
  const before = { busy: 1000, stolen: 0 };
  const after = { busy: 1100, stolen: 100 };
  const sleeps = starved(look(0, { t: {} }, before), look(1, { t: {} }, after));
  assert.equal(sleeps, [0]);
  // Some kernels tell that it ran all the time, some that it ran half of it.
  for (const ran of [0.5, 1])
    assert.equal(starved(look(0, { t: {} }, before), look(1, { t: { ran, turns: 3 } }, after)), [0.5]);
  assert.equal(starved(look(0, { t: {} }, before), look(1, { t: { ran: 1 } }, { busy: 1000, stolen: 9 })), [0]);
});

test('whatever many threads do, a second is lost at most once, and what the worst one lost is lost', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const threads = fc.array(fc.tuple(share, share, share), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(threads, (given) => {
      const looks = [0, 1, 2, 3].map((at) => {
        const told = given.map((shares, index) => {
          const waited = shares.slice(0, at).reduce((sum, one) => sum + one, 0);
          return [`t${index}`, { waited, ran: at - waited, turns: at, isReady: true }] as const;
        });
        return look(at, Object.fromEntries(told));
      });
      const time = new StarvedTime();
      for (const [index, one] of looks.entries()) {
        const { waited } = time.see(one);
        const worst = index === 0 ? 0 : Math.max(...given.map((shares) => shares[index - 1] ?? NaN));
        assert.ok(waited < 1 + 1e-6 && Math.abs(waited - worst) < 1e-6, `${waited} of ${worst}`);
      }
    }),
    { seed: 3, numRuns: 200 },
  );
});

test.run();
