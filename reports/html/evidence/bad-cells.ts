/** One folded section for each cell observed to fail, bad or not, or flaky: how it ended and what was captured before the kill. */
import type { AttemptResult, CellResult } from '../../../harness/model/results/results.ts';
import { counted, duration, kibibytes } from '../../findings/words/numbers.ts';
import { becauseWords } from '../../findings/words/deadline-words.ts';
import { outcomeWords } from '../../findings/words/outcome-words.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import type { Reproducer, ReproducerOf } from '../../findings/reproducer.ts';
import { absent, facts, knownLines, threadTable } from './evidence-details.ts';
import { EvidenceTexts } from './evidence-texts.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { tile } from '../maps/maps-section.ts';
import { figures, mark, section, table, tags, type TableCell } from '../page/frame.ts';
import type { Page } from '../page/page.ts';

const MOST_SECTIONS = 250;
const MOST_ATTEMPTS = 6;
const MOST_PROCESSES = 8;

export interface BadCells {
  readonly markup: Markup;
  /** Ids of the cells that have a section. */
  readonly shown: ReadonlySet<string>;
  /** Python programs, by the number that a section's button holds. */
  readonly programs: readonly string[];
}

export function badCellsSection(page: Page, reproducerOf: ReproducerOf): BadCells {
  const { badCells, words } = page;
  const chosen = new Set(badCells.slice(0, MOST_SECTIONS).map((cell) => cell.id));
  const texts = new EvidenceTexts(page);
  const programs: string[] = [];
  // In the order of the matrix, so that neighbours stand together.
  const parts = page.results.cells
    .filter((cell) => chosen.has(cell.id))
    .map((cell) => cellSection(page, cell, texts, reproduction(reproducerOf(cell), programs, page)));
  const left = badCells.length - chosen.size;
  const intro =
    badCells.length === 0
      ? html`<p class="note">No failure was observed.</p>`
      : html`<p class="note">${counted(badCells.length, 'cell')} observed to fail, in the order of the matrix.${left > 0 ? ` ${counted(left, 'of them is', 'of them are')} not shown here, to keep this page small: the smallest ones of each line come first. All are in cells.csv and attempts.csv.` : ''}</p>
`;
  return {
    markup: section(
      page,
      'evidence',
      `Evidence of each ${page.cells.failed.size > 0 ? 'failure' : words.noun}`,
      intro,
      parts,
    ),
    shown: chosen,
    programs,
  };
}

function cellSection(page: Page, cell: CellResult, texts: EvidenceTexts, again: Markup): Markup {
  const name = cellName(page, cell);
  const anchor = page.anchorOf(cell.id);
  const attempts = page.attemptsByCell.get(cell.id) ?? [];
  // The attempt in a fresh process is the stronger witness: it comes first.
  const inOrder = attempts.toSorted((a, b) => Number(b.purpose === 'confirm') - Number(a.purpose === 'confirm'));
  const worst = inOrder.find((attempt) => attempt.report.outcome.kind !== 'pass') ?? inOrder[0];
  return html`<details class="bad" id="cell-${anchor}"${tags({ of: 'failures', ...placeOf(page, cell), verdicts: [cell.verdict] })}><summary>${tile(cell.verdict, 'observed')}${mark(page)}<strong>${name}</strong>: ${worst === undefined ? cell.verdict : outcomeWords(worst.report.outcome)}; ${confirmedWords(cell)}</summary>
<div class="fold">${attemptTable(inOrder.slice(0, MOST_ATTEMPTS), page)}${inOrder.length > MOST_ATTEMPTS ? html`<p class="note">${counted(inOrder.length - MOST_ATTEMPTS, 'more attempt')} in attempts.csv.</p>` : nothing}${again}
${inOrder.slice(0, MOST_ATTEMPTS).map((attempt) => evidence(attempt, { anchor, name }, texts, page))}</div></details>
`;
}

/** The programs differ in a few lines and take 3 KB each: they lie packed, and the page's script shows one when it is asked for. */
function reproduction(found: Reproducer | null, programs: string[], page: Page): Markup {
  if (found === null) return nothing;
  const at = programs.push(found.program) - 1;
  const { driver } = found;
  const command = driver === null ? nothing : html`<p>${driver.name}: <code>${driver.line}</code></p>`;
  return html`<h3>${mark(page)}Reproducer: ${found.shape}</h3>${command}<p><button type="button" class="program" data-r="${at}">Show the Python program</button> <span class="note">needs torch alone; <code>bench issue</code> writes it into a bug report.</span></p>`;
}

function placeOf(page: Page, cell: CellResult): { readonly environment?: number; readonly setting?: number } {
  const environment = page.environments.findIndex(({ name }) => name === cell.environment);
  const setting = page.settings.findIndex(({ name }) => name === cell.setting);
  return { ...(environment < 0 ? {} : { environment }), ...(setting < 0 ? {} : { setting }) };
}

