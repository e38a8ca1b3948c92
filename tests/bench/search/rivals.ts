/** The algorithms that `map` is compared with, line by line, without processes. Each counts its passes and hangs. */
import { bestProbe } from '../../../harness/search/decision-tree.ts';
import { isMonotone, type Surface } from './surfaces.ts';

export interface Spent {
  readonly passes: number;
  readonly hangs: number;
}

/** Which candidate between `below` and `above` (both excluded) to try. */
type Choose = (below: number, above: number, hint: number) => number;

/** What an oracle still has to pay: the pass right below each boundary and the hang at it. On a broken line every change. */
export function certificate({ bad }: Surface): Spent {
  return sum(
    bad.map((line) => {
      const edges = line.map((own, place) =>
        isMonotone(line) && place === line.length - 1 && !own
          ? true
          : (place > 0 && line[place - 1] !== own) ||
            (place + 1 < line.length && line[place + 1] !== own) ||
            (place === 0 && own),
      );
      return count(
        line,
        edges.flatMap((edge, place) => (edge ? [place] : [])),
      );
    }),
  );
}

export function grid({ bad }: Surface): Spent {
  return sum(
    bad.map((line) =>
      count(
        line,
        line.map((_, place) => place),
      ),
    ),
  );
}

export function binary(surface: Surface): Spent {
  return perLine(surface, (below, above) => Math.floor((below + above) / 2));
}

/** The cheapest tree for a boundary anywhere alike; nothing is shared between lines. */
export function optimal(surface: Surface, hangCost: number): Spent {
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
export function gallop(surface: Surface): Spent {
  return perLine(surface, (below, above, hint) => {
    if (below < 0 && above > hint) return Math.max(Math.min(hint - 1, above - 1), 0);
    if (below >= 0 && below >= hint - 1) return Math.min(below + Math.max(1, 2 * (below - hint + 1)), above - 1);
    return Math.max(above - Math.max(1, 2 * (hint - above)), below + 1);
  });
}

function perLine({ bad }: Surface, choose: Choose): Spent {
  let hint = Math.floor((bad[0]?.length ?? 0) / 2);
  return sum(
    bad.map((line) => {
      const probes: number[] = [];
      let [below, above] = [-1, line.length];
      while (above - below > 1) {
        const probe = choose(below, above, hint);
        probes.push(probe);
        if (line[probe] === true) above = probe;
        else below = probe;
      }
      hint = above;
      return count(line, probes);
    }),
  );
}

function count(line: readonly boolean[], probes: readonly number[]): Spent {
  const hangs = probes.filter((place) => line[place] === true).length;
  return { passes: probes.length - hangs, hangs };
}

function sum(all: readonly Spent[]): Spent {
  return {
    passes: all.reduce((total, { passes }) => total + passes, 0),
    hangs: all.reduce((total, { hangs }) => total + hangs, 0),
  };
}
