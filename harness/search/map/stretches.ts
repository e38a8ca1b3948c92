/** Long lines: the exact programme is quadratic, and most places of a long line are as good as their neighbours. */
import { bestProbe } from '../decision-tree.ts';

/** Places told apart. */
const MOST = 192;

/**
 * As `bestProbe`, in bounded time: places of little weight are taken together, likely ones stay by themselves, and what was taken
 * together is told apart when the search comes there. `weights` as for bestProbe.
 */
export function quickProbe(weights: readonly number[], badCost: number, slack = 0): number {
  const candidates = weights.length - 1;
  if (candidates <= MOST) return bestProbe(weights, badCost, slack);
  const total = weights.reduce((sum, one) => sum + one, 0);
  // A stretch ends where it weighs enough, is long enough, or a likely place begins or ends: at most MOST of them.
  const heavy = (3 * total) / MOST;
  const long = Math.ceil((3 * candidates) / MOST);
  const ends: number[] = [];
  const sums: number[] = [];
  let [sum, length] = [0, 0];
  for (let place = 0; place < candidates; place += 1) {
    sum += weights[place] ?? 0;
    length += 1;
    const nextIsLikely = place + 1 < candidates && (weights[place + 1] ?? 0) >= heavy;
    if (sum < heavy && length < long && !nextIsLikely && place + 1 < candidates) continue;
    ends.push(place);
    sums.push(sum);
    [sum, length] = [0, 0];
  }
  return ends[bestProbe([...sums, weights[candidates] ?? 0], badCost)] ?? 0;
}
