/** A line's boundary in words. */
import type { Boundary } from '../../harness/verdicts/results.ts';
import { counted } from './numbers.ts';
import { plainLine } from './plain-text.ts';
import type { BadWords } from './verdict-words.ts';

type Value = string | number | boolean;

const one = (value: Value): string => plainLine(String(value), 40);

/** Short enough for a table cell, such as "≤ 32 pass, ≥ 40 hang". */
export function boundaryWords(boundary: Boundary, words: BadWords): string {
  switch (boundary.kind) {
    case 'all-good':
      return 'all pass';
    case 'all-bad':
      return `all ${words.verb}`;
    case 'bracketed':
      return `≤ ${one(boundary.largestGood)} pass, ≥ ${one(boundary.smallestBad)} ${words.verb}`;
    case 'interval':
      return intervalWords(boundary, words);
    case 'not-monotone':
      return `mixed: ${boundary.changes
        .slice(0, 6)
        .map((change) => `${change.turns === 'bad' ? words.verb : 'pass'} from ${one(change.to)}`)
        .join(', ')}${boundary.changes.length > 6 ? ', …' : ''}`;
    case 'untestable':
      return 'not tested';
  }
}

function intervalWords(boundary: Extract<Boundary, { kind: 'interval' }>, words: BadWords): string {
  const good = boundary.largestGood === null ? [] : [`≤ ${one(boundary.largestGood)} pass`];
  const bad = boundary.smallestBad === null ? [] : [`≥ ${one(boundary.smallestBad)} ${words.verb}`];
  return [...good, ...bad, `${counted(boundary.unresolved, 'cell')} open`].join(', ');
}

export const largestGood = (boundary: Boundary): Value | null => ('largestGood' in boundary ? boundary.largestGood : null);

export const smallestBad = (boundary: Boundary): Value | null => {
  if ('smallestBad' in boundary) return boundary.smallestBad;
  if (boundary.kind !== 'not-monotone') return null;
  return boundary.changes.find((change) => change.turns === 'bad')?.to ?? null;
};

/** Null where nothing needs confirming or the contract does not say. */
export const isConfirmed = (boundary: Boundary): boolean | null => ('confirmed' in boundary ? boundary.confirmed : null);

export type LineState = 'good' | 'bad' | 'mixed' | 'open';

/** How a line stands, for colouring tables and counting environments. */
export function lineState(boundary: Boundary): LineState {
  switch (boundary.kind) {
    case 'all-good':
      return 'good';
    case 'all-bad':
      return 'bad';
    case 'bracketed':
    case 'not-monotone':
      return 'mixed';
    case 'interval':
      return boundary.smallestBad === null ? 'open' : 'mixed';
    case 'untestable':
      return 'open';
  }
}

/** Shorter still, for the cells of the summary table, such as "hang ≥ 33". */
export function boundaryShort(boundary: Boundary, words: BadWords): string {
  switch (boundary.kind) {
    case 'all-good':
      return 'pass';
    case 'all-bad':
      return `all ${words.verb}`;
    case 'bracketed':
      return `${words.verb} ≥ ${one(boundary.smallestBad)}`;
    case 'interval':
      if (boundary.smallestBad !== null) return `${words.verb} ≥ ${one(boundary.smallestBad)}?`;
      return boundary.largestGood === null ? 'open' : `pass ≤ ${one(boundary.largestGood)}?`;
    case 'not-monotone':
      return 'mixed';
    case 'untestable':
      return 'not tested';
  }
}
