/** What sets the boundary: ranked explanations, what is refuted, what cannot be told apart and what would tell. */
import {
  exceptionWords,
  fitOf,
  openRivals,
  otherWords,
  placeName,
  predictionWords,
  statementWords,
  type Explained,
} from '../../findings/answers/explained.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { figures, section, table, type TableCell } from '../page/frame.ts';
import type { Page } from '../page/page.ts';

const MOST_CHARACTERS = 240;

export function explanationsSection(page: Page): Markup {
  const { explained } = page;
  if (explained === null) return nothing;
  const { insight, explanations, remainder, proposals, outside } = explained;
  return section(
    page,
    'explanations',
    'What sets the boundary',
    html`<p>${line(insight.text)}.</p>`,
    explanations.length === 0
      ? nothing
      : ranked(
          page,
          explanations,
          'Explanations, best first. Fewer bits are better: they count what it takes to say the explanation and the cells it gets wrong. An explanation is a rule that fits, not a proven cause.',
        ),
    remainder.length === 0
      ? nothing
      : ranked(
          page,
          remainder,
          'Explanations of the bad cells that the first one leaves; their figures leave out the cells that the ones before cover.',
        ),
    list('The observed cells do not tell these from the first', openRivals(explained)),
    list('The first in other words: nothing that was looked at tells them apart', otherWords(explained)),
    refutedList(explained),
    proposals.length === 0 ? nothing : proposalTable(page, explained),
    outside.length === 0 ? nothing : outsideTable(page, outside),
  );
}

function ranked(page: Page, all: Explained['explanations'], caption: string): Markup {
  const heads = ['Explanation', 'Explains', 'Exceptions', figures('Bits')];
  const rows = all.map((one): TableCell[] => [
    { content: line(statementWords(one)), heading: true },
    { content: fitOf(one) },
    { content: line(exceptionWords(page.results, one)) },
    { content: one.bits.total.toFixed(1) },
  ]);
  return table(page, caption, heads, rows);
}

function list(title: string, some: Explained['indistinct']): Markup {
  return some.length === 0
    ? nothing
    : html`<h3>${title}</h3><ul>${some.map(({ statement }) => html`<li>${line(statement)}</li>`)}</ul>`;
}

function refutedList({ refuted }: Explained): Markup {
  return refuted.length === 0
    ? nothing
    : html`<h3>Refuted</h3><ul>${refuted.map(({ text }) => html`<li>${line(text)}</li>`)}</ul>`;
}

function proposalTable(page: Page, explained: Explained): Markup {
  const heads = ['Probe', 'In the matrix', 'Predicted'];
  const rows = explained.proposals.map((one): TableCell[] => [
    { content: line(placeName(page.results, one.place)), heading: true },
    { content: one.cell === null ? 'no' : 'yes' },
    { content: predictionWords(explained, one) },
  ]);
  return table(
    page,
    explained.insight.state === 'explained'
      ? 'Probes that would tell them apart. With "explain: { probes: 8 }" in the matrix the run makes them.'
      : 'Cells that would tell most of whether there is a rule. They count once they are cells of the matrix.',
    heads,
    rows,
  );
}

function outsideTable(page: Page, outside: Explained['outside']): Markup {
  const rows = outside.map((cell): TableCell[] => [
    { content: line(placeName(page.results, cell)), heading: true },
    { content: cell.verdict },
  ]);
  return table(page, 'Probed beyond the axes to tell explanations apart.', ['Cell', 'Verdict'], rows);
}

function line(text: string): string {
  return plainLine(text, MOST_CHARACTERS);
}
