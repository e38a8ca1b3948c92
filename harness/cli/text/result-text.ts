/** What `bench run` and `bench judge` print at the end: what hangs, how sure, what was not tested, where the report is. On stdout. */
import { join } from 'node:path';
import { describeCell } from './cell-text.ts';
import { bands, beside, widthFor, wrapped } from './layout.ts';
import type { Io } from '../streams.ts';
import type { Palette } from './palette.ts';
import { cardOrSoftware } from '../../../reports/findings/card-or-software.ts';
import { adaptiveWords } from '../../../reports/findings/deadline-words.ts';
import { boundaryIsSetBy } from '../../../reports/findings/explained.ts';
import { failureMessages } from '../../../reports/findings/failures.ts';
import { nextSteps } from '../../../reports/findings/next-steps.ts';
import { count, counted, listed } from '../../../reports/findings/numbers.ts';
import { overviewOf, type Overview } from '../../../reports/findings/overview.ts';
import { plainLine } from '../../../reports/findings/plain-text.ts';
import { headline, otherFailures, partlyNamed } from '../../../reports/findings/statements.ts';
import { hangTable, type HangTable, type HangTableCell, type HangTableRow } from '../../verdicts/hang-table.ts';
import type { Results } from '../../model/results/results.ts';
import { VERDICTS } from '../../model/results/verdict.ts';

const MAXIMUM_COLUMNS = 12;
const WIDTH_OF_A_FILE = 120;
const NARROWEST = 40;
const MAXIMUM_LOST = 5;
const LONGEST_TEXT = 4096;
const LONGEST_COLUMN = 60;
const NEXT = 'next     ';

export function printResult(results: Results, folder: string, { stdout, colours }: Io): void {
  const width = widthFor(stdout.columns, WIDTH_OF_A_FILE, NARROWEST);
  stdout.write(`${resultText(results, folder, colours(stdout), width).join('\n')}\n`);
}

/** Lines without line ends; the table keeps to `width` characters. */
export function resultText(results: Results, folder: string, colours: Palette, width: number): string[] {
  return [
    '',
    ...header(results, colours),
    '',
    ...table(readable(hangTable(results)), unconfirmedBecause(results), colours, width),
    '',
    ...answer(results, colours, width),
    ...whatNext(results, width),
    ...setBy(results),
    ...cardAnswer(results, colours, width),
    ...totals(results),
    ...restingOnAssumption(results, colours, width),
    ...waiting(results),
    ...lostHosts(results, colours),
    ...expectations(results, colours),
    '',
    `report   ${legible(join(folder, 'report.html'))}`,
    `issue    ${legible(join(folder, 'summary.md'))}`,
    ...(results.run.status === 'complete' ? [] : [`go on    bench run --resume ${legible(folder)}`]),
  ];
}

/** Values of a matrix and names of folders may hold anything, what moves a terminal's cursor included. */
function legible(text: string): string {
  return plainLine(text, LONGEST_TEXT);
}

function readable({ columns, rows, ...rest }: HangTable): HangTable {
  return {
    ...rest,
    columns: columns.map((column) => plainLine(column, LONGEST_COLUMN)),
    rows: rows.map((row) => ({ ...row, cells: row.cells.map((cell) => ({ ...cell, text: legible(cell.text) })) })),
  };
}

function header({ run, device, warnings }: Results, colours: Palette): string[] {
  const simulation = device.simulation;
  const what = `${run.matrix} on ${device.name}${device.target === null ? '' : ` (${device.target})`}`;
  const lines =
    simulation === null
      ? []
      : [colours.bad(`SIMULATED: no real card was used; fates come from the model ${simulation.model}`)];
  lines.push(colours.bold(legible(what)));
  for (const text of warnings ?? []) lines.push(colours.bold(`warning: ${legible(text)}`));
  if (run.status === 'interrupted' || run.status === 'unfinished')
    lines.push(colours.bad('not finished: what follows is what was measured so far'));
  if (run.status === 'quarantined')
    lines.push(colours.bad(`stopped, the device is in quarantine: ${run.quarantineReason ?? 'no reason recorded'}`));
  return lines;
}

/** The first screen's headline, and what failed that is no hang. The same words as the reports'. */
function answer(results: Results, colours: Palette, width: number): string[] {
  const overview = overviewOf(results);
  const { tone, text } = headline(results, overview);
  const other = otherFailures(overview);
  const { shown, left } = failureMessages(results);
  return [
    tone === 'good' ? colours.good(text) : tone === 'bad' ? colours.bad(text) : colours.bold(text),
    ...(results.settings.length > 1 ? settingsInWords(results, overview) : []),
    ...(other === null ? [] : [other.text]),
    ...shown.map(({ text: said, attempts }) => cut(`  ${attempts} x ${said}`, width)),
    ...(left > 0 ? [`  ${left} more ${left === 1 ? 'message' : 'messages'} in attempts.csv`] : []),
  ];
}

/** Is it the card or the software? The same words as the reports'; nothing where no health probe ran, or where there is nothing but good to tell. */
function cardAnswer(results: Results, colours: Palette, width: number): string[] {
  const said = cardOrSoftware(results);
  if (said === null || (said.blame === 'nothing-hung' && said.statements.every(({ tone }) => tone === 'good')))
    return [];
  const paintTone = (tone: string, text: string): string => (tone === 'bad' ? colours.bad(text) : text);
  return [
    'card or software?',
    ...said.statements.flatMap(({ tone, text }) => beside('  ', text, width).map((line) => paintTone(tone, line))),
  ];
}

