/** The result table, the expectations, the maps in letters and the boundaries of the lines. */
import { isDoubtful } from '../../harness/model/results/results.ts';
import { expectedShape } from '../findings/answers/acceptance.ts';
import { boundaryWords, lineState } from '../findings/lines/boundary-words.ts';
import type { Findings } from '../findings/findings.ts';
import { counted, duration } from '../findings/words/numbers.ts';
import { ROW_WORDS, resultTable } from '../findings/lines/result-table.ts';
import { weigh } from '../findings/words/verdict-words.ts';
import { fenced, foldedPart, inline, markdownTable } from './inline.ts';
import type { Part } from './part.ts';
import { textMap } from './text-map.ts';
import { marked } from '../findings/answers/notices.ts';

const MOST_MAPS = 12;
const MOST_COLUMNS = 12;
const MOST_ROWS = 60;
const MOST_LINES = 150;

export function resultPart(findings: Findings): Part {
  const { title, corner, columns, rows, left, caption } = resultTable(findings, MOST_COLUMNS);
  const shown = rows.slice(0, MOST_ROWS).map(({ name, cells }) => [
    inline(name, 130),
    ...cells.map(({ short, state }) => {
      const words = inline(short, 80);
      return state === 'good' || state === 'open' ? words : `**${words}**`;
    }),
  ]);
  const more = [
    left > 0 ? counted(left, 'more shape') : '',
    rows.length > shown.length ? counted(rows.length - shown.length, 'more row') : '',
  ].filter((one) => one !== '');
  const table = markdownTable([corner, ...columns.map((column) => inline(column.title, 80))], shown);
  return {
    name: 'the table',
    text: `### ${marked(findings.simulated, title)}\n\n${table}\n\n${inline(caption, 300)}${more.length === 0 ? '' : `\n\n${more.join(', ')} in report.html.`}`,
  };
}

export function expectationsPart(findings: Findings): Part[] {
  const { expected, shapes, simulated } = findings;
  if (expected.length === 0) return [];
  const rows = expected
    .slice(0, MOST_ROWS)
    .map(({ row, cell, limitSeconds, slowestSeconds, status }) => [
      inline(row, 130),
      inline(expectedShape(findings, cell), 120),
      duration(limitSeconds),
      slowestSeconds === null ? '–' : duration(slowestSeconds),
      status === 'missed' ? '**missed**' : status,
      cell.verdict,
    ]);
  const left = expected.length - rows.length;
  return [
    {
      name: 'the expectations',
      text: `### ${marked(simulated, 'Expectations')}\n\n${markdownTable([ROW_WORDS[shapes.rowKind].corner, 'Shape', 'First run within', 'Slowest measured', 'Status', 'Verdict'], rows)}${left > 0 ? `\n\n${counted(left, 'more expectation')} in report.html.` : ''}`,
    },
  ];
}

export function mapParts({ results, shapes, simulated }: Findings): Part[] {
  const telling = shapes.maps.filter((map) =>
    [...map.cells.values()].some((row) =>
      [...row.values()].some((cell) => weigh(cell.verdict, results.bad) !== 'good'),
    ),
  );
  const shown = telling.slice(0, MOST_MAPS);
  const clean = shapes.maps.length - telling.length;
  const legend =
    'Observed: + pass, H hang, W wrong result, C crash, E error, S slow, U unkillable, L host lost, F flaky. Small letters and · are inferred from the same line; - unavailable, blank not run.' +
    (results.cells.some(isDoubtful) ? ' ? (a pass) and ! (anything worse) are inferred and doubtful.' : '');
  const rest = [
    telling.length > shown.length ? `${counted(telling.length - shown.length, 'more map')} in report.html.` : '',
    clean > 0 ? `${counted(clean, 'map')} with nothing but passes not shown.` : '',
  ]
    .filter((one) => one !== '')
    .join(' ');
  if (shown.length === 0) return [];
  return [
    {
      name: 'the legend of the maps',
      text: `### ${marked(simulated, 'Maps')}\n\n${legend}${rest === '' ? '' : ` ${rest}`}`,
    },
    ...shown.map((map, index): Part => {
      const name = map.title === '' ? 'All cells' : map.title;
      const drawn = fenced(textMap(map));
      return {
        name: `map ${map.title}`,
        text:
          index === 0
            ? `**${marked(simulated, inline(name, 120))}**\n\n${drawn}`
            : foldedPart(marked(simulated, name), drawn),
      };
    }),
  ];
}

export function boundariesPart({ results, shapes, lineById, words, simulated }: Findings): Part[] {
  if (results.searchAxis === null) return [];
  const found = [...lineById.values()].filter((view) => lineState(view) !== 'good');
  const shown = found.slice(0, MOST_LINES);
  if (shown.length === 0) return [];
  const rows = shown.map((view) => {
    const {
      line: { environment, setting, fixed },
      boundary,
      confirmed,
    } = view;
    return [
      inline(environment, 64),
      inline(shapes.shapeOf({ setting, fixed }) || 'all', 120),
      inline(String(view.largestGood ?? '–'), 40),
      inline(String(view.smallestBad ?? '–'), 40),
      confirmed === null ? '–' : confirmed ? 'yes' : 'not yet',
      inline(
        boundary.kind === 'untestable' && view.between.length === 0
          ? `not tested: ${boundary.reason}`
          : boundaryWords(view),
        160,
      ),
    ];
  });
  const left = found.length - shown.length;
  const table = markdownTable(
    ['Environment', 'Shape', 'Largest pass', `Smallest ${words.noun}`, 'Confirmed', 'In words'],
    rows,
  );
  return [
    {
      name: 'the boundaries',
      text: foldedPart(
        marked(
          simulated,
          `Boundaries of ${counted(found.length, 'line')} that ${found.length === 1 ? 'does' : 'do'} not pass throughout`,
        ),
        `${table}${left > 0 ? `\n\n${counted(left, 'more line')} in boundaries.csv.` : ''}`,
      ),
    },
  ];
}
