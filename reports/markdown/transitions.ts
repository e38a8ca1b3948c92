/** Changes between environments, for the summary. */
import type { Findings } from '../findings/findings.ts';
import { bridgeWords, factorWords, rangeOf, whereOf } from '../findings/answers/transitions.ts';
import { inline, markdownTable } from './inline.ts';
import type { Part } from './part.ts';
import { marked } from '../findings/answers/notices.ts';

const MOST = 12;

/** None where no change was observed. */
export function transitionsPart({ results, simulated }: Findings): Part[] {
  const all = results.transitions ?? [];
  if (all.length === 0) return [];
  const rows = all
    .slice(0, MOST)
    .map((one) => [
      inline(rangeOf(one), 160),
      one.turns,
      inline(factorWords(one), 160),
      inline(bridgeWords(one).join('; '), 200),
      inline(whereOf(results, one), 160),
    ]);
  const left = all.length - rows.length;
  const text = [
    `### ${marked(simulated, 'Changes between environments')}`,
    markdownTable(['From one to the next', 'Turns', 'What changes', 'Bridges', 'Where'], rows),
    ...(left > 0 ? [`${left} more in report.html.`] : []),
  ].join('\n\n');
  return [{ name: 'the changes between environments', text }];
}
