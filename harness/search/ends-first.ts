/** The lines of a matrix in the order in which a search along the versions wants its environments: both ends, then halves. */
import type { Enumeration, Line } from '../model/cell.ts';

/** `names`: of the environments, from old to new. */
export function endsFirst(enumeration: Enumeration, names: readonly string[]): Enumeration {
  return {
    ...enumeration,
    *lines() {
      const byEnvironment = new Map(names.map((name): [string, Line[]] => [name, []]));
      for (const line of enumeration.lines()) byEnvironment.get(line.environment)?.push(line);
      for (const place of halves(names.length)) yield* byEnvironment.get(names[place] ?? '') ?? [];
    },
  };
}

/** Each place below `count` once. */
function halves(count: number): readonly number[] {
  const places = new Set(count === 0 ? [] : [0, count - 1]);
  let stretches: (readonly [number, number])[] = [[0, count - 1]];
  while (places.size < count) {
    stretches = stretches.flatMap(([from, to]) => {
      const middle = (from + to) >> 1;
      if (to - from < 2) return [];
      places.add(middle);
      return [
        [from, middle],
        [middle, to],
      ] as const;
    });
  }
  return [...places];
}
