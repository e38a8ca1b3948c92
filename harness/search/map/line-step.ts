/** What is left to do on a line, from what is known of its cells. */
import { isBad, isDoubtful, isGood, type Standing } from '../cell-tally.ts';

export type LineStep =
  /** One of these cells, ascending. `below` is the largest good place or -1, `above` the smallest bad one or the length of the line. */
  | { readonly kind: 'bracket'; readonly candidates: readonly number[]; readonly below: number; readonly above: number }
  /** More clean tries of a cell that was clean so far. */
  | { readonly kind: 'repeat'; readonly index: number }
  | { readonly kind: 'confirm'; readonly index: number }
  /** These cells, in any order and at the same time. */
  | { readonly kind: 'look'; readonly places: readonly number[] }
  | { readonly kind: 'settled' };

/** Something larger than a bad cell is good. */
export function isBroken(standings: readonly Standing[]): boolean {
  const bad = standings.findIndex((standing) => isBad(standing) && !isDoubtful(standing));
  return bad >= 0 && standings.some((standing, index) => index > bad && isGood(standing));
}

/** Until the boundary stands between an observed good cell and an observed, confirmed bad one. */
export function stepToBoundary(standings: readonly Standing[]): LineStep {
  const smallestBad = standings.findIndex(isBad);
  const above = smallestBad < 0 ? standings.length : smallestBad;
  const below = standings.findLastIndex((standing, index) => index < above && isGood(standing));
  // A cell is decided before the next one is tried: after one lucky try of a flaky cell the search would climb past the boundary.
  if (standings[below] === 'leaning') return { kind: 'repeat', index: below };
  const doubted = standings.findIndex(
    (standing, index) => isDoubtful(standing) && standings.some((other, place) => place > index && isGood(other)),
  );
  if (doubted >= 0) return { kind: 'confirm', index: doubted };
  const candidates = openBetween(standings, below, above);
  if (candidates.length > 0) return { kind: 'bracket', candidates, below, above };
  if (isDoubtful(standings[smallestBad])) return { kind: 'confirm', index: smallestBad };
  return { kind: 'settled' };
}

/**
 * On a line that is broken: all that would be taken for good is tried, and every turn is narrowed down to neighbours. What bounds something then
 * is confirmed, as a grid confirms it.
 */
export function stepOfBroken(standings: readonly Standing[]): LineStep {
  const leaning = standings.indexOf('leaning');
  if (leaning >= 0) return { kind: 'repeat', index: leaning };
  const known = standings.flatMap((standing, index) => (isGood(standing) || isBad(standing) ? [index] : []));
  const places: number[] = [];
  for (const [order, above] of [...known, standings.length].entries()) {
    const below = known[order - 1] ?? -1;
    const open = openBetween(standings, below, above);
    const [from, to] = [standings[below], standings[above]];
    const goodBelow = from === undefined || isGood(from);
    const goodAbove = to === undefined ? from !== undefined && isGood(from) : isGood(to);
    if (goodBelow && goodAbove) places.push(...open);
    else if (goodBelow !== goodAbove) places.push(...open.slice(open.length >> 1, (open.length >> 1) + 1));
  }
  if (places.length > 0) return { kind: 'look', places };
  const unsure = known.find((index, order) => {
    const [standing = 'open', below, above] = [standings[index], known[order - 1], known[order + 1]];
    const turnsHere = below === undefined || isGood(standings[below] ?? 'open');
    const turnsAbove = above !== undefined && isGood(standings[above] ?? 'open');
    return isDoubtful(standing) && (turnsHere || (standing === 'hasty' && turnsAbove));
  });
  return unsure === undefined ? { kind: 'settled' } : { kind: 'confirm', index: unsure };
}

/** Cells below the boundary that were not tried, and those above it. */
export function inferred(standings: readonly Standing[]): {
  readonly good: readonly number[];
  readonly bad: readonly number[];
} {
  const smallestBad = standings.findIndex(isBad);
  const largestGood = standings.findLastIndex(isGood);
  return {
    good: openBetween(standings, -1, largestGood),
    bad: smallestBad < 0 ? [] : openBetween(standings, smallestBad, standings.length),
  };
}

/** Both ends excluded. */
function openBetween(standings: readonly Standing[], below: number, above: number): readonly number[] {
  return standings.flatMap((standing, index) => (index > below && index < above && standing === 'open' ? [index] : []));
}
