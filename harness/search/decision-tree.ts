/**
 * The cheapest way to find the first bad cell among candidates when a bad probe costs more than a good one: an optimal
 * alphabetic search tree with unequal branch costs, by dynamic programming over intervals of outcomes.
 */

const MOST_CANDIDATES = 640;

/**
 * Which candidate to probe first. `weights` has one entry for each candidate ("this is the first bad one") and a last
 * one for "none of them is bad"; all above 0, in any scale. `badCost` is the cost of a bad probe in good probes.
 * With one candidate the answer is 0. O(n^2) time and space in the number of candidates, of which at most 640 are told apart.
 *
 * The split of an interval is looked for between the splits of its two parts that are one shorter (Knuth's bound).
 * That is proved for equal branch costs only; for unequal ones the tests compare it with the exhaustive programme.
 *
 * `slack`: of probes that cost by this share more than the cheapest at most, the one nearest the middle. Weights are estimates, and a wrong
 * one does least harm there. Above 640 candidates there is none.
 */
export function bestProbe(weights: readonly number[], badCost: number, slack = 0): number {
  const candidates = weights.length - 1;
  if (candidates <= MOST_CANDIDATES) return exactProbe(weights, badCost, slack);
  // The programme's time and space are quadratic: of a long line only the ends of equal stretches are weighed. What is left shrinks below the limit soon.
  const width = Math.ceil(candidates / MOST_CANDIDATES);
  const stretches = Array.from({ length: Math.ceil(candidates / width) }, () => 0);
  for (let index = 0; index < candidates; index += 1) {
    const stretch = Math.floor(index / width);
    stretches[stretch] = (stretches[stretch] ?? 0) + (weights[index] ?? 0);
  }
  const best = exactProbe([...stretches, weights[candidates] ?? 0], badCost, 0);
  return Math.min((best + 1) * width, candidates) - 1;
}

function exactProbe(weights: readonly number[], badCost: number, slack: number): number {
  const size = weights.length;
  if (size <= 2) return 0;
  const sums = prefixSums(weights);
  const cost = new Float64Array(size * size);
  const split = new Int32Array(size * size);
  for (let index = 0; index < size; index += 1) split[index * size + index] = index;
  for (let length = 2; length <= size; length += 1) {
    for (let low = 0; low + length <= size; low += 1) {
      const high = low + length - 1;
      const first = Math.max(low, at(split, low * size + high - 1));
      const last = Math.min(high - 1, at(split, (low + 1) * size + high));
      let best = Number.POSITIVE_INFINITY;
      let bestAt = first;
      for (let probe = first; probe <= Math.max(first, last); probe += 1) {
        const here =
          badCost * (at(sums, probe + 1) - at(sums, low)) +
          (at(sums, high + 1) - at(sums, probe + 1)) +
          at(cost, low * size + probe) +
          at(cost, (probe + 1) * size + high);
        if (here < best) {
          best = here;
          bestAt = probe;
        }
      }
      cost[low * size + high] = best;
      split[low * size + high] = bestAt;
    }
  }
  const best = at(split, size - 1);
  if (slack === 0) return best;
  const most = (1 + slack) * at(cost, size - 1);
  const middle = (size - 2) >> 1;
  let chosen = best;
  for (let probe = 0; probe < size - 1; probe += 1) {
    const here =
      badCost * at(sums, probe + 1) +
      at(sums, size) -
      at(sums, probe + 1) +
      at(cost, probe) +
      at(cost, (probe + 1) * size + size - 1);
    if (here <= most && Math.abs(probe - middle) < Math.abs(chosen - middle)) chosen = probe;
  }
  return chosen;
}

function prefixSums(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length + 1);
  weights.forEach((weight, index) => {
    sums[index + 1] = at(sums, index) + weight;
  });
  return sums;
}

function at(values: Float64Array | Int32Array, index: number): number {
  return values[index] ?? 0;
}
