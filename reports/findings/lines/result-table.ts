/**
 * The result table: versions or settings down, shapes across, and in each cell the line's boundary or how its cells ended. Terminal, page and
 * Markdown lay out this one.
 */
import type { CellResult } from '../../../harness/model/results/results.ts';
import type { VerdictKind } from '../../../harness/model/results/verdict.ts';
import { boundaryShort, boundaryWords, lineState, type LineState } from './boundary-words.ts';
import { count } from '../words/numbers.ts';
import type { Overview } from '../overview.ts';
import { plainLine } from '../words/plain-text.ts';
import type { ShapeMap, Shapes } from '../shapes.ts';
import { kindWords, weigh } from '../words/verdict-words.ts';

export interface ResultTable {
  /** "Version by shape". */
  readonly title: string;
  /** What the rows are. */
  readonly corner: string;
  /** `map`: id of the shape's map. */
  readonly columns: readonly { readonly map: string; readonly title: string }[];
  /** Shapes beyond those. */
  readonly left: number;
  readonly rows: readonly ResultRow[];
  /** What the cells mean. */
  readonly caption: string;
}

export interface ResultRow {
  readonly name: string;
  readonly environment: string;
  /** Null where the matrix has one setting only. */
  readonly setting: string | null;
  readonly cells: readonly ResultCell[];
}

export interface ResultCell {
  /** "hang ≥ 33". */
  readonly short: string;
  /** "≤ 32 pass, ≥ 33 hang (not confirmed yet)". */
  readonly full: string;
  readonly state: LineState;
  /** false: bad in a forked process, not yet confirmed in a fresh one. */
  readonly confirmed: boolean | null;
}

export const ROW_WORDS: Readonly<Record<Shapes['rowKind'], { readonly title: string; readonly corner: string }>> = {
  environment: { title: 'Version by shape', corner: 'Environment' },
  setting: { title: 'Setting by shape', corner: 'Setting' },
  pair: { title: 'Version and setting by shape', corner: 'Environment · setting' },
};

/** `most`: shapes. */
export function resultTable(overview: Overview, most: number): ResultTable {
  const { results, shapes } = overview;
  const shown = shapes.maps.slice(0, most);
  const present = new Set(overview.rows.map(({ name }) => name));
  return {
    ...ROW_WORDS[shapes.rowKind],
    columns: shown.map(({ id, title }) => ({ map: id, title: title === '' ? 'Verdict' : title })),
    left: shapes.maps.length - shown.length,
    rows: results.environments.flatMap(({ name: environment }) =>
      results.settings.flatMap(({ name: setting }) => {
        const name = shapes.rowOf({ environment, setting });
        const cells = (): ResultCell[] => shown.map((map) => resultCell(overview, map, name));
        return present.has(name)
          ? [{ name, environment, setting: results.settings.length > 1 ? setting : null, cells: cells() }]
          : [];
      }),
    ),
    caption: caption(overview),
  };
}

function resultCell({ results, linesByMap }: Overview, map: ShapeMap, row: string): ResultCell {
  const view = linesByMap.get(map.id)?.get(row);
  if (view !== undefined)
    return {
      short: boundaryShort(view),
      full: boundaryWords(view),
      state: lineState(view),
      confirmed: view.smallestBad === null ? null : view.confirmed,
    };
  const cells = [...(map.cells.get(row)?.values() ?? [])];
  const short = cells.length === 0 ? 'not in the matrix' : endings(cells);
  const unconfirmed = cells.some(({ confirmed }) => confirmed === false);
  return { short, full: short, state: stateOf(results.bad, cells), confirmed: unconfirmed ? false : null };
}

/** "pass", or "2 of 3 pass, 1 hang". */
function endings(cells: readonly CellResult[]): string {
  const kinds = new Map<VerdictKind, number>();
  for (const { verdict } of cells) kinds.set(verdict, (kinds.get(verdict) ?? 0) + 1);
  const parts = [...kinds].map(([kind, many]) => [kindWords(kind).short, many] as const);
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first[0];
  return parts.map(([name, many]) => `${count(many)} ${name}`).join(', ');
}

function stateOf(bad: readonly string[], cells: readonly CellResult[]): LineState {
  const weights = new Set(cells.map(({ verdict }) => weigh(verdict, bad)));
  if (weights.has('bad')) return weights.size === 1 ? 'bad' : 'mixed';
  if (weights.has('suspect')) return 'flaky';
  if (weights.has('failed')) return 'failed';
  return weights.size === 1 && weights.has('good') ? 'good' : 'open';
}

function caption(overview: Overview): string {
  const axis = plainLine(overview.shapes.axisName ?? 'value', 40);
  const views = [...overview.linesByMap.values()].flatMap((rows) => [...rows.values()]);
  if (views.length === 0) return 'How each shape ended.';
  const kinds = new Set(views.filter(({ smallestBad }) => smallestBad !== null).map(({ badKind }) => badKind));
  if (kinds.size === 0 && views.some(({ between }) => between.length > 0))
    return `How each line ended. "crash ≥ N" and its like: N is the smallest ${axis} seen to fail in this way, which does not count as bad.`;
  const [kind = 'hang'] = kinds;
  const { short, verbOne } = kindWords(kind === 'flaky' ? 'hang' : kind);
  const open = views.some(({ boundary, untested }) => boundary.kind === 'interval' && untested > 0)
    ? ' "?": the cells between it and the next that was run were not tested.'
    : '';
  const other = views.some(({ between }) => between.length > 0);
  const doubtful = views.some((view) => view.doubtful > 0)
    ? ' "doubtful": cells of that line that were not run may be otherwise.'
    : '';
  return `Boundary on ${axis}: "${short} ≥ N" means that N is the smallest ${axis} that ${verbOne}, and that the next smaller one${other ? ' that was run passes. Where another failure is written before it, the next smaller one failed in that way' : ' passes'}.${open}${doubtful}`;
}
