/**
 * `prove: safe-side`: a line that was not tried above its largest pass is taken for bad from there, where another line of the same
 * environment and setting has its observed boundary at the same value. Errors are on the safe side: what passes was run.
 */
import type { CellResult, LineResult } from '../../model/results/results.ts';
import type { Scalar } from '../../model/conditions.ts';
import { grouped } from '../../model/grouped.ts';

/** `cells` line by line, ascending. The same cells, with what follows. */
export function inferAlike(lines: readonly LineResult[], cells: readonly CellResult[]): CellResult[] {
  const byLine = grouped(cells, ({ line }) => line);
  const sources = sourcesOf(lines, byLine);
  return lines.flatMap((line) => {
    const own = byLine.get(line.id) ?? [];
    const last = own.findLastIndex(({ verdict, basis }) => basis.kind === 'observed' && verdict === 'pass');
    const next = own[last + 1];
    if (last < 0 || next === undefined || own.slice(last + 1).some(({ basis }) => basis.kind !== 'none')) return own;
    const source = sources.get(sourceKey(line, valueOf(line, next)));
    if (source === undefined) return own;
    return own.map((cell, index): CellResult =>
      index <= last ? cell : { ...cell, verdict: source.verdict, basis: { kind: 'inferred', from: source.id } },
    );
  });
}

/** The first bad cell of every line whose boundary was seen; the first line of each value. */
function sourcesOf(
  lines: readonly LineResult[],
  byLine: ReadonlyMap<string, readonly CellResult[]>,
): ReadonlyMap<string, CellResult> {
  const sources = new Map<string, CellResult>();
  for (const line of lines) {
    if (line.boundary.kind !== 'bracketed') continue;
    const { smallestBad } = line.boundary;
    const cell = (byLine.get(line.id) ?? []).find((one) => valueOf(line, one) === smallestBad);
    const key = sourceKey(line, smallestBad);
    if (cell !== undefined && !sources.has(key)) sources.set(key, cell);
  }
  return sources;
}

function valueOf({ axis }: LineResult, cell: CellResult): Scalar {
  return (axis === null ? undefined : cell.case[axis]) ?? cell.position;
}

function sourceKey({ environment, setting }: LineResult, value: Scalar): string {
  return JSON.stringify([environment, setting, value]);
}
