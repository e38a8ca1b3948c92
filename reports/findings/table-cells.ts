/** What the summary table says of one row and one shape: the line's boundary, or how its cells ended. The same for every report. */
import type { CellResult, Results } from '../../harness/model/results/results.ts';
import type { VerdictKind } from '../../harness/model/results/verdict.ts';
import { boundaryShort, boundaryWords, lineState } from './boundary-words.ts';
import type { LineState } from './boundary-words.ts';
import { count } from './numbers.ts';
import type { Overview } from './overview.ts';
import type { ShapeMap } from './shapes.ts';
import { kindWords, weigh } from './verdict-words.ts';

export interface TableWords {
  readonly short: string;
  readonly full: string;
  readonly state: LineState;
}

export function tableWords(results: Results, overview: Overview, map: ShapeMap, row: string): TableWords {
  const view = overview.linesByMap.get(map.id)?.get(row);
  if (view !== undefined) return { short: boundaryShort(view), full: boundaryWords(view), state: lineState(view) };
  const cells = [...(map.cells.get(row)?.values() ?? [])];
  const short = cells.length === 0 ? 'not in the matrix' : endings(cells);
  return { short, full: short, state: stateOf(results, cells) };
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

function stateOf(results: Results, cells: readonly CellResult[]): LineState {
  const weights = new Set(cells.map(({ verdict }) => weigh(verdict, results.bad)));
  if (weights.has('bad')) return weights.size === 1 ? 'bad' : 'mixed';
  if (weights.has('suspect')) return 'flaky';
  if (weights.has('failed')) return 'failed';
  return weights.size === 1 && weights.has('good') ? 'good' : 'open';
}

/** What the shapes of the table are; '' where nothing in it needs explaining. */
export function tableCaption(overview: Overview, axis: string): string {
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
  return `Boundary on ${axis}: "${short} ≥ N" means that N is the smallest ${axis} that ${verbOne}, and that the next smaller one${other ? ' that was run passes, or fails in the way that is named first' : ' passes'}.${open}`;
}
