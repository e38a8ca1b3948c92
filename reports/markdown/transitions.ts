/** Changes between environments, for the summary. */
import type { Results } from '../../harness/model/results/results.ts';
import { bridgesOf, factorWords, rangeOf, whereOf } from '../findings/transitions.ts';
import { inline, markdownTable } from './inline.ts';

const MOST = 12;

/** null where no change was observed. */
export function transitionsPart(results: Results, sim: string): string | null {
  const all = results.transitions ?? [];
  if (all.length === 0) return null;
  const rows = all
    .slice(0, MOST)
    .map((one) => [
      inline(rangeOf(one), 160),
      one.turns,
      inline(factorWords(one), 160),
      inline(bridgesOf(one), 200),
      inline(whereOf(results, one), 160),
    ]);
  const left = all.length - rows.length;
  return [
    `### ${sim}Changes between environments`,
    markdownTable(['From one to the next', 'Turns', 'What changes', 'Bridges', 'Where'], rows),
    ...(left > 0 ? [`${left} more in report.html.`] : []),
  ].join('\n\n');
}
