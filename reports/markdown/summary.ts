/** The run as one Markdown text for a GitHub issue, always below GitHub's limit: what does not fit is named, not dropped in silence. */
import type { Findings } from '../findings/findings.ts';
import { count, listed } from '../findings/words/numbers.ts';
import type { ReportOptions } from '../findings/reproducer.ts';
import { answer } from './answer.ts';
import { machine, versions } from './context.ts';
import { evidence, reproduction } from './evidence.ts';
import { explanationsPart } from './explanations.ts';
import { inline } from './inline.ts';
import type { Part } from './part.ts';
import { boundariesPart, expectationsPart, mapParts, resultPart } from './tables.ts';
import { transitionsPart } from './transitions.ts';

/** GitHub takes 65,536 characters; the rest is for whoever puts the text into a larger one. */
export const MOST_CHARACTERS = 60_000;
const FOR_CLOSING = 1200;

export function renderSummary(findings: Findings, { reproducerOf }: ReportOptions = {}): string {
  const { simulated } = findings;
  return fit([
    ...(simulated === null ? [] : [{ name: 'the notice', text: `> **${inline(simulated)}**` }]),
    { name: 'the answer', text: answer(findings) },
    ...expectationsPart(findings),
    resultPart(findings),
    ...explanationsPart(findings),
    ...transitionsPart(findings),
    ...mapParts(findings),
    ...boundariesPart(findings),
    ...evidence(findings),
    ...reproduction(findings, reproducerOf),
    versions(findings),
    machine(findings),
  ]);
}

/** Takes parts while they fit, then says which ones did not. */
function fit(parts: readonly Part[]): string {
  const kept: string[] = [];
  const left: string[] = [];
  let used = 0;
  for (const part of parts) {
    if (used + part.text.length + 2 <= MOST_CHARACTERS - FOR_CLOSING) {
      kept.push(part.text);
      used += part.text.length + 2;
    } else left.push(part.name);
  }
  const closing =
    left.length === 0
      ? []
      : [
          `**Cut to fit ${count(MOST_CHARACTERS)} characters.** Left out: ${inline(listed(left, 8), 100)}. All of it is in report.html.`,
        ];
  return `${[...kept, ...closing].join('\n\n')}\n`;
}
