/** Files and rooms that import each other in a circle, by value or by type: then none of them can be read without the others. Pure. */

export interface Edge {
  readonly from: string;
  readonly to: string;
  /** Where `from` imports `to`. */
  readonly path: string;
  readonly line: number;
}

/** The edges of a shortest circle for each node that stands in one, but for those that an earlier circle holds. */
export function circlesOf(edges: readonly Edge[]): readonly (readonly Edge[])[] {
  const leaving = new Map<string, Edge[]>();
  for (const edge of edges) leaving.set(edge.from, [...(leaving.get(edge.from) ?? []), edge]);
  const known = new Set<string>();
  return [...leaving.keys()].toSorted().flatMap((node) => {
    const circle = known.has(node) ? null : circleThrough(node, leaving);
    for (const { from } of circle ?? []) known.add(from);
    return circle === null ? [] : [circle];
  });
}

function circleThrough(start: string, leaving: ReadonlyMap<string, readonly Edge[]>): readonly Edge[] | null {
  const reachedBy = new Map<string, Edge>();
  const queue = [start];
  for (let node = queue.shift(); node !== undefined && !reachedBy.has(start); node = queue.shift()) {
    for (const edge of leaving.get(node) ?? []) {
      if (reachedBy.has(edge.to)) continue;
      reachedBy.set(edge.to, edge);
      queue.push(edge.to);
    }
  }
  const circle: Edge[] = [];
  for (let edge = reachedBy.get(start); edge !== undefined; edge = reachedBy.get(edge.from)) {
    circle.unshift(edge);
    if (edge.from === start) return circle;
  }
  return null;
}
