/** What `bench run` and `bench judge` print at the end: what hangs, how sure, what was not tested, where the report is. On stdout. */
import { join } from 'node:path';
import { bands, beside, widthFor, wrapped } from './layout.ts';
import type { Io } from '../streams.ts';
import type { Palette } from './palette.ts';
import { adaptiveWords } from '../../../reports/findings/words/deadline-words.ts';
import type { Findings } from '../../../reports/findings/findings.ts';
import { count, counted, listed } from '../../../reports/findings/words/numbers.ts';
import { plainLine } from '../../../reports/findings/words/plain-text.ts';
import { resultTable, type ResultCell } from '../../../reports/findings/lines/result-table.ts';
import type { Statement } from '../../../reports/findings/answers/statement.ts';
import { assumptionTone } from '../../../reports/findings/answers/certainty.ts';
import { partlyNamed } from '../../../reports/findings/answers/headline.ts';

const MAXIMUM_COLUMNS = 12;
const WIDTH_OF_A_FILE = 120;
const NARROWEST = 40;
const LONGEST_TEXT = 4096;
const LONGEST_COLUMN = 60;
const NEXT = 'next     ';

export function printResult(findings: Findings, folder: string, { stdout, colours }: Io): void {
  const width = widthFor(stdout.columns, WIDTH_OF_A_FILE, NARROWEST);
  stdout.write(`${resultText(findings, folder, colours(stdout), width).join('\n')}\n`);
}

/** Lines without line ends, of `width` characters but for names and commands, which are there to be copied. */
export function resultText(findings: Findings, folder: string, colours: Palette, width: number): string[] {
  const { results, simulated, notices, headline, cardOrSoftware, notTested } = findings;
  const said = (statements: readonly Statement[], label = ''): string[] =>
    statements.flatMap((one) => beside(label, one.text, width).map((line) => inTone(one.tone, line, colours)));
  const { device, run, assumption } = results;
  return [
    '',
    ...(simulated === null ? [] : [colours.bad(legible(simulated))]),
    colours.bold(legible(`${run.matrix} on ${device.name}${device.target === null ? '' : ` (${device.target})`}`)),
    ...said(notices),
    '',
    ...table(findings, colours, width),
    '',
    headline.tone === 'plain' || headline.tone === 'warn'
      ? colours.bold(legible(headline.text))
      : inTone(headline.tone, legible(headline.text), colours),
    ...settings(findings),
    ...failures(findings, width),
    ...next(findings, width),
    ...setBy(findings),
    // Where there is nothing but good to tell, nobody asks.
    ...(cardOrSoftware === null ||
    (cardOrSoftware.blame === 'nothing-hung' && cardOrSoftware.statements.every(({ tone }) => tone === 'good'))
      ? []
      : ['card or software?', ...said(cardOrSoftware.statements, '  ')]),
    ...totals(findings),
    ...said(notTested.filter(({ tone }) => tone !== 'plain')),
    // What rests on "larger is worse" alone; in colour where that is known to be broken.
    ...(assumption === undefined ? [] : said([{ tone: assumptionTone(assumption), text: legible(assumption.text) }])),
    ...said([adaptiveWords(run)].flatMap((text) => (text === null ? [] : [{ tone: 'plain', text }]))),
    ...expectations(findings, colours),
    '',
    `report   ${legible(join(folder, 'report.html'))}`,
    `issue    ${legible(join(folder, 'summary.md'))}`,
    ...(run.status === 'complete' ? [] : [`go on    bench run --resume ${legible(folder)}`]),
  ];
}

/** Values of a matrix and names of folders may hold anything, what moves a terminal's cursor included. */
function legible(text: string): string {
  return plainLine(text, LONGEST_TEXT);
}

function inTone(tone: Statement['tone'], text: string, colours: Palette): string {
  return tone === 'bad' ? colours.bad(text) : tone === 'good' ? colours.good(text) : text;
}

