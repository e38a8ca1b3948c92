/**
 * How often a pass is tried that something rests on. One try says nothing of a cell that hangs now and then: of ten that hang in every other try,
 * five are taken for good. So what bounds a line is tried again, and the more often the more this run has seen.
 */
import type { Line } from '../../model/cell.ts';
import { siteKey } from '../../model/site.ts';

/** Tries of a boundary's good cell, of a top pass and of a pass that contradicts a hang, once anything hung. */
export const TRIES = 5;
/** Share of what the run cost without them that such tries may take while nothing is flaky. */
const SHARE = 0.5;

/** What is known of a line: bad somewhere, clear as far as it was tried, or not tried. */
export type LineState = 'turns' | 'clear' | 'untried';

/**
 * How many tries the pass gets on which each line rests, while something hung and nothing was flaky; by the place of the line in the matrix.
 * First boundaries, then lines without a hang where a line like them has one (an exception, perhaps), then the others; what cannot be afforded
 * is dealt out evenly. `lines` is walked twice and not kept. `budget` in passes of all the run that are not such tries.
 */
export function triesOfLines(
  lines: () => Iterable<Line>,
  stateOf: (line: Line) => LineState,
  attempts: number,
  cost: number,
): readonly number[] {
  const hanging = new Set<string>();
  for (const line of lines()) if (stateOf(line) === 'turns') for (const key of keysOf(line)) hanging.add(key);
  const classes: [number[], number[], number[]] = [[], [], []];
  let count = 0;
  for (const line of lines()) {
    const state = stateOf(line);
    if (state !== 'untried')
      classes[state === 'turns' ? 0 : keysOf(line).some((key) => hanging.has(key)) ? 1 : 2].push(count);
    count += 1;
  }
  const most = Math.max(0, TRIES - attempts);
  const tries = Array.from({ length: count }, () => attempts);
  let left = Math.floor(SHARE * cost);
  for (const own of classes) {
    const dealt = Math.min(left, most * own.length);
    left -= dealt;
    own.forEach((place, index) => {
      tries[place] =
        attempts + Math.floor((dealt * (index + 1)) / own.length) - Math.floor((dealt * index) / own.length);
    });
  }
  return tries;
}

/** What lines have in common: where they are, and their parameters in every environment. */
function keysOf(line: Line): readonly string[] {
  return [`site ${siteKey(line)}`, `parameters ${JSON.stringify([line.setting, line.fixed])}`];
}