/** What the report says first. Where nothing hangs there is nothing to get round. */
function whatNext(results: Results, width: number): string[] {
  const overview = overviewOf(results);
  const [first] = nextSteps(results, overview);
  if (first === undefined || overview.cells.observedBad === 0) return [];
  const lines = beside(NEXT, legible(first.text), width);
  return first.command === null ? lines : [...lines, `${' '.repeat(NEXT.length)}${legible(first.command)}`];
}

/** One line: what sets the boundary. */
function setBy(results: Results): string[] {
  const text = boundaryIsSetBy(results);
  return text === null ? [] : [`set by   ${legible(text)}`];
}

function settingsInWords(results: Results, overview: Overview): string[] {
  const named = (label: string, state: 'bad' | 'flaky' | 'failed' | 'good'): string[] => {
    const names = partlyNamed(overview, results, 'settings', state);
    return names.length === 0 ? [] : [`  ${label}: ${listed(names, 12)}`];
  };
  return [
    ...named(`settings that ${overview.words.verb}`, 'bad'),
    ...named('flaky', 'flaky'),
    ...named('fail otherwise', 'failed'),
    ...named('settings that pass', 'good'),
  ];
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(1, width - 3))}...`;
}

/** Columns that do not fit beside the others go below them, with the rows named again. Several settings stand below their environment. */
function table(
  { searchAxis, columns, rows }: HangTable,
  reasons: readonly string[],
  colours: Palette,
  width: number,
): string[] {
  const corner = searchAxis === null ? 'environment' : `by ${searchAxis}`;
  const shown = columns.slice(0, MAXIMUM_COLUMNS);
  const lines = bands(
    [
      [corner, ...shown],
      ...rows.flatMap((row, index) => [
        ...(row.setting !== null && rows[index - 1]?.environment !== row.environment
          ? [[colours.bold(row.environment)]]
          : []),
        [rowName(row), ...shown.map((_, at) => paint(row.cells[at], colours))],
      ]),
    ],
    width,
  );
  const left = columns.length - shown.length;
  const open = rows.some(({ cells }) => cells.some(({ text }) => text.includes('?')));
  const unconfirmed = rows.some(({ cells }) => cells.some(({ text }) => text.includes('*')));
  const because = reasons.length === 0 ? '' : `: ${reasons.slice(0, 2).join('; ')}`;
  return [
    ...lines,
    ...(unconfirmed ? [colours.faint(`*: bad in a forked process, not yet confirmed in a fresh one${because}`)] : []),
    ...(open ? [colours.faint('?: not tested')] : []),
    ...(left > 0 ? [`${left} more ${left === 1 ? 'column is' : 'columns are'} in the report`] : []),
  ];
}

/** Each reason once. */
function unconfirmedBecause({ cells }: Results): string[] {
  return [...new Set(cells.flatMap(({ unconfirmed }) => (unconfirmed === undefined ? [] : [legible(unconfirmed)])))];
}

function rowName({ environment, setting }: HangTableRow): string {
  return setting === null ? environment : `  ${setting}`;
}

function paint(cell: HangTableCell | undefined, colours: Palette): string {
  const text = cell?.text ?? '';
  switch (cell?.tone) {
    case 'good':
      return colours.good(text);
    case 'bad':
      return colours.bad(text);
    case 'open':
    case undefined:
      return colours.faint(text);
  }
}

function totals({ cells, attempts, lines, environments }: Results): string[] {
  const observed = cells.filter(({ basis }) => basis.kind === 'observed').length;
  const inferred = cells.filter(({ basis }) => basis.kind === 'inferred').length;
  const untested = cells.length - observed - inferred;
  const text = [
    `${counted(lines.length, 'line')}, ${counted(cells.length, 'cell')}: ${count(observed)} observed, ${count(inferred)} inferred, ${count(untested)} untested; ${counted(attempts.length, 'attempt')}`,
  ];
  for (const { name, status, reason } of environments) {
    if (status === 'unavailable') text.push(`${name} is unavailable: ${(reason ?? '').split('\n')[0] ?? ''}`);
  }
  return text;
}

/** What rests on "larger is worse" alone; in colour where that is known to be broken. */
function restingOnAssumption({ assumption }: Results, colours: Palette, width: number): string[] {
  if (assumption === undefined) return [];
  return wrapped(assumption.text, width).map((line) => (assumption.broken > 0 ? colours.bad(line) : line));
}

/** What lowered limits did. */
function waiting({ run }: Results): string[] {
  const words = adaptiveWords(run);
  return words === null ? [] : [words];
}

/** What froze the machine is what a person must know before anything else is started. */
function lostHosts({ cells, axes }: Results, colours: Palette): string[] {
  const shown = axes.map(({ parameters }) => parameters);
  const lost = cells.filter(({ verdict }) => VERDICTS[verdict].tookHost);
  const named = lost
    .slice(0, MAXIMUM_LOST)
    .map((cell) => colours.bad(`the machine went down during ${describeCell(cell, shown)}; it is not started again`));
  return lost.length > MAXIMUM_LOST
    ? [...named, colours.bad(`and during ${lost.length - MAXIMUM_LOST} more, see the report`)]
    : named;
}

function expectations({ expectations: all }: Results, colours: Palette): string[] {
  if (all.length === 0) return [];
  const of = (wanted: (typeof all)[number]['status']): number => all.filter(({ status }) => status === wanted).length;
  const [met, missed, untested] = [of('met'), of('missed'), of('untested')];
  const parts = [
    ...(untested === all.length ? [] : [`${met} of ${all.length} met`]),
    ...(missed > 0 ? [`${missed} missed`] : []),
    ...(untested > 0 ? [`${untested} untested`] : []),
  ];
  const text = `expectations: ${parts.join(', ')}`;
  return [met === all.length ? colours.good(text) : missed > 0 ? colours.bad(text) : colours.bold(text)];
}
