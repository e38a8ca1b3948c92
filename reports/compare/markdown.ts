/** A comparison as Markdown for an issue: shows texts of probes as they are written, pings nobody, stays far below GitHub's limit. */
import { foldedPart, inline } from '../markdown/inline.ts';
import { tell, type Section } from './sections.ts';
import type { Comparison } from '../../harness/model/results/comparison.ts';
import { noCard, marked } from '../findings/answers/notices.ts';

const MOST_LINES = 40;
const MOST_CHARACTERS = 400;

/** Ends with a line end. At most about 11 sections of 40 lines of 400 characters, cut to 20,000 characters in all. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { simulated, headline, scope, sections } = tell(comparison);
  const parts = [
    `## ${marked(simulated, 'Against the baseline:')} ${inline(headline, MOST_CHARACTERS)}`,
    ...(simulated === null ? [] : [`**${inline(noCard(simulated))}**`]),
    ...fitting(sections.map(partOf)),
    foldedPart('What was compared', list(scope)),
  ];
  return `${parts.join('\n\n')}\n`;
}

function partOf({ title, lines, aside }: Section): string {
  return aside === true
    ? foldedPart(`${title} (${lines.length})`, list(lines))
    : `**${inline(title)}** (${lines.length})\n\n${list(lines)}`;
}

function list(lines: readonly string[]): string {
  const shown = lines.slice(0, MOST_LINES).map((line) => `- ${inline(line, MOST_CHARACTERS)}`);
  return [
    ...shown,
    ...(lines.length > MOST_LINES ? [`- and ${lines.length - MOST_LINES} more, see comparison.json`] : []),
  ].join('\n');
}

/** The first sections are the ones that matter. */
function fitting(parts: readonly string[]): string[] {
  let left = 20_000;
  const kept = parts.filter((part) => (left -= part.length) >= 0);
  return kept.length === parts.length
    ? kept
    : [...kept, `${parts.length - kept.length} more sections are in comparison.json.`];
}
