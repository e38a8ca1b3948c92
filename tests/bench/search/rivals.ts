/** The algorithms that `map` is compared with, line by line, without processes. Each counts its passes and hangs. */
import { bestProbe } from '../../../harness/search/decision-tree.ts';
import { isMonotone } from './surfaces.ts';

/** Whether the cells of a line hang, ascending; null: cannot be tested, which costs as much as a pass to find out. */
export interface Lines {
  readonly bad: readonly (readonly (boolean | null)[])[];
}

export interface Spent {
  readonly passes: number;
  readonly hangs: number;
}

/** Which candidate between `below` and `above` (both excluded) to try. */
type Choose = (below: number, above: number, hint: number) => number;

/**
 * What an oracle still has to pay: the pass right below each boundary and the hang at it, and what cannot be tested between them. On a broken
 * line every change.
 */
export function certificate({ bad }: Lines): Spent {
  return sum([
    ...bad.map((line) => {
      const tested = line.filter((own) => own !== null);
      const edges = tested.map((own, place) =>
        isMonotone(tested) && place === tested.length - 1 && !own
          ? true
          : (place > 0 && tested[place - 1] !== own) ||
            (place + 1 < tested.length && tested[place + 1] !== own) ||
            (place === 0 && own),
      );
      return count(
        tested,
        edges.flatMap((edge, place) => (edge ? [place] : [])),
      );
    }),
    { passes: bad.reduce((total, line) => total + holesAtBoundary(line), 0), hangs: 0 },
  ]);
}

function holesAtBoundary(line: readonly (boolean | null)[]): number {
  const first = line.indexOf(true);
  const above = first < 0 ? line.length : first;
  return line.slice(line.slice(0, above).lastIndexOf(false) + 1, above).length;
}

export function grid({ bad }: Lines): Spent {
  return sum(
    bad.map((line) =>
      count(
        line,
        line.map((_, place) => place),
      ),
    ),
  );
}

export function binary(surface: Lines): Spent {
  return perLine(surface, (below, above) => Math.floor((below + above) / 2));
}

/** The cheapest tree for a boundary anywhere alike; nothing is shared between lines. */
export function optimal(surface: Lines, hangCost: number): Spent {
  return perLine(
    surface,
    (below, above) =>
      below +
      1 +
      bestProbe(
        Array.from({ length: above - below }, () => 1),
        hangCost,
      ),
  );
}

/** From the boundary of the line before, in steps that double. */
export function gallop(surface: Lines): Spent {
  return perLine(surface, (below, above, hint) => {
    if (below < 0 && above > hint) return Math.max(Math.min(hint - 1, above - 1), 0);
    if (below >= 0 && below >= hint - 1) return Math.min(below + Math.max(1, 2 * (below - hint + 1)), above - 1);
    return Math.max(above - Math.max(1, 2 * (hint - above)), below + 1);
  });
}

function perLine({ bad }: Lines, choose: Choose): Spent {
  let hint = Math.floor((bad[0]?.length ?? 0) / 2);
  return sum(
    bad.map((line) => {
      const probes: number[] = [];
      let [below, above] = [-1, line.length];
      for (;;) {
        const open = line.flatMap((_, place) =>
          place > below && place < above && !probes.includes(place) ? place : [],
        );
        if (open.length === 0) break;
        const wanted = choose(below, above, hint);
        const probe = open.find((place) => place >= wanted) ?? open.at(-1) ?? wanted;
        probes.push(probe);
        if (line[probe] === true) above = probe;
        if (line[probe] === false) below = probe;
      }
      hint = above;
      return count(line, probes);
    }),
  );
}

function count(line: readonly (boolean | null)[], probes: readonly number[]): Spent {
  const hangs = probes.filter((place) => line[place] === true).length;
  return { passes: probes.length - hangs, hangs };
}

function sum(all: readonly Spent[]): Spent {
  return {
    passes: all.reduce((total, { passes }) => total + passes, 0),
    hangs: all.reduce((total, { hangs }) => total + hangs, 0),
  };
}
