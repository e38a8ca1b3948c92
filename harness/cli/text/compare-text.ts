/** A comparison for a terminal: the headline, then what changed, the surroundings first. */
import type { Palette } from './palette.ts';
import { tell, type Section } from '../../../reports/compare/sections.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import type { Comparison } from '../../model/results/comparison.ts';
import { noCard } from '../../../reports/findings/answers/notices.ts';

const MOST_LINES = 20;
const LONGEST = 400;

/** Ends with a line end. */
export function compareText(comparison: Comparison, colours: Palette): string {
  const { simulated, headline, tone, scope, sections } = tell(comparison);
  const paint = tone === 'bad' ? colours.bad : tone === 'good' ? colours.good : colours.bold;
  return [
    ...(simulated === null ? [] : [colours.bad(noCard(simulated))]),
    paint(plainLine(headline, LONGEST)),
    ...sections.flatMap((section) => sectionLines(section, colours)),
    '',
    ...scope.map((line) => colours.faint(plainLine(line, LONGEST))),
    '',
  ].join('\n');
}

function sectionLines({ title, tone, lines, aside }: Section, colours: Palette): string[] {
  if (aside === true) return ['', colours.faint(`${title}: ${lines.length}, see --markdown or --json`)];
  const paint = tone === 'bad' ? colours.bad : tone === 'good' ? colours.good : colours.bold;
  const shown = lines.slice(0, MOST_LINES).map((line) => `  ${plainLine(line, LONGEST)}`);
  return [
    '',
    paint(title),
    ...shown,
    ...(lines.length > MOST_LINES ? [`  and ${lines.length - MOST_LINES} more, see --json`] : []),
  ];
}
