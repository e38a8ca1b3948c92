/** How large a share of hangs the passes at boundaries exclude, from the tries that were made; and what a flaky cell means for the others. */
import type { Overview } from '../overview.ts';
import { counted, listed } from '../words/numbers.ts';
import type { Statement } from './statement.ts';

/** A hang in so many of ten tries is the example. */
const OF_TEN = 3;

/** null where no line rests on a pass that was run. */
export function triesWords({ lineById, cells, results, words }: Overview): Statement | null {
  const lines = new Map<number, number>();
  for (const { goodTries, boundary } of lineById.values()) {
    if (goodTries !== null && goodTries > 0 && boundary.kind !== 'not-monotone')
      lines.set(goodTries, (lines.get(goodTries) ?? 0) + 1);
  }
  const groups = [...lines].toSorted(([a], [b]) => a - b);
  const [fewest] = groups;
  if (fewest === undefined) return null;
  const [tries] = fewest;
  const more = groups.length > 1;
  const what = more
    ? `The largest pass of a line was tried ${listed(
        groups.map(([count, of]) => `${times(count)} on ${counted(of, 'line')}`),
        4,
      )}`
    : `The largest pass of each line was tried ${times(tries)}`;
  const noun = words.noun === 'hang' ? 'hang' : 'failure';
  const missed = `: a ${noun} in ${OF_TEN} of 10 tries is missed with ${percent(tries)}${more ? ' where it was tried least' : ''}`;
  const disagree = cells.flaky > 0 && results.run.flaky === undefined;
  const next = !disagree
    ? ''
    : tries >= ENOUGH
      ? '. Tries of one cell disagreed, so bench took as many of each as `flaky` asks for'
      : '. Tries of one cell disagreed: `flaky: {}` in the matrix takes 15 clean tries of each';
  return { tone: cells.flaky > 0 && tries < ENOUGH ? 'warn' : 'plain', text: `${what}${missed}${next}.` };
}

/** What `flaky` asks for by default. */
const ENOUGH = 15;

function times(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

function percent(tries: number): string {
  return `${Number((100 * (1 - OF_TEN / 10) ** tries).toPrecision(2))} %`;
}
