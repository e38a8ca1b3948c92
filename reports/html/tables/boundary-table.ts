/** Every line with its boundary. */
import { boundaryWords, lineState } from '../../findings/lines/boundary-words.ts';
import { rateWords } from '../../findings/lines/hang-rate-words.ts';
import { counted } from '../../findings/words/numbers.ts';
import type { LineView } from '../../findings/lines/lines.ts';
import { plainLine } from '../../findings/words/plain-text.ts';
import { html, nothing, type Markup } from '../page/markup.ts';
import { figures, folded, section, table, type RowTags, type TableCell } from '../page/frame.ts';
import type { Page } from '../page/page.ts';
import { grouped } from '../../../harness/model/grouped.ts';

/** A longer table is folded, one part for each environment. */
const MOST_IN_ONE = 120;
const MOST_LINES = 2000;

/** `charts` come first. */
export function boundaryTable(page: Page, charts: Markup): Markup {
  if (page.results.searchAxis === null) {
    return section(
      page,
      'boundaries',
      'Boundaries',
      html`<p class="note">This matrix has no search axis, so there are no boundaries: each cell stands for itself.</p>`,
    );
  }
  const shown = [...page.lineById.values()].slice(0, MOST_LINES);
  const left = page.results.lines.length - shown.length;
  const parts =
    shown.length <= MOST_IN_ONE
      ? [lineTable(page, shown, 'Every line', 'lines')]
      : [...grouped(shown, ({ line }) => line.environment)].map(([name, lines], place) =>
          folded(
            html`${plainLine(name, 64)}: ${counted(lines.length, 'line')}, ${tally(page, lines)}`,
            lineTable(page, lines, `Lines of ${plainLine(name, 64)}`, `lines-${place}`),
          ),
        );
  return section(
    page,
    'boundaries',
    'Boundaries',
    charts,
    parts,
    left > 0 ? html`<p class="note">${counted(left, 'more line')} in boundaries.csv.</p>` : nothing,
  );
}

function tally(page: Page, lines: readonly LineView[]): string {
  const bad = lines.filter((line) => line.smallestBad !== null || lineState(line) === 'flaky').length;
  return bad === 0
    ? `no ${page.words.noun}`
    : `${counted(bad, `line with a ${page.words.noun}`, `lines with a ${page.words.noun}`)}`;
}

function lineTable(page: Page, lines: readonly LineView[], what: string, sort: string): Markup {
  const settings = page.results.settings.length > 1;
  const axis = plainLine(page.shapes.axisName ?? 'value', 40);
  const heads = [
    'Environment',
    ...(settings ? ['Setting'] : []),
    'Shape',
    figures('Largest pass'),
    figures(`Smallest ${page.words.noun}`),
    'Confirmed',
    'Kind',
    'In words',
  ];
  const rows = lines.map((line): TableCell[] => {
    const state = lineState(line);
    return [
      { content: plainLine(line.line.environment, 64), heading: true },
      ...(settings ? [{ content: plainLine(line.line.setting, 64) }] : []),
      { content: page.shapes.shapeOf(line.line, { setting: false }) || 'all' },
      { content: value(line.largestGood) },
      { content: value(line.smallestBad) },
      { content: line.confirmed === null ? '–' : line.confirmed ? 'yes' : 'not yet' },
      { content: line.boundary.kind },
      {
        content: html`<span class="state ${state === 'good' ? 'good' : state === 'open' ? '' : 'bad'}">${line.boundary.kind === 'untestable' && line.between.length === 0 ? `not tested: ${plainLine(line.boundary.reason, 160)}` : boundaryWords(line)}</span>${line.line.hangRate === undefined ? '' : `; ${rateWords(line.line)}`}`,
      },
    ];
  });
  const tagged = taggerOf(page);
  return table(
    page,
    `${what}: the largest ${axis} observed to pass and the smallest observed to ${page.words.verb}. Confirmed means seen in a freshly started process.`,
    heads,
    rows,
    '',
    { sort, tags: (row) => tagged(lines[row]) },
  );
}

/** What a reader may filter by: how the line ends, and everything that was seen on it. */
function verdictsOf(line: LineView): string[] {
  const seen = [...line.between, ...line.below].map(({ kind }) => kind);
  return [
    ...new Set([
      ...(line.largestGood === null ? [] : ['pass']),
      ...(line.smallestBad === null ? [] : [line.badKind]),
      ...seen,
    ]),
  ];
}

function taggerOf(page: Page): (line: LineView | undefined) => RowTags {
  const environments = new Map(page.results.environments.map(({ name }, index) => [name, index]));
  const settings = new Map(page.results.settings.map(({ name }, index) => [name, index]));
  return (line) => {
    const [environment, setting] =
      line === undefined ? [] : [environments.get(line.line.environment), settings.get(line.line.setting)];
    return {
      of: 'lines',
      ...(environment === undefined ? {} : { environment }),
      ...(setting === undefined ? {} : { setting }),
      ...(line === undefined ? {} : { verdicts: verdictsOf(line) }),
    };
  };
}

function value(found: string | number | boolean | null): string {
  return found === null ? '–' : plainLine(String(found), 40);
}
