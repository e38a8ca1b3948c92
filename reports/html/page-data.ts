/**
 * What the page's script reads: a small index as it is, every cell in columns and the details of observed cells in blocks, both as gzip in
 * base64, so that a hundred thousand attempts stay a few megabytes that are unpacked only when they are asked for.
 */
import { gzipSync } from 'node:zlib';
import { isDoubtful, type CellResult, type AttemptResult } from '../../harness/model/results/results.ts';
import { counted, duration } from '../findings/words/numbers.ts';
import { outcomeWords } from '../findings/words/outcome-words.ts';
import { plainLine } from '../findings/words/plain-text.ts';
import type { ShapeMap } from '../findings/shapes.ts';
import { VERDICT_KINDS } from '../../harness/model/results/verdict.ts';
import type { BadCells } from './evidence/bad-cells.ts';
import { binned } from './maps/map-bins.ts';
import { html, scriptJson, trusted, type Markup } from './page/markup.ts';
import type { Blocks, CellColumns, CellDetails, PageIndex } from './page/contents.ts';
import type { Page } from './page/page.ts';

const BASIS = { none: 0, observed: 1, inferred: 2 } as const;
const DOUBTFUL = 3;
const MOST_ATTEMPTS = 6;
/** Cells in one block of details. */
const PER_BLOCK = 2048;

/** `shown`: ids of the cells whose evidence stands in the page, so that it need not be said twice. */
export function pageData(page: Page, { shown: sections, programs }: BadCells): Markup {
  const index = new Map(page.results.cells.map((cell, at) => [cell.id, at]));
  const blocks = [
    html`<script type="application/json" id="page-index">${scriptJson(pageIndex(page))}</script>`,
    packed('block-cells', columns(page, index)),
  ];
  const attemptsOf = ({ id }: CellResult): readonly string[] => (page.attemptsByCell.get(id) ?? []).map(attemptWords);
  for (let from = 0; from < page.results.cells.length; from += PER_BLOCK) {
    const part = page.results.cells.slice(from, from + PER_BLOCK);
    if (part.every(({ basis }) => basis.kind !== 'observed')) continue;
    const details = part.map((cell) =>
      cell.basis.kind === 'observed' ? moreOf(cell, sections.has(cell.id) ? [] : attemptsOf(cell)) : 0,
    );
    blocks.push(packed(`block-more-${from / PER_BLOCK}`, details));
  }
  if (programs.length > 0) blocks.push(packed('block-programs', programs));
  return html`${blocks}`;
}

/** Base64 holds no character that could end the element. */
function packed<Id extends keyof Blocks>(id: Id, value: Blocks[Id]): Markup {
  return html`<script type="text/plain" class="block" id="${id}">${trusted(gzipSync(JSON.stringify(value), { level: 9 }).toString('base64'))}</script>
`;
}

function place(names: readonly { readonly name: string }[], name: string | undefined): number {
  return Math.max(
    0,
    names.findIndex((one) => one.name === name),
  );
}

function pageIndex({ results, shapes, rows }: Page): PageIndex {
  const cellOfRow = new Map<string, CellResult>();
  for (const cell of results.cells) {
    const row = shapes.rowOf(cell);
    if (!cellOfRow.has(row)) cellOfRow.set(row, cell);
  }
  return {
    axis: shapes.axisName === null ? null : plainLine(shapes.axisName, 64),
    environments: results.environments.map(({ name }) => plainLine(name, 80)),
    settings: results.settings.map(({ name }) => plainLine(name, 80)),
    rows: rows.map(({ name }) => [
      plainLine(name, 130),
      place(results.environments, cellOfRow.get(name)?.environment),
      place(results.settings, cellOfRow.get(name)?.setting),
    ]),
    maps: shapes.maps.map((map) => map.title),
    columns: shapes.maps.map((map) => map.columns.map((column) => column.label)),
    bins: shapes.maps.map((map) => binned(map, results.bad).bins),
    verdicts: VERDICT_KINDS,
    per: PER_BLOCK,
  };
}

/** Columns, for gzip finds much more in them than in one record for each cell. */
function columns(page: Page, index: ReadonlyMap<string, number>): CellColumns {
  const { results, shapes, rows } = page;
  const verdicts = new Map(VERDICT_KINDS.map((name, at) => [name, at]));
  const rowIndex = new Map(rows.map((row, at) => [row.name, at]));
  const mapIndex = new Map(shapes.maps.map((map, at) => [map.id, at]));
  const columnIndex = new Map(shapes.maps.map((map) => [map.id, columnOfCell(map)]));
  const keys = results.cells.map(({ id }) => page.anchorOf(id));
  const one = <T>(value: (cell: CellResult) => T): T[] => results.cells.map(value);
  const mapOf = (cell: CellResult): string => shapes.mapOf(cell)?.id ?? '';
  return {
    key: keys.every((key) => key.length === 8) ? keys.join('') : keys,
    map: one((cell) => mapIndex.get(mapOf(cell)) ?? 0),
    row: one((cell) => rowIndex.get(shapes.rowOf(cell)) ?? 0),
    column: one((cell) => columnIndex.get(mapOf(cell))?.get(cell.id) ?? 0),
    verdict: one((cell) => verdicts.get(cell.verdict) ?? 0),
    basis: one((cell) => (isDoubtful(cell) ? DOUBTFUL : BASIS[cell.basis.kind])),
    from: one((cell) => (cell.basis.kind === 'inferred' ? (index.get(cell.basis.from) ?? -1) : -1)),
    attempts: one((cell) => cell.attempts),
    first: one((cell) => rounded(cell.firstRunSeconds)),
    median: one((cell) => rounded(cell.medianRunSeconds)),
  };
}

function columnOfCell(map: ShapeMap): Map<string, number> {
  const places = new Map(map.columns.map((column, at) => [column.key, at]));
  return new Map(
    [...map.cells.values()].flatMap((row) =>
      [...row].map(([key, cell]): [string, number] => [cell.id, places.get(key) ?? 0]),
    ),
  );
}

function rounded(seconds: number | null): number | null {
  return seconds === null ? null : Number(seconds.toPrecision(4));
}

function moreOf(cell: CellResult, attempts: readonly string[]): CellDetails {
  const many = cell.badAttempts === 0 ? String(cell.attempts) : `${cell.attempts}, ${cell.badAttempts} of them bad`;
  const left = attempts.length - MOST_ATTEMPTS;
  return [
    plainLine(cell.id, 200),
    cell.confirmed,
    many,
    [...attempts.slice(0, MOST_ATTEMPTS), ...(left > 0 ? [`${counted(left, 'more attempt')} in attempts.csv`] : [])],
  ];
}

function attemptWords({ id, isolation, purpose, report }: AttemptResult): string {
  return `${plainLine(id, 120)} (${purpose}, ${isolation === 'spawn' ? 'fresh process' : 'forked'}): ${outcomeWords(report.outcome)}, ${duration(report.seconds)}`;
}
