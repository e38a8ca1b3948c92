/**
 * Looks: attempts of cells whose verdict already followed from others of their line when they were made. How many of them failed is how often
 * "larger is worse" is wrong about the cells that nobody looked at.
 */
import { isBad } from './inferred.ts';
import type { Observed } from './observed.ts';

export interface Looks {
  made: number;
  failed: number;
}

/** Looks at cells that had to pass, and at cells that had to be bad. */
export interface LooksBySide {
  readonly pass: Looks;
  readonly bad: Looks;
}

export function noLooks(): LooksBySide {
  return { pass: { made: 0, failed: 0 }, bad: { made: 0, failed: 0 } };
}

/** Adds those of one line. `rank`: when each cell was first tried, null for one that was not tried itself. After the first that fails nothing follows on the line. */
export function addLooks(
  all: LooksBySide,
  observed: readonly Observed[],
  rank: (place: number) => number | null,
): void {
  const order = observed
    .flatMap((own, place) => {
      const at = own.side === 'good' || isBad(own) ? rank(place) : null;
      return at === null ? [] : [{ place, at, bad: isBad(own) }];
    })
    .toSorted((a, b) => a.at - b.at);
  let [largestGood, smallestBad] = [-1, observed.length];
  for (const { place, bad } of order) {
    const side = place < largestGood ? 'pass' : place > smallestBad ? 'bad' : null;
    if (side !== null) {
      all[side].made += 1;
      if (bad !== (side === 'bad')) {
        all[side].failed += 1;
        return;
      }
    }
    if (bad) smallestBad = Math.min(smallestBad, place);
    else largestGood = Math.max(largestGood, place);
  }
}
