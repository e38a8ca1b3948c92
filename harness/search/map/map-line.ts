/**
 * One line of a map: its boundary first, then what its audits and the matrix ask for beyond it. Told the same answers in the same
 * order it asks the same questions; what it learned from other lines it asks its `Guide`.
 */
import { inferred, isBroken, stepOfBroken, stepToBoundary, type LineStep } from './line-step.ts';
import { quickProbe } from './stretches.ts';
import type { TurnValue } from './axis-values.ts';
import type { Isolation } from '../../model/attempt/attempt.ts';
import type { Line } from '../../model/cell.ts';
import type { Answer, Question } from '../search.ts';
import { isBad, isDoubtful, isGood, OUTVOTE, type Rules, type Standing } from '../cell-tally.ts';
import { LineBook } from '../line-search.ts';
import { TRIES } from '../certificates/tries.ts';
import { OUTCOMES } from '../../model/outcome.ts';

/** What a line asks of the search over all lines. */
export interface Guide {
  readonly rules: Rules;
  /** Cost of a bad cell, in good ones. */
  readonly badCost: number;
  /** Share by which a probe may be dearer than the cheapest where that halves better. */
  readonly slack: number;
  /** Nothing in this run was bad so far: the end of a line is likely to show that it is clear. */
  readonly untroubled: boolean;
  /** Every cell that is reported as good is tried. */
  readonly proveGood: boolean;
  /** Chance of each place to be the first bad one, and of "none" last. */
  prior(line: Line): readonly number[];
  /** Whether lines like this one showed often enough that it is bad at this place. */
  takesForBad(line: Line, place: number, chance: number): boolean;
  /** The boundary stands: lets other lines learn, and says which cells to look at besides. */
  settled(
    line: Line,
    turn: TurnValue | 'unknown',
    rest: { readonly good: readonly number[]; readonly bad: readonly number[] },
  ): readonly number[];
  /** How a surprising bad answer ended when it was tried again. */
  retried(again: boolean): void;
  /** Bad answers are what they seem in this run, surprising or not. */
  readonly believes: boolean;
  /** Larger is not worse here. */
  broken(line: Line): void;
}

/** A bad answer less likely than this is tried again before it is believed. */
const SURPRISE = 0.005;

/** Tries that end in neither before the hang stands as it is. */
const MOST_FAILED = 3;

interface Votes {
  bad: number;
  good: number;
  failed: number;
}

type Phase =
  | { readonly kind: 'boundary' }
  /** The boundary stands or was taken from lines like it. */
  | { readonly kind: 'audit'; readonly places: readonly number[]; readonly prove: boolean }
  | { readonly kind: 'broken' };

export class MapLine {
  readonly line: Line;
  readonly #guide: Guide;
  readonly #book: LineBook;
  #phase: Phase = { kind: 'boundary' };
  #step: LineStep;
  /** Votes on bad cells that were a surprise. */
  readonly #surprises = new Map<number, Votes>();
  #answers = 0;

  constructor(line: Line, guide: Guide) {
    this.line = line;
    this.#guide = guide;
    this.#book = new LineBook(line, guide.rules);
    this.#step = stepToBoundary(this.standings());
  }

  get done(): boolean {
    return this.#step.kind === 'settled';
  }

  get begun(): boolean {
    return this.#answers > 0;
  }

  standings(): readonly Standing[] {
    const plain = this.#book.standings();
    return this.#surprises.size === 0 ? plain : plain.map((standing, index) => this.#voted(index, standing));
  }

  absorb(answer: Answer): void {
    if (this.done) return;
    this.#answers += 1;
    this.#vote(answer);
    this.#book.absorb(answer);
    this.#advance();
  }

