/** The permutation tests: false alarms stay below alpha, a slowdown of 1.3 is found, nothing depends on the order of the samples. */
import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  benjaminiHochberg,
  ranksDiffer,
  signsDiffer,
  smallestP,
} from '../../../harness/verdicts/compare/permutation.ts';
import { seededChance } from '../../../harness/model/seeded-chance.ts';

const test = suite('permutation tests');
const ALPHA = 0.05;

/** Seconds as real runs spread: 5 %, skewed, with an outlier now and then. */
function sample(chance: () => number, size: number, factor: number): number[] {
  return Array.from({ length: size }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
    return factor * 0.01 * Math.exp(0.05 * normal) * (chance() < 0.02 ? 3 : 1);
  });
}

function shareBelow(ps: readonly number[], alpha: number): number {
  return ps.filter((p) => p <= alpha).length / ps.length;
}

/** Share of nights 1.3 times as slow that are found. */
function power(size: number, times: number): number {
  const chance = seededChance(`slower ${size}`);
  return shareBelow(
    Array.from({ length: times }, (_one, index) =>
      ranksDiffer(sample(chance, size, 1), sample(chance, size, 1.3), `k${index}`),
    ),
    ALPHA,
  );
}

for (const [sizes, times] of [
  [[5, 5], 1000],
  [[8, 12], 120],
] as const) {
  test(`equal samples of ${sizes.join(' and ')} raise few false alarms`, () => {
    const chance = seededChance(`equal ${sizes.join()}`);
    const ps = Array.from({ length: times }, (_one, index) =>
      ranksDiffer(sample(chance, sizes[0], 1), sample(chance, sizes[1], 1), `k${index}`),
    );
    // Two standard deviations of the count above alpha.
    assert.ok(
      shareBelow(ps, ALPHA) <= ALPHA + 2 * Math.sqrt((ALPHA * (1 - ALPHA)) / times),
      String(shareBelow(ps, ALPHA)),
    );
    assert.ok(Math.min(...ps) > 0);
  });
}

test('1.3 times the time is found in spite of outliers: nearly always with five runs on each side, always but once in fifty with eight', () => {
  assert.ok(power(5, 300) > 0.85, String(power(5, 300)));
  assert.ok(power(8, 100) > 0.98, String(power(8, 100)));
});

test('signs: equal nights raise few alarms, a shift of all cells is found', () => {
  const chance = seededChance('signs');
  const differences = (shift: number, size: number): number[] =>
    Array.from({ length: size }, () => shift + 0.05 * (chance() + chance() + chance() - 1.5));
  const none = Array.from({ length: 400 }, (_one, index) => signsDiffer(differences(0, 8), `k${index}`));
  assert.ok(shareBelow(none, ALPHA) <= ALPHA + 0.022, String(shareBelow(none, ALPHA)));
  assert.ok(signsDiffer(differences(Math.log(1.3), 8), 'a') < 0.01);
  assert.ok(signsDiffer(differences(Math.log(1.3), 40), 'b') < 0.001);
});

test('p is known where it can be counted by hand', () => {
  assert.is(ranksDiffer([1, 2, 3], [4, 5, 6], 'k'), 0.1);
  assert.is(smallestP(3, 3), 0.1);
  assert.is(ranksDiffer([1, 1, 1], [1, 1, 1], 'k'), 1);
  assert.is(signsDiffer([1, 1, 1, 1, 1, 1], 'k'), 2 / 64);
  assert.equal(
    benjaminiHochberg([0.01, 0.04, 0.03]).map((p) => Number(p.toFixed(4))),
    [0.03, 0.04, 0.04],
  );
});

test('p is above 0, at most 1, and the same when the samples are swapped', () => {
  const seconds = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(seconds, seconds, (one, other) => {
      const p = ranksDiffer(one, other, 'k');
      assert.ok(p > 0 && p <= 1);
      assert.is(ranksDiffer(other, one, 'k'), p);
    }),
    { seed: 6, numRuns: 60 },
  );
});

test.run();
