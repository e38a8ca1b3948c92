/** Where the boundaries are, in a few words. */
import { boundaryWords, lineState } from '../lines/boundary-words.ts';
import type { Overview } from '../overview.ts';
import { plainLine } from '../words/plain-text.ts';

export interface BoundaryGroup {
  readonly words: string;
  readonly lines: number;
}

/** The boundaries that occur, most frequent first; only lines on which something failed. */
export function commonBoundaries(overview: Overview): BoundaryGroup[] {
  const axis = plainLine(overview.shapes.axisName ?? 'value', 40);
  const groups = new Map<string, number>();
  for (const view of overview.lineById.values()) {
    if (overview.results.searchAxis === null || lineState(view) === 'good' || lineState(view) === 'open') continue;
    const words = boundaryWords(view, axis);
    groups.set(words, (groups.get(words) ?? 0) + 1);
  }
  return [...groups].map(([words, lines]) => ({ words, lines })).toSorted((a, b) => b.lines - a.lines);
}

/** The word that all counts of boundaries use. */
export function lineMeans({ shapes: { rowKind } }: Overview): string {
  const row = { environment: 'one environment', setting: 'one setting', pair: 'one environment and setting' }[rowKind];
  return `A line is one shape in ${row}.`;
}
