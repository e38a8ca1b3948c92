/**
 * Bisection of one line under "larger is worse", weighing what a bad probe costs. It ends with a certificate: an observed
 * pass and an observed, confirmed bad cell with nothing testable between them (or a pass at the top, or bad at the bottom).
 * A line that breaks the assumption is not noticed here unless a probe happens to fall on the contradiction.
 */
import type { Line } from '../model/cell.ts';
import type { Isolation } from '../model/attempt/attempt.ts';
import type { LinePrior } from './line-prior.ts';
import type { Answer, Question } from './search.ts';
import { isBad, isDoubtful, isGood, type Rules, type Standing } from './cell-tally.ts';
import { LineBook, type LineSearch, type Turn } from './line-search.ts';
import { bestProbe } from './decision-tree.ts';

/** A leap that goes wrong takes this many bad probes at least. A climb that costs more than that is no alternative. */
const WORST_LEAP = 2;
/** Chance of a bad probe that proves nothing below which a leap is as good as a climb. */
const RISK = 0.01;

/** What is left to do on a line. */
type BisectStep =
  | { readonly kind: 'done' }
  /** One of these cells, ascending. `below` is the largest good place or -1, `above` the smallest bad one or the length of the line. */
  | { readonly kind: 'probe'; readonly candidates: readonly number[]; readonly below: number; readonly above: number }
  /** More clean tries of the good cell of the certificate. */
  | { readonly kind: 'repeat'; readonly index: number }
  | { readonly kind: 'confirm'; readonly index: number };

export class BisectedLine implements LineSearch {
  readonly #book: LineBook;
  readonly #rules: Rules;
  readonly #prior: LinePrior;
  #step: BisectStep;

  constructor(line: Line, rules: Rules, prior: LinePrior) {
    this.#book = new LineBook(line, rules);
    this.#rules = rules;
    this.#prior = prior;
    this.#step = nextStep(this.#book.standings());
  }

  get line(): Line {
    return this.#book.line;
  }

  get done(): boolean {
    return this.#step.kind === 'done';
  }

  absorb(answer: Answer): void {
    if (this.done) return;
    this.#book.absorb(answer);
    this.#step = nextStep(this.#book.standings());
  }

  /** One at a time: what to ask next depends on the answer. */
  questions(inFlight: number): Iterable<Question> {
    if (inFlight > 0) return [];
    const step = this.#step;
    switch (step.kind) {
      case 'done':
        return [];
      case 'confirm':
        return [{ cell: this.#book.cell(step.index), isolation: 'spawn', purpose: 'confirm' }];
      case 'repeat':
        return [this.#probe(step.index)];
      case 'probe':
        return [this.#probe(this.#cheapest(step.candidates, step.below, step.above))];
    }
  }

  get turn(): Turn {
    return this.#book.turn;
  }

  #probe(index: number): Question {
    return { cell: this.#book.cell(index), isolation: this.#isolation, purpose: 'search' };
  }

  /** Once the fork server has invented a bad cell on this line, it is not trusted with the rest of the line. */
  get #isolation(): Isolation {
    return this.#book.standings().includes('refuted') ? 'spawn' : this.#rules.isolation;
  }

  /** A boundary among untestable cells is seen at the next candidate above it. */
  #cheapest(candidates: readonly number[], below: number, above: number): number {
    const { badCost, mayLeap } = this.#prior;
    const prior = this.#prior.of(this.line);
    const ends = [...candidates, above];
    const weights = ends.map((end, place) => sumBetween(prior, (ends[place - 1] ?? below) + 1, end));
    const best = bestProbe(weights, badCost);
    const wasted = sumBetween(weights, 0, best - 1) / sumBetween(weights, 0, weights.length - 1);
    const climb = !mayLeap && wasted > RISK && candidates.length <= WORST_LEAP * badCost;
    return candidates[climb ? 0 : best] ?? 0;
  }
}

function nextStep(standings: readonly Standing[]): BisectStep {
  const smallestBad = standings.findIndex(isBad);
  const above = smallestBad < 0 ? standings.length : smallestBad;
  const largestGood = standings.findLastIndex((standing, index) => index < above && isGood(standing));
  const candidates = standings.flatMap((standing, index) =>
    index > largestGood && index < above && standing === 'open' ? [index] : [],
  );
  if (candidates.length > 0) return { kind: 'probe', candidates, below: largestGood, above };
  if (standings[largestGood] === 'leaning') return { kind: 'repeat', index: largestGood };
  if (isDoubtful(standings[smallestBad])) return { kind: 'confirm', index: smallestBad };
  return { kind: 'done' };
}

/** Both ends included. */
function sumBetween(values: readonly number[], first: number, last: number): number {
  let sum = 0;
  for (let index = first; index <= last; index += 1) sum += values[index] ?? 0;
  return sum;
}
