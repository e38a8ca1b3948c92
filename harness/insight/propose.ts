/** Which cells would tell explanations apart: cells of the matrix first, then new shapes; each is chosen for what is still undecided. */
import type { Proposal } from '../model/results/insight.ts';
import type { ProbeKnowledge } from '../knowledge/knowledge.ts';
import { nearShapes } from './near-shapes.ts';
import type { CellFacts, CellRef } from './cell-facts.ts';
import { allHold, type Term } from '../model/results/term.ts';
import { statementOf } from './term-words.ts';
import type { Scalar } from '../model/conditions.ts';
import { cellKey } from '../model/cell.ts';

export interface Hypothesis {
  readonly terms: readonly Term[];
  readonly bits: number;
}

export interface Candidate {
  readonly place: CellRef;
  /** Of the matrix; null outside it. */
  readonly id: string | null;
}

/** A hypothesis with what it says of every candidate. */
export interface Prediction {
  readonly hypothesis: Hypothesis;
  readonly bad: Uint8Array;
}

const MOST_PROPOSALS = 8;
const HANG_COST = 20;

export interface Separation {
  readonly proposals: Proposal[];
  /** For each rival: where it differs from the first. */
  readonly apart: readonly ('matrix' | 'new-shapes' | 'nowhere')[];
}

/** `rivals` are told from `first`. `matrix`: unobserved cells; `bases`: observed cells that new shapes may resemble; `observed`: keys. */
export function separate(
  first: Hypothesis,
  rivals: readonly Hypothesis[],
  matrix: readonly Candidate[],
  bases: readonly CellRef[],
  facts: CellFacts,
  seen: ReadonlyMap<string, readonly Scalar[]>,
  observed: ReadonlySet<string>,
): Separation {
  const fresh = freshShapes(facts.knowledge, matrix, bases, seen, observed);
  const apart: ('matrix' | 'new-shapes' | 'nowhere')[] = rivals.map(() => 'nowhere');
  const proposals: Proposal[] = [];
  for (const [where, candidates] of [
    ['matrix', matrix],
    ['new-shapes', fresh],
  ] as const) {
    const all = predictionsOf([first, ...rivals], candidates, facts);
    const [own, ...others] = all;
    if (own === undefined) continue;
    for (const [index, other] of others.entries()) {
      if (apart[index] === 'nowhere' && other.bad.some((bad, place) => bad !== own.bad[place])) apart[index] = where;
    }
    const undecided = new Set(others.filter((_, index) => apart[index] === where));
    while (undecided.size > 0 && proposals.length < MOST_PROPOSALS) {
      const chosen = mostTelling(own, undecided, candidates, facts);
      const candidate = candidates[chosen];
      if (candidate === undefined) break;
      for (const other of undecided) if (other.bad[chosen] !== own.bad[chosen]) undecided.delete(other);
      proposals.push({
        place: {
          environment: candidate.place.environment,
          setting: candidate.place.setting,
          case: { ...candidate.place.case },
        },
        cell: candidate.id,
        predictions: all.map(({ hypothesis, bad }) => ({
          statement: statementOf(hypothesis.terms),
          bad: bad[chosen] === 1,
        })),
      });
    }
  }
  return { proposals, apart };
}

/** Shapes near `bases` that are neither in the matrix nor observed. */
export function freshShapes(
  knowledge: ProbeKnowledge,
  matrix: readonly Candidate[],
  bases: readonly CellRef[],
  seen: ReadonlyMap<string, readonly Scalar[]>,
  observed: ReadonlySet<string>,
): readonly Candidate[] {
  const outside = bases.flatMap((base) =>
    nearShapes(knowledge, base.case, seen).map((shape): Candidate => ({ place: { ...base, case: shape }, id: null })),
  );
  const known = new Set(matrix.map(({ place }) => cellKey(place)));
  return [...new Map(outside.map((one) => [cellKey(one.place), one]))].flatMap(([key, one]) =>
    known.has(key) || observed.has(key) ? [] : [one],
  );
}

/** What each of them says of every candidate. */
export function predictionsOf(
  hypotheses: readonly Hypothesis[],
  candidates: readonly Candidate[],
  facts: CellFacts,
): readonly Prediction[] {
  const predictions = hypotheses.map((hypothesis) => ({ hypothesis, bad: new Uint8Array(candidates.length) }));
  for (const [index, { place }] of candidates.entries()) {
    const lookup = facts.lookup(place);
    for (const { hypothesis, bad } of predictions) bad[index] = allHold(hypothesis.terms, lookup) ? 1 : 0;
  }
  return predictions;
}

/** The candidate that decides most, likely rivals before unlikely ones; of equals the one that costs least. -1 for none. */
function mostTelling(
  own: Prediction,
  undecided: ReadonlySet<Prediction>,
  candidates: readonly Candidate[],
  facts: CellFacts,
): number {
  let [best, bestWeight, bestCost] = [-1, 0, Number.POSITIVE_INFINITY];
  for (let index = 0; index < candidates.length; index += 1) {
    let weight = 0;
    for (const { hypothesis, bad } of undecided) {
      if (bad[index] !== own.bad[index]) weight += 1 / (1 + Math.max(0, hypothesis.bits - own.hypothesis.bits));
    }
    if (weight === 0 || weight < bestWeight - 1e-12) continue;
    const candidate = candidates[index];
    const cost = candidate === undefined ? 0 : costOf(candidate.place, own.bad[index] === 1, facts);
    if (weight > bestWeight + 1e-12 || cost < bestCost) [best, bestWeight, bestCost] = [index, weight, cost];
  }
  return best;
}

/** A hang costs its deadline; between equals the smaller shape is cheaper. */
export function costOf(place: CellRef, bad: boolean, facts: CellFacts): number {
  let size = 1;
  for (const { name, tier } of facts.quantities.list) {
    const value = tier === 'given' ? place.case[name] : undefined;
    if (typeof value === 'number' && value > 1) size += Math.log2(value);
  }
  return (bad ? HANG_COST : 1) * 1000 + size;
}
