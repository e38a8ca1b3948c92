import * as fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bestProbe } from '../../harness/search/decision-tree.ts';

/** Expected cost of the tree that `choose` builds over outcomes low..high. */
function cost(weights: readonly number[], badCost: number, choose: (part: readonly number[]) => number): number {
  if (weights.length <= 1) return 0;
  const probe = choose(weights);
  const bad = weights.slice(0, probe + 1);
  const good = weights.slice(probe + 1);
  return badCost * total(bad) + total(good) + cost(bad, badCost, choose) + cost(good, badCost, choose);
}

function cheapest(weights: readonly number[], badCost: number, known = new Map<string, number>()): number {
  if (weights.length <= 1) return 0;
  const key = weights.join();
  const before = known.get(key);
  if (before !== undefined) return before;
  const costs = weights.slice(0, -1).map((_, probe) => {
    const bad = weights.slice(0, probe + 1);
    const good = weights.slice(probe + 1);
    return badCost * total(bad) + total(good) + cheapest(bad, badCost, known) + cheapest(good, badCost, known);
  });
  const best = Math.min(...costs);
  known.set(key, best);
  return best;
}

function total(weights: readonly number[]): number {
  return weights.reduce((sum, one) => sum + one, 0);
}

const tree = suite('search tree');

tree('costs what facts about 12 and 32 sizes say', () => {
  for (const [size, badCost, expected] of [
    [12, 5, 9.5],
    [12, 20, 24.5],
    [32, 20, 34],
  ] as const) {
    const weights = Array.from({ length: size + 1 }, () => 1 / (size + 1));
    const got = cost(weights, badCost, (part) => bestProbe(part, badCost));
    assert.ok(Math.abs(got - expected) < 1.5, `${size} sizes at ${badCost}: ${got}`);
  }
});

tree('halves when bad and good cost the same', () => {
  assert.is(bestProbe([1, 1, 1, 1], 1), 1);
});

tree('climbs when a bad probe is dear and leaps to the top when it is unlikely', () => {
  assert.is(bestProbe([1, 1, 1, 1, 1, 1], 1000), 0);
  assert.is(bestProbe([0.001, 0.001, 0.001, 0.001, 0.001, 1], 20), 4);
});

tree('probes the two cells around a confident guess', () => {
  const weights = [0.01, 0.01, 0.9, 0.01, 0.01, 0.01];
  assert.is(bestProbe(weights, 20), 1);
  assert.is(bestProbe(weights.slice(2), 20), 0);
});

tree('is within one part in a hundred of the exhaustive programme', () => {
  const weight = fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10_000 }));
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 2, maxLength: 14 }),
      fc.constantFrom(1, 2, 5, 20, 100),
      (weights, badCost) => {
        const got = cost(weights, badCost, (part) => bestProbe(part, badCost));
        const best = cheapest(weights, badCost);
        assert.ok(got <= best * 1.01 + 1e-9, `${got} against ${best}`);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

tree('with slack the probe nearest the middle is taken that costs little more', () => {
  const weights = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 12];
  const cheap = bestProbe(weights, 20);
  const slack = bestProbe(weights, 20, 0.1);
  assert.ok(Math.abs(slack - 5) < Math.abs(cheap - 5), `${slack} against ${cheap}`);
  const whole = (first: number): number =>
    cost(weights, 20, (part) => (part.length === weights.length ? first : bestProbe(part, 20)));
  assert.ok(whole(slack) <= 1.1 * whole(cheap) + 1e-9);
});

tree('a line of 20,000 cells is searched to the exact boundary in bounded memory', () => {
  for (const firstBad of [0, 1, 13_337, 19_999, 20_000]) {
    let [below, above, probes] = [-1, 20_000, 0];
    while (above - below > 1) {
      const probe =
        below +
        1 +
        bestProbe(
          Array.from({ length: above - below }, () => 1),
          5,
        );
      assert.ok(probe > below && probe < above, 'only what is still open is probed');
      if (probe >= firstBad) above = probe;
      else below = probe;
      probes += 1;
    }
    assert.is(above, firstBad);
    assert.ok(probes < 100, `${probes} probes`);
  }
});

tree.run();
