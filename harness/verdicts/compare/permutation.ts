/**
 * Whether two samples of seconds differ, without a law of their distribution: permutation tests, exact where that is cheap, seeded elsewhere, and the
 * correction for many of them. What counts as a change worth telling is the caller's.
 */
import { permutationTest } from 'simple-statistics';
import { seededChance } from '../../model/seeded-chance.ts';

const MOST_EXACT = 20_000;
const DRAWS = 9_999;
/** Ranks are multiples of a half; sums of them differ by far more than this when they differ. */
const SLACK = 1e-9;

/** Two-sided p of the rank-sum statistic; never 0. The same when the samples are swapped. */
export function ranksDiffer(one: readonly number[], other: readonly number[], key: string): number {
  if (one.length === 0 || other.length === 0) return 1;
  // The order of the arguments must not decide which numbers are drawn.
  const [first, second] = inOrder(one, other) ? [one, other] : [other, one];
  const ranks = midranks([...first, ...second]);
  const [a, b] = [ranks.slice(0, first.length), ranks.slice(first.length)];
  if (combinations(ranks.length, a.length) <= MOST_EXACT) return exact(ranks, a.length);
  const drawn = permutationTest(a, b, 'two_side', DRAWS, seededChance(key));
  return (Math.round(drawn * DRAWS) + 1) / (DRAWS + 1);
}

/** The smallest p that samples of these sizes can give. */
export function smallestP(one: number, other: number): number {
  const all = combinations(one + other, one);
  return Math.max(all <= MOST_EXACT ? 0 : 1 / (DRAWS + 1), (one === other ? 2 : 1) / all);
}

/** Two-sided p that paired differences lie around 0: signs are flipped, all ways up to 13 pairs, else `DRAWS` ways; never 0. */
export function signsDiffer(differences: readonly number[], key: string): number {
  const seen = Math.abs(sum(differences));
  if (differences.length === 0 || seen === 0) return 1;
  const enough = seen * (1 - SLACK);
  if (differences.length <= 13) {
    const all = 2 ** differences.length;
    let extreme = 0;
    for (let signs = 0; signs < all; signs += 1) {
      if (Math.abs(sum(differences.map((one, index) => ((signs >> index) & 1 ? -one : one)))) >= enough) extreme += 1;
    }
    return extreme / all;
  }
  const chance = seededChance(key);
  let extreme = 0;
  for (let draw = 0; draw < DRAWS; draw += 1) {
    let total = 0;
    for (const one of differences) total += chance() < 0.5 ? one : -one;
    if (Math.abs(total) >= enough) extreme += 1;
  }
  return (extreme + 1) / (DRAWS + 1);
}

/** Adjusted p by Benjamini and Hochberg, in the order given: below alpha means that at most this share of what is told is false. */
export function benjaminiHochberg(all: readonly number[]): number[] {
  const order = all.map((p, index) => ({ p, index })).toSorted((a, b) => b.p - a.p);
  const adjusted = all.map(() => 1);
  let least = 1;
  for (const [place, { p, index }] of order.entries()) {
    least = Math.min(least, (p * all.length) / (all.length - place));
    adjusted[index] = least;
  }
  return adjusted;
}

function exact(ranks: readonly number[], size: number): number {
  const expected = (sum(ranks) * size) / ranks.length;
  const seen = Math.abs(sum(ranks.slice(0, size)) - expected);
  let [extreme, all] = [0, 0];
  const choose = (from: number, left: number, total: number): void => {
    if (left === 0) {
      all += 1;
      if (Math.abs(total - expected) >= seen - SLACK) extreme += 1;
      return;
    }
    for (let index = from; index <= ranks.length - left; index += 1)
      choose(index + 1, left - 1, total + (ranks[index] ?? 0));
  };
  choose(0, size, 0);
  return extreme / all;
}

/** 1 for the smallest; equal values share the mean of their ranks. */
function midranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = new Map<number, number>();
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to] === sorted[from]) to += 1;
    rank.set(sorted[from] ?? 0, (from + 1 + to) / 2);
    from = to;
  }
  return values.map((value) => rank.get(value) ?? 0);
}

function combinations(of: number, size: number): number {
  let all = 1;
  for (let index = 1; index <= Math.min(size, of - size); index += 1)
    all = (all * (of - Math.min(size, of - size) + index)) / index;
  return all;
}

function inOrder(one: readonly number[], other: readonly number[]): boolean {
  const [a, b] = [sum(one) / one.length, sum(other) / other.length];
  return a === b ? one.length <= other.length : a < b;
}

function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