export function cellName(page: Page, cell: CellResult): string {
  const shape = page.shapes.shapeOf({ setting: cell.setting, fixed: cell.case });
  const axis =
    page.shapes.axisName === null ? '' : `${plainLine(page.shapes.axisName, 40)} ${page.shapes.valueOf(cell)}`;
  return [plainLine(cell.environment, 64), shape, axis].filter((part) => part !== '').join(' · ');
}

function confirmedWords(cell: CellResult): string {
  const attempts =
    cell.badAttempts === 0
      ? `${counted(cell.attempts, 'attempt')}, not counted as bad`
      : `${cell.badAttempts} of ${counted(cell.attempts, 'attempt')} bad`;
  if (cell.confirmed === null) return attempts;
  return cell.confirmed ? `${attempts}, confirmed in a fresh process` : `${attempts}, not confirmed`;
}

function attemptTable(attempts: readonly AttemptResult[], page: Page): Markup {
  const heads = [
    'Attempt',
    'Process',
    'Outcome',
    figures('Took'),
    figures('CPU'),
    figures('Peak memory'),
    'Phases',
    'Kill',
  ];
  const rows = attempts.map(({ id, isolation, purpose, report }): TableCell[] => [
    { content: plainLine(id, 80), heading: true },
    { content: `${isolation === 'spawn' ? 'fresh' : 'forked'}, ${purpose}` },
    { content: outcomeWords(report.outcome), className: 'wrap-anywhere' },
    { content: duration(report.seconds) },
    { content: report.cpuSeconds === null ? '–' : duration(report.cpuSeconds) },
    { content: report.maxRssKib === null ? '–' : kibibytes(report.maxRssKib) },
    {
      content:
        report.phases.map(({ phase, seconds }) => `${plainLine(phase, 40)} ${duration(seconds)}`).join(', ') || '–',
      className: 'wrap-anywhere',
    },
    { content: killWords(report.cleanup) },
  ]);
  return table(page, 'Attempts of this cell', heads, rows);
}

/** "SIGTERM, SIGKILL; gone after 2.3 s; 1 swept". */
function killWords({ signals, reapSeconds, swept, left, notKnown }: AttemptResult['report']['cleanup']): string {
  if (signals.length === 0 && swept === 0 && left.length === 0 && notKnown === undefined) return 'nothing to kill';
  return [
    signals.join(', '),
    reapSeconds === null ? '' : `gone after ${duration(reapSeconds)}`,
    swept === 0 ? '' : `${counted(swept, 'stray process', 'stray processes')} swept`,
    notKnown === undefined ? '' : `NOT KNOWN whether anything is left: ${plainLine(notKnown, 200)}`,
    left.length === 0 ? '' : `STILL THERE: ${left.slice(0, 8).join(', ')}`,
  ]
    .filter((part) => part !== '')
    .join('; ');
}

function evidence(
  attempt: AttemptResult,
  cell: { readonly anchor: string; readonly name: string },
  texts: EvidenceTexts,
  page: Page,
): Markup {
  const found = attempt.report.evidence;
  const because = becauseWords(attempt.report.outcome);
  const why = because === null ? nothing : html`<p>Why ${attempt.report.outcome.kind}: ${because}.</p>`;
  if (found === null) return why;
  const id = plainLine(attempt.id, 80);
  const long = (title: string, text: string | undefined, keep: 'head' | 'tail'): Markup =>
    text === undefined || text === '' ? nothing : texts.block(`${title} in ${id}`, text, keep, cell, id);
  const python =
    found.pythonStacks === ''
      ? html`<p>No Python stack could be had in ${id}.</p>`
      : long('Python stack', found.pythonStacks, 'head');
  const native = long(
    `Native stacks by ${plainLine(found.nativeStacks?.tool ?? '', 40)}`,
    found.nativeStacks?.text,
    'head',
  );
  const kernel = long('New lines of the kernel log', found.kernelLog?.lines.join('\n'), 'tail');
  return html`${knownLines(found, id, page)}${processTable(attempt, page)}${threadTable(found, id, page)}${facts(found)}${python}${native}${long('End of standard error', found.stderrTail, 'tail')}${kernel}${long('Loaded libraries', found.libraries?.join('\n'), 'head')}${absent(found)}`;
}

function processTable({ id, report }: AttemptResult, page: Page): Markup {
  const processes = report.evidence?.processes ?? [];
  if (processes.length === 0) return nothing;
  const heads = [figures('Pid'), 'Command', 'State', 'Waits in', figures('Threads'), figures('CPU')];
  const rows = processes
    .slice(0, MOST_PROCESSES)
    .map((one): TableCell[] => [
      { content: one.pid },
      { content: plainLine(one.command, 200), className: 'code wrap-anywhere' },
      { content: plainLine(one.state, 40) },
      { content: plainLine(one.waitChannel ?? '–', 80), className: 'code' },
      { content: one.threads },
      { content: one.cpuSeconds === null ? '–' : duration(one.cpuSeconds) },
    ]);
  const left = processes.length - rows.length;
  return table(
    page,
    `Processes of ${plainLine(id, 80)} just before the kill${left > 0 ? ` (${counted(left, 'more process', 'more processes')} not shown)` : ''}`,
    heads,
    rows,
  );
}
