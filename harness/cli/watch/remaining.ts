/** How long a run still takes, told from how fast its lines were solved. Pure; null while nothing can be said. */
import type { SearchProgress } from '../../search/search.ts';

/** Before this many lines and this share of them the first lines, which teach the search, decide too much. */
const FEWEST_LINES = 3;
const SMALLEST_SHARE = 0.05;

/** `atStart`: lines that an earlier session had solved. `seconds`: since this session began. */
export function secondsLeft(
  { linesDone, linesTotal }: SearchProgress,
  atStart: number,
  seconds: number,
): number | null {
  const solved = linesDone - atStart;
  if (linesDone >= linesTotal) return null;
  if (solved < FEWEST_LINES || solved < SMALLEST_SHARE * (linesTotal - atStart)) return null;
  return ((linesTotal - linesDone) * seconds) / solved;
}
