/** How often the cell hangs that bounds its line, with an interval that says how little a few tries tell. */
import type { Line } from '../../model/cell.ts';
import { isBad } from './inferred.ts';
import type { Observed } from './observed.ts';
import type { HangRate } from '../../model/results/results.ts';

/** Chance that the true rate lies outside the interval. */
const OUTSIDE = 0.05;

/**
 * Of the smallest bad cell alone: another one hangs at a rate of its own. It stops at its first bad try, so tries are few where hangs are frequent.
 * `loadsOf`: stretches of tries of a cell between which another cell was tried. Tries that follow each other meet one state of the card and may
 * all end alike, so the interval counts each stretch once. null where nothing is bad.
 */
export function hangRate(
  { cells }: Pick<Line, 'cells'>,
  observed: readonly Observed[],
  loadsOf: (cell: string) => number,
): HangRate | null {
  const place = observed.findIndex(isBad);
  const [cell, seen] = [cells[place]?.id, observed[place]];
  if (cell === undefined || seen === undefined || seen.badAttempts === 0) return null;
  const [hangs, tries] = [seen.badAttempts, seen.attempts];
  const loads = Math.max(1, Math.min(loadsOf(cell), tries));
  const share = (loads * hangs) / tries;
  const { low } = clopperPearson(Math.floor(share), loads);
  const { high } = clopperPearson(Math.ceil(share), loads);
  return { cell, hangs, tries, loads, low, high };
}

/** By cell: stretches of its tries between which another cell was tried. `cells` of all tries, in order. */
export function loadsByCell(cells: Iterable<string>): ReadonlyMap<string, number> {
  const loads = new Map<string, number>();
  let before: string | null = null;
  for (const cell of cells) {
    if (cell !== before) loads.set(cell, (loads.get(cell) ?? 0) + 1);
    before = cell;
  }
  return loads;
}

/** The exact interval of a share at 95 %. `hits` of `tries`, which is at least 1. */
export function clopperPearson(hits: number, tries: number): { readonly low: number; readonly high: number } {
  return {
    low: hits === 0 ? 0 : rateAt((rate) => 1 - atMost(hits - 1, tries, rate), OUTSIDE / 2),
    high: hits === tries ? 1 : rateAt((rate) => 1 - atMost(hits, tries, rate), 1 - OUTSIDE / 2),
  };
}

/** Where a rising chance reaches `wanted`. */
function rateAt(chance: (rate: number) => number, wanted: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    if (chance(middle) < wanted) low = middle;
    else high = middle;
  }
  return Math.round(((low + high) / 2) * 1e6) / 1e6;
}

/** Chance of at most `hits` in `tries`, in logarithms: a thousand tries underflow otherwise. */
function atMost(hits: number, tries: number, rate: number): number {
  if (rate <= 0) return 1;
  if (rate >= 1) return hits >= tries ? 1 : 0;
  let term = tries * Math.log1p(-rate);
  let sum = Math.exp(term);
  for (let count = 1; count <= hits; count += 1) {
    term += Math.log((tries - count + 1) / count) + Math.log(rate / (1 - rate));
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}
