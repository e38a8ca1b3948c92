/** What sets the boundary, for the summary. */
import { fitOf, openRivals, placeName, predictionWords, statementWords } from '../findings/answers/explained.ts';
import type { Findings } from '../findings/findings.ts';
import { count } from '../findings/words/numbers.ts';
import { inline, markdownTable } from './inline.ts';
import type { Part } from './part.ts';
import { marked } from '../findings/answers/notices.ts';

const MOST_EXPLANATIONS = 5;
const MOST_REFUTED = 4;
const MOST_RIVALS = 6;
const MOST_PROPOSALS = 5;

/** None where there is nothing to explain. */
export function explanationsPart({ results, explained, simulated }: Findings): Part[] {
  if (explained === null || explained.insight.state === 'all-good' || explained.insight.state === 'nothing-observed')
    return [];
  const { insight, explanations, remainder, refuted, proposals } = explained;
  const rows = [
    ...explanations.slice(0, MOST_EXPLANATIONS).map((one) => ({ one, what: '' })),
    ...remainder.map((one) => ({ one, what: 'of the rest: ' })),
  ];
  const said = [
    `### ${marked(simulated, 'What sets the boundary')}`,
    `${inline(insight.text, 400)}.`,
    ...(rows.length === 0
      ? []
      : [
          markdownTable(
            ['Explanation', 'Explains', 'Exceptions', 'Bits'],
            rows.map(({ one, what }) => [
              inline(what + statementWords(one), 240),
              fitOf(one),
              String(one.exceptions.count),
              one.bits.total.toFixed(1),
            ]),
          ),
        ]),
    ...bullets(
      'Refuted:',
      MOST_REFUTED,
      refuted.map(({ text }) => text),
    ),
    ...bullets(
      'The observed cells do not tell these from the first:',
      MOST_RIVALS,
      openRivals(explained).map(({ statement }) => statement),
    ),
    ...bullets(
      insight.state === 'explained'
        ? 'Probes that would tell:'
        : 'Cells that would tell whether there is a rule, once they are in the matrix:',
      MOST_PROPOSALS,
      proposals.map((one) => `${placeName(results, one.place)}: ${predictionWords(explained, one)}`),
    ),
  ].join('\n\n');
  return [{ name: 'what sets the boundary', text: said }];
}

function bullets(title: string, most: number, texts: readonly string[]): readonly string[] {
  const left = texts.length > most ? [`- and ${count(texts.length - most)} more, see report.html`] : [];
  return texts.length === 0
    ? []
    : [`${title}\n\n${[...texts.slice(0, most).map((text) => `- ${inline(text, 300)}`), ...left].join('\n')}`];
}
