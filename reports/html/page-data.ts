/** The JSON that the page's script reads: every cell in a short form, and what is known of observed cells. */
import type { CellResult, Results } from '../../harness/verdicts/results.ts';
import { duration } from '../findings/numbers.ts';
import { outcomeWords } from '../findings/outcome-words.ts';
import type { Overview } from '../findings/overview.ts';
import { plainLine } from '../findings/plain-text.ts';
import { VERDICT_WORDS } from '../findings/verdict-words.ts';
import type { Anchors } from './anchors.ts';

const BASIS = { none: 0, observed: 1, inferred: 2 } as const;
const MOST_ATTEMPTS = 6;

interface More {
  readonly id: string;
  readonly confirmed?: boolean;
  readonly attempts: string;
  readonly first?: string;
  readonly median?: string;
  readonly setting?: string;
  readonly list?: readonly string[];
}

/** key, map, row, column, verdict, basis and, for an inferred cell, the key of the cell that it follows from. */
type Row = readonly [string, number, number, number, number, number, ...string[]];

/** `sections`: ids of the cells whose evidence stands in the page, so that it need not be said twice. */
export function pageData(results: Results, overview: Overview, anchors: Anchors, sections: ReadonlySet<string>): object {
  const { shapes } = overview;
  const verdicts = Object.keys(VERDICT_WORDS);
  const verdictIndex = new Map(verdicts.map((name, index) => [name, index]));
  const rows = overview.rows.map((row) => plainLine(row.name, 80));
  const rowIndex = new Map(overview.rows.map((row, index) => [row.name, index]));
  const mapIndex = new Map(shapes.maps.map((map, index) => [map.id, index]));
  const columnIndex = shapes.maps.map((map) => new Map(map.columns.map((column, index) => [column.key, index])));
  const attempts = attemptsByCell(results);
  const cells: Row[] = [];
  const more: Record<string, More> = {};
  for (const [map, shape] of shapes.maps.entries()) {
    for (const [row, inRow] of shape.cells) {
      for (const [column, cell] of inRow) {
        const from = cell.basis.kind === 'inferred' ? [anchors(cell.basis.from)] : [];
        cells.push([anchors(cell.id), mapIndex.get(shape.id) ?? map, rowIndex.get(row) ?? 0, columnIndex[map]?.get(column) ?? 0, verdictIndex.get(cell.verdict) ?? 0, BASIS[cell.basis.kind], ...from]);
        if (cell.basis.kind === 'observed') more[anchors(cell.id)] = moreOf(results, cell, sections.has(cell.id) ? [] : (attempts.get(cell.id) ?? []));
      }
    }
  }
  return {
    axis: shapes.axisName === null ? null : plainLine(shapes.axisName, 64),
    rows,
    maps: shapes.maps.map((map) => map.title),
    columns: shapes.maps.map((map) => map.columns.map((column) => column.label)),
    verdicts,
    cells,
    more,
  };
}

function moreOf(results: Results, cell: CellResult, attempts: readonly string[]): More {
  return {
    id: plainLine(cell.id, 200),
    ...(cell.confirmed === null ? {} : { confirmed: cell.confirmed }),
    attempts: cell.badAttempts === 0 ? String(cell.attempts) : `${cell.attempts}, ${cell.badAttempts} of them bad`,
    ...(cell.firstRunSeconds === null ? {} : { first: duration(cell.firstRunSeconds) }),
    ...(cell.medianRunSeconds === null ? {} : { median: duration(cell.medianRunSeconds) }),
    ...(results.settings.length > 1 ? { setting: plainLine(cell.setting, 64) } : {}),
    ...(attempts.length === 0 ? {} : { list: attempts.slice(0, MOST_ATTEMPTS) }),
  };
}

function attemptsByCell(results: Results): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { id, cell, isolation, purpose, report } of results.attempts) {
    const list = found.get(cell) ?? [];
    list.push(`${plainLine(id, 60)} (${purpose}, ${isolation}): ${outcomeWords(report.outcome)}, ${duration(report.seconds)}`);
    found.set(cell, list);
  }
  return found;
}
