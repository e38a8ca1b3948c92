/** Where verdicts change from one environment to the next, and which factor changed there. */
import { plainLine } from '../../findings/words/plain-text.ts';
import { bridgeWords, factorWords, rangeOf, whereOf } from '../../findings/answers/transitions.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { section, table, type TableCell } from '../page/frame.ts';
import type { Page } from '../page/page.ts';

const MOST = 60;

export function transitionsSection(page: Page): Markup {
  const all = page.results.transitions ?? [];
  if (all.length === 0) return nothing;
  const shown = all.slice(0, MOST);
  const rows = shown.map((one): TableCell[] => [
    { content: plainLine(rangeOf(one), 200), heading: true },
    { content: html`<span class="state ${one.turns}">turns ${one.turns}</span>` },
    { content: plainLine(factorWords(one), 200) },
    { content: plainLine(bridgeWords(one).join('; '), 300) },
    { content: plainLine(whereOf(page.results, one), 200) },
  ]);
  const heads = ['From one environment to the next', 'Verdict', 'What changes', 'Bridges', 'Where'];
  return section(
    page,
    'transitions',
    'Changes between environments',
    table(
      page,
      'Changes between environments, of cells with the same case and setting. A confounded step does not say whether torch or ROCm is at fault; a bridge is a pair of wheels that differ in one of them only.',
      heads,
      rows,
    ),
    all.length > shown.length ? html`<p class="note">${all.length - shown.length} more in results.json.</p>` : nothing,
  );
}