  /** A neighbour is broken: what would be taken for good is tried. */
  doubt(): void {
    if (this.#phase.kind === 'audit') this.#phase = { ...this.#phase, prove: true };
    this.#advance();
  }

  questions(inFlight: number): readonly Question[] {
    const step = this.#step;
    switch (step.kind) {
      case 'settled':
        return [];
      case 'look':
        return step.places.map((index) => this.#search(index));
      case 'confirm':
        return inFlight > 0 ? [] : [{ cell: this.#book.cell(step.index), isolation: 'spawn', purpose: 'confirm' }];
      case 'repeat':
        return inFlight > 0 ? [] : [this.#search(step.index)];
      case 'bracket':
        return inFlight > 0 ? [] : [this.#search(this.#cheapest(step))];
    }
  }

  #advance(): void {
    const standings = this.standings();
    const lucky = this.#phase.kind !== 'broken' && isBroken(standings) ? this.#contradiction(standings) : null;
    if (lucky !== null) {
      this.#step = { kind: this.#book.again(lucky), index: lucky };
      return;
    }
    if (this.#phase.kind !== 'broken' && isBroken(standings)) {
      const settle = this.#phase.kind === 'boundary';
      this.#phase = { kind: 'broken' };
      if (settle) this.#guide.settled(this.line, 'unknown', { good: [], bad: [] });
      this.#guide.broken(this.line);
    }
    if (this.#phase.kind === 'boundary') this.#settle(standings);
    this.#step = this.#next(this.standings());
  }

  /** The pass above a hang that is to be tried again before larger is said not to be worse: it may have been luck. One that was not is enough. */
  #contradiction(standings: readonly Standing[]): number | null {
    const bad = standings.findIndex((standing) => isBad(standing) && !isDoubtful(standing));
    const above = standings.flatMap((standing, index) => (index > bad && isGood(standing) ? [index] : []));
    const most = above.reduce((best, index) => (this.#book.tries(index) > this.#book.tries(best) ? index : best));
    return this.#book.tries(most) < Math.max(TRIES, this.#guide.rules.attempts) ? most : null;
  }

  #next(standings: readonly Standing[]): LineStep {
    const phase = this.#phase;
    if (phase.kind === 'broken') return stepOfBroken(standings);
    if (phase.kind === 'boundary') return stepToBoundary(standings);
    const doubtful = stepToBoundary(standings);
    // A cell that was looked at may be clean once, hang once, or stand against the boundary: that is settled first.
    if (doubtful.kind === 'confirm' || doubtful.kind === 'repeat') return doubtful;
    const leaning = standings.indexOf('leaning');
    if (leaning >= 0) return { kind: 'repeat', index: leaning };
    const wanted = phase.prove ? [...inferred(standings).good, ...phase.places] : phase.places;
    const places = [...new Set(wanted)].filter((index) => standings[index] === 'open');
    return places.length > 0 ? { kind: 'look', places } : { kind: 'settled' };
  }

  #settle(standings: readonly Standing[]): void {
    const step = stepToBoundary(standings);
    const taken = step.kind === 'bracket' && this.#isTakenForBad(step);
    if (step.kind !== 'settled' && !taken) return;
    const first = standings.findIndex(isBad);
    const good = standings.findLastIndex(isGood);
    const turn = first >= 0 ? this.#book.value(first) : good >= 0 && !taken ? null : 'unknown';
    const places = this.#guide.settled(this.line, turn, inferred(standings));
    this.#phase = { kind: 'audit', places, prove: this.#guide.proveGood };
  }

  #isTakenForBad({ candidates, below, above }: Extract<LineStep, { kind: 'bracket' }>): boolean {
    if (above < this.line.cells.length || below < 0 || candidates[0] !== below + 1) return false;
    const rest = this.#guide.prior(this.line).slice(below + 1);
    return this.#guide.takesForBad(this.line, below + 1, (rest[0] ?? 0) / sum(rest));
  }

  #search(index: number): Question {
    return { cell: this.#book.cell(index), isolation: this.#isolation, purpose: 'search' };
  }

  /** Once the fork server has invented a bad cell on this line, it is not trusted with the rest of the line. */
  get #isolation(): Isolation {
    return this.#book.standings().includes('refuted') ? 'spawn' : this.#guide.rules.isolation;
  }

  /** A boundary among untestable cells is seen at the next candidate above it. */
  #cheapest({ candidates, below, above }: Extract<LineStep, { kind: 'bracket' }>): number {
    if (this.#guide.untroubled && candidates.length > 0) return candidates.at(-1) ?? 0;
    const weights = weightsOf(this.#guide.prior(this.line), candidates, below, above);
    return candidates[quickProbe(weights, this.#guide.badCost, this.#guide.slack)] ?? 0;
  }

  #vote({ cell, purpose, grade, outcome, isolation, suspected }: Answer): void {
    const index = cell.position;
    const votes = this.#surprises.get(index);
    const { says, neverAgain } = OUTCOMES[outcome];
    if (votes !== undefined) {
      if (votes.bad + votes.good === 1 && grade !== 'untestable' && suspected !== true)
        this.#guide.retried(grade === 'bad');
      if (grade === 'bad' && suspected !== true) votes.bad += 1;
      if (grade === 'good') votes.good += 1;
      if (grade === 'untestable' && says !== 'nothing') votes.failed += neverAgain ? MOST_FAILED : 1;
      return;
    }
    const sure = purpose !== 'search' || isolation !== 'spawn' || suspected === true || neverAgain;
    if (grade === 'bad' && !sure && !this.#guide.believes && this.#isSurprise(index))
      this.#surprises.set(index, { bad: 1, good: 0, failed: 0 });
  }

  #isSurprise(index: number): boolean {
    const step = this.#step;
    if (step.kind === 'look') return inferred(this.standings()).good.includes(index);
    if (step.kind !== 'bracket' || !step.candidates.includes(index)) return false;
    const weights = weightsOf(this.#guide.prior(this.line), step.candidates, step.below, step.above);
    const upTo = step.candidates.indexOf(index) + 1;
    return sum(weights.slice(0, upTo)) < SURPRISE * sum(weights);
  }

  #voted(index: number, standing: Standing): Standing {
    const votes = this.#surprises.get(index);
    if (votes === undefined || standing !== 'bad' || votes.bad > 1 || votes.failed >= MOST_FAILED) return standing;
    return votes.good >= Math.max(OUTVOTE, this.#guide.rules.attempts) ? 'refuted' : 'suspect';
  }
}

/** One weight for each candidate and one for the end. */
function weightsOf(
  prior: readonly number[],
  candidates: readonly number[],
  below: number,
  above: number,
): readonly number[] {
  const ends = [...candidates, above];
  return ends.map((end, order) => {
    let weight = 0;
    for (let place = (ends[order - 1] ?? below) + 1; place <= end; place += 1) weight += prior[place] ?? 0;
    return weight;
  });
}

function sum(some: readonly number[]): number {
  return some.reduce((total, one) => total + one, 0);
}
