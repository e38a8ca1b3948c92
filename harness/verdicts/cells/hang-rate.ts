/** How often a line hangs where it hangs at all, with an interval that says how little a few tries tell. */
import type { Observed } from './observed.ts';
import type { HangRate } from '../../model/results/results.ts';

/** Chance that the true rate lies outside the interval. */
const OUTSIDE = 0.05;

/**
 * Over the cells from the first bad one on, as far as they are bad. Cells stop at their first bad try, so tries are few where hangs are
 * frequent. null where nothing is bad.
 */
export function hangRate(observed: readonly Observed[]): HangRate | null {
  const bad = observed.filter(({ side }) => side === 'bad');
  const hangs = bad.reduce((sum, { badAttempts }) => sum + badAttempts, 0);
  const tries = bad.reduce((sum, { attempts }) => sum + attempts, 0);
  return hangs === 0 ? null : { hangs, tries, ...clopperPearson(hangs, tries) };
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
