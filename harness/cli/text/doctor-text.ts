/** The doctor's findings as one screen, 80 columns wide. What a driver or a variable holds steers no terminal. Pure. */
import { beside } from './layout.ts';
import type { Palette } from './palette.ts';
import type { Examination } from '../../doctor/examine.ts';
import type { Check } from '../../model/check.ts';
import { counted } from '../../../reports/findings/words/numbers.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import { MAKERS } from '../../model/makers.ts';

const WIDTH = 80;
const TITLE = 13;
const MARK = 'warning'.length;
const TEXT = 2 + MARK + 2 + TITLE + 2;

/** `redo`: how the same question is asked again. Ends with a line break. */
export function doctorText(examination: Examination, palette: Palette): string {
  const blocks = examination.sections.map(({ title, findings }) =>
    [palette.bold(title), ...findings.flatMap((finding) => lines(finding, palette))].join('\n'),
  );
  return `${blocks.join('\n\n')}\n\n${conclusion(examination, palette)}\n`;
}

function lines({ title, state, saw, mend }: Check, palette: Palette): readonly string[] {
  const label = `  ${coloured(state, palette)}  ${title.padEnd(TITLE)}  `;
  return [
    ...beside(label, plainLine(saw, 2000), WIDTH),
    ...(mend === null ? [] : beside(`${' '.repeat(TEXT)}-> `, plainLine(mend, 2000), WIDTH)),
  ];
}

function coloured(state: Check['state'], palette: Palette): string {
  const text = state.padEnd(MARK);
  return state === 'ok' ? palette.good(text) : state === 'warning' ? palette.bold(text) : palette.bad(text);
}

function conclusion({ fit, wanted, sections }: Examination, palette: Palette): string {
  const all = sections.flatMap(({ findings }) => findings);
  const problems = all.filter(({ state }) => state === 'problem').length;
  const warnings = all.filter(({ state }) => state === 'warning').length;
  const what = wanted === 'auto' ? 'a card' : MAKERS[wanted].name;
  const found = `${counted(problems, 'problem')}, ${counted(warnings, 'warning')}`;
  return fit
    ? `${palette.good(`This machine can measure on ${what}`)}: ${found}.`
    : `${palette.bad(`This machine cannot measure on ${what} as it is`)}: ${found}.`;
}