/** Columns that do not fit beside the others go below them, with the rows named again. Several settings stand below their environment. */
function table(findings: Findings, colours: Palette, width: number): string[] {
  const { corner, columns, rows, left, caption } = resultTable(findings, MAXIMUM_COLUMNS);
  const lines = rows.flatMap(({ environment, setting, cells }, at) => [
    ...(setting !== null && rows[at - 1]?.environment !== environment ? [[colours.bold(legible(environment))]] : []),
    [setting === null ? legible(environment) : `  ${legible(setting)}`, ...cells.map((cell) => paint(cell, colours))],
  ]);
  const unconfirmed = rows.some(({ cells }) => cells.some(({ confirmed }) => confirmed === false));
  return [
    ...bands(
      [
        heads(
          corner,
          columns.map(({ title }) => plainLine(title, LONGEST_COLUMN)),
        ),
        ...lines,
      ],
      width,
    ),
    ...wrapped(caption, width).map(colours.faint),
    ...(unconfirmed ? wrapped(unconfirmedWords(findings), width).map(colours.faint) : []),
    ...(left > 0 ? [`${counted(left, 'more column is', 'more columns are')} in the report`] : []),
  ];
}

/** A name that begins every column is said once, in the corner: "channels". */
function heads(corner: string, titles: readonly string[]): string[] {
  const [name = ''] = (titles[0] ?? '').split(' ');
  return titles.length > 1 && titles.every((title) => title.startsWith(`${name} `))
    ? [`${corner} · ${name}`, ...titles.map((title) => title.slice(name.length + 1))]
    : [corner, ...titles];
}

function paint({ short, state, confirmed }: ResultCell, colours: Palette): string {
  const text = `${legible(short)}${confirmed === false ? '*' : ''}`;
  return state === 'good' ? colours.good(text) : state === 'open' ? colours.faint(text) : colours.bad(text);
}

/** Each reason once. */
function unconfirmedWords({ results }: Findings): string {
  const reasons = new Set(
    results.cells.flatMap(({ unconfirmed }) => (unconfirmed === undefined ? [] : [legible(unconfirmed)])),
  );
  const because = reasons.size === 0 ? '' : `: ${[...reasons].slice(0, 2).join('; ')}`;
  return `*: bad in a forked process, not yet confirmed in a fresh one${because}`;
}

function settings(findings: Findings): string[] {
  if (findings.results.settings.length < 2) return [];
  const named = (label: string, state: 'bad' | 'flaky' | 'failed' | 'good'): string[] => {
    const names = partlyNamed(findings, 'settings', state);
    return names.length === 0 ? [] : [`  ${label}: ${legible(listed(names, 12))}`];
  };
  return [
    ...named(`settings that ${findings.words.verb}`, 'bad'),
    ...named('flaky', 'flaky'),
    ...named('fail otherwise', 'failed'),
    ...named('settings that pass', 'good'),
  ];
}

/** What failed and is not counted as bad, and what all failed attempts said. */
function failures({ otherFailures, messages: { shown, left } }: Findings, width: number): string[] {
  return [
    ...(otherFailures === null ? [] : wrapped(otherFailures.text, width)),
    ...shown.map(({ text, attempts }) => `  ${plainLine(`${attempts} x ${text}`, width - 2)}`),
    ...(left > 0 ? [`  ${counted(left, 'more message')} in attempts.csv`] : []),
  ];
}

/** What the report says first. Where nothing hangs there is nothing to get round. */
function next({ nextSteps: [first], cells }: Findings, width: number): string[] {
  if (first === undefined || cells.observedBad === 0) return [];
  const lines = beside(NEXT, first.text, width);
  return first.command === null ? lines : [...lines, `${' '.repeat(NEXT.length)}${legible(first.command)}`];
}

/** One line: what sets the boundary. */
function setBy({ setBy: text }: Findings): string[] {
  return text === null ? [] : [`set by   ${legible(text)}`];
}

function totals({ results: { attempts }, cells: { total, observed, inferred }, lines }: Findings): string[] {
  return [
    `${counted(lines.total, 'line')}, ${counted(total, 'cell')}: ${count(observed)} observed, ${count(inferred)} inferred, ${count(total - observed - inferred)} untested; ${counted(attempts.length, 'attempt')}`,
  ];
}

function expectations({ expected }: Findings, colours: Palette): string[] {
  if (expected.length === 0) return [];
  const of = (wanted: (typeof expected)[number]['status']): number =>
    expected.filter(({ status }) => status === wanted).length;
  const [met, missed, untested] = [of('met'), of('missed'), of('untested')];
  const parts = [
    ...(untested === expected.length ? [] : [`${met} of ${expected.length} met`]),
    ...(missed > 0 ? [`${missed} missed`] : []),
    ...(untested > 0 ? [`${untested} untested`] : []),
  ];
  const text = `expectations: ${parts.join(', ')}`;
  return [met === expected.length ? colours.good(text) : missed > 0 ? colours.bad(text) : colours.bold(text)];
}
