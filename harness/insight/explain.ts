/**
 * What sets the boundary: from observed cells to ranked explanations, what they leave, what is refuted, what cannot be told apart, and
 * which cells would tell. Pure and deterministic. It looks for simple rules; it does not prove causes.
 */
import { alternativesTo } from './ranking/alternatives.ts';
import { answer, countWords, noRule, type Counts } from './answer.ts';
import { basesOf, seenValues } from './bases.ts';
import { ExceptionCode } from './ranking/code-length.ts';
import { ChanceTest } from './ranking/chance-test.ts';
import { explanationOf, isAnswer, rounded } from './support.ts';
import { twinsOf } from './twins.ts';
import type { Explanation, Indistinct, Insight, Proposal } from '../model/results/insight.ts';
import { placeWords } from './place-words.ts';
import { moreEvidence } from './more-evidence.ts';
import { freshShapes, separate, type Candidate, type Hypothesis } from './propose.ts';
import { rank, termsOf, type Conjunction } from './ranking/rank.ts';
import { refutedClaims } from './refuted.ts';
import { CellFacts, type CellRef, type Surroundings } from './cell-facts.ts';
import { isFlaky, tableOf, type Observation, type ObservationTable } from './ranking/observation-table.ts';
import { allHold, type PlainTerm, type Term } from '../model/results/term.ts';
import { statementOf } from './term-words.ts';
import { cellKey } from '../model/cell.ts';

export interface Evidence {
  /** Observed cells that are good or bad, each once; untestable ones say nothing. */
  readonly observations: readonly Observation[];
  /** Every cell of the matrix, observed or not. */
  readonly matrix: readonly Candidate[];
  /** Keys (cellKey) of places that were tried and said nothing; they are not proposed again. */
  readonly tried: ReadonlySet<string>;
  readonly surroundings: Surroundings;
  /** Whether a proposal may name this environment and setting. */
  askable(place: Pick<CellRef, 'environment' | 'setting'>): boolean;
}

const FEWEST_OF_A_SIDE = 2;
/** Above these, every k-th cell stands for the others, besides those at which the verdict turns; figures of support are always of all. */
const MOST_ROWS = 6000;
const MOST_CANDIDATES = 8000;
const MOST_EXPLANATIONS = 8;
const MOST_REMAINDERS = 2;
const MOST_RIVALS = 16;
/** Rivals that get a few cells wrong which the first gets right, or the other way round, within so many bits. */
const CONTENDER_BITS = 8;
/** Bits by which "no rule" is believed before the rules that were found, while it is asked what would tell. */
const DOUBT = 7;
/** Of those that are good enough to be held against chance. */
const MOST_HELD = 60;

export function explain(evidence: Evidence): Insight {
  const { observations } = evidence;
  const flaky = observations.filter(isFlaky).length;
  const bad = observations.filter((one) => one.bad).length - flaky;
  const good = observations.length - bad - flaky;
  const counts: Counts = { good, bad, ...(flaky > 0 ? { flaky } : {}) };
  const without = (state: Insight['state'], text: string): Insight => nothing(state, text, counts);
  if (observations.length === 0)
    return without(
      'nothing-observed',
      'no cell was observed to be good or bad, so nothing can be said of what sets the boundary',
    );
  if (bad + flaky === 0)
    return without('all-good', `all ${good} observed cells are good: there is no boundary to explain`);
  if (good + flaky === 0)
    return without(
      'all-bad',
      `all ${bad} observed cells are bad: without a good one nothing tells what sets the boundary`,
    );
  if (bad + flaky < FEWEST_OF_A_SIDE || good < FEWEST_OF_A_SIDE)
    return {
      ...without('too-few', `${countWords(counts)} are too few to explain anything`),
      proposals: [...whatWouldTell(evidence)],
    };
  return analysed(evidence, counts);
}

function nothing(state: Insight['state'], text: string, counts: Counts): Insight {
  return { state, text, ...counts, explanations: [], remainder: [], refuted: [], indistinct: [], proposals: [] };
}

/** What all explaining stands on; of very many cells some stand for the others. */
function groundOf(evidence: Evidence) {
  const observations = thinnedObservations(evidence.observations);
  const matrix = thinned(evidence.matrix, MOST_CANDIDATES);
  const facts = new CellFacts(
    evidence.surroundings,
    matrix.map(({ place }) => place),
    observations.map(({ place }) => place),
  );
  const table = tableOf(observations, facts);
  const code = codeOf(observations);
  return { evidence: { ...evidence, observations, matrix }, facts, table, code, ranked: rank(table, code) };
}

function codeOf(observations: readonly Observation[]): ExceptionCode {
  return new ExceptionCode(observations.length, observations.filter((one) => one.bad).length);
}

function analysed(whole: Evidence, counts: Counts): Insight {
  const { evidence, facts, table, code, ranked } = groundOf(whole);
  const { observations } = evidence;
  const test = new ChanceTest(observations, table, code, facts);
  const telling = distinct(ranked, code, test).map((one) => ({
    one,
    told: explanationOf(one, code, whole.observations, facts, test),
  }));
  const refuted = refutedClaims(observations, table, facts, placeWords(whole.matrix));
  const answers = telling.filter(({ told }) => isAnswer(told));
  const [first] = answers;
  if (first === undefined) {
    const proposals = evidenceFor(ranked, code, evidence, facts);
    const text = noRule(counts, telling[0]?.told);
    return { ...nothing('unclear', text, counts), refuted: [...refuted], proposals: [...proposals] };
  }
  const sorted = [...answers, ...telling.filter(({ told }) => !isAnswer(told))];
  const all = sorted.map(({ one }) => one);
  const { indistinct, proposals, twins } = rivals(first.one, all, table, code, evidence, facts);
  const explanation: Explanation = { ...first.told, ...(twins.length > 0 ? { twins } : {}) };
  return {
    state: 'explained',
    text: answer(explanation, indistinct),
    ...counts,
    explanations: [explanation, ...sorted.slice(1).map(({ told }) => told)],
    remainder: remainder(first.one, observations, facts),
    refuted: [...refuted],
    indistinct: [...indistinct],
    proposals: [...proposals],
  };
}

/** What stands out from chance; of explanations with the same quantities only the best, and none that adds an idle term to a better one. */
function distinct(ranked: readonly Conjunction[], code: ExceptionCode, test: ChanceTest): readonly Conjunction[] {
  const kept: { readonly one: Conjunction; readonly about: ReadonlySet<string> }[] = [];
  for (const one of ranked.slice(0, MOST_HELD)) {
    if (one.bits >= code.nothing) break;
    const about = new Set(termsOf(one).flatMap(subjectsOf));
    if (kept.some((better) => [...better.about].every((name) => about.has(name)))) continue;
    if (!test.standsOut(one)) continue;
    kept.push({ one, about });
    if (kept.length >= MOST_EXPLANATIONS) break;
  }
  return kept.map(({ one }) => one);
}

/** A power of two and a limit of one quantity are two things. */
function subjectsOf({ or, ...term }: Term): readonly string[] {
  const own = plainSubjects(term);
  return or === undefined ? own : [...own, ...plainSubjects(or)];
}

function plainSubjects(term: PlainTerm): readonly string[] {
  return term.kind === 'property' ? [`${term.property} ${term.of} ${term.quantities.join()}`] : [term.quantity];
}

/** The cells that the first explanation does not call bad, explained once more if some of them are. */
function remainder(first: Conjunction, observations: readonly Observation[], facts: CellFacts): Explanation[] {
  const found: Explanation[] = [];
  let terms = termsOf(first);
  let left = observations;
  while (found.length < MOST_REMAINDERS) {
    left = left.filter(({ place }) => !allHold(terms, facts.lookup(place)));
    const bad = left.filter((one) => one.bad).length;
    if (bad < FEWEST_OF_A_SIDE || left.length - bad < FEWEST_OF_A_SIDE) break;
    const table = tableOf(left, facts);
    const code = codeOf(left);
    const test = new ChanceTest(left, table, code, facts);
    const [best] = rank(table, code);
    if (best === undefined || !test.standsOut(best)) break;
    terms = termsOf(best);
    found.push(explanationOf(best, code, left, facts, test));
  }
  return found;
}

function rivals(
  first: Conjunction,
  telling: readonly Conjunction[],
  table: ObservationTable,
  code: ExceptionCode,
  evidence: Evidence,
  facts: CellFacts,
): Pick<Insight, 'indistinct' | 'proposals'> & { readonly twins: NonNullable<Explanation['twins']> } {
  const own: Hypothesis = { terms: termsOf(first), bits: first.bits };
  const others = alternativesTo(first, table, code);
  const same = others.map((one) => ({ ...one, kind: 'same' as const }));
  const contenders = telling
    .slice(1)
    .filter(({ bits }) => bits - first.bits <= CONTENDER_BITS)
    .map((one) => ({ terms: termsOf(one), bits: one.bits, kind: 'contender' as const }));
  const all = [...contenders, ...same].toSorted((a, b) => a.bits - b.bits).slice(0, MOST_RIVALS);
  const observed = new Set([...evidence.tried, ...evidence.observations.map(({ place }) => cellKey(place))]);
  const open = evidence.matrix.filter(({ place }) => evidence.askable(place) && !observed.has(cellKey(place)));
  const { apart, proposals } = separate(
    own,
    all,
    open,
    basesOf(own.terms, evidence, facts),
    facts,
    seenValues(evidence.matrix),
    observed,
  );
  const indistinct = all.map(({ terms, bits, kind }, index): Indistinct => ({
    statement: statementOf(terms),
    terms: [...terms],
    bits: rounded(bits),
    kind,
    apart: apart[index] ?? 'nowhere',
  }));
  return { indistinct, proposals, twins: twinsOf(others, facts) };
}

function whatWouldTell(whole: Evidence): readonly Proposal[] {
  const { evidence, facts, code, ranked } = groundOf(whole);
  return evidenceFor(ranked, code, evidence, facts);
}

/** While nothing stands out from chance: what would. */
function evidenceFor(
  ranked: readonly Conjunction[],
  code: ExceptionCode,
  evidence: Evidence,
  facts: CellFacts,
): readonly Proposal[] {
  const [best] = ranked;
  if (best === undefined) return [];
  const observed = new Set([...evidence.tried, ...evidence.observations.map(({ place }) => cellKey(place))]);
  const open = evidence.matrix.filter(({ place }) => evidence.askable(place) && !observed.has(cellKey(place)));
  const chance = { bits: code.nothing - DOUBT, badShare: code.bad / code.total };
  // Chance is by line: more cells of a line that was looked at tell next to nothing.
  const lines = new Set(evidence.observations.map(({ place }) => lineOf(place, facts)));
  const isNew = ({ place }: Candidate): boolean => facts.axis === null || !lines.has(lineOf(place, facts));
  const within = moreEvidence(ranked, chance, open.filter(isNew), facts);
  if (within.length > 0) return within;
  return moreEvidence(
    ranked,
    chance,
    freshShapes(
      facts.knowledge,
      evidence.matrix,
      basesOf(termsOf(best), evidence, facts),
      seenValues(evidence.matrix),
      observed,
    ).filter(isNew),
    facts,
  );
}

/** All of a place but its value along the axis. */
function lineOf(place: CellRef, { axis, knowledge }: CellFacts): string {
  const { square } = knowledge;
  const along = new Set(square !== null && axis === square.side ? [axis, ...square.sides] : [axis]);
  return cellKey({
    ...place,
    case: Object.fromEntries(Object.entries(place.case).filter(([name]) => !along.has(name))),
  });
}

/** Cells come in the order of their lines, so where neighbours differ there is a limit to be found. */
function thinnedObservations(all: readonly Observation[]): readonly Observation[] {
  if (all.length <= MOST_ROWS) return all;
  const turns = new Set(
    all.flatMap((one, index) => (one.bad !== (all[index - 1]?.bad ?? one.bad) ? [index - 1, index] : [])),
  );
  const kept = turns.size <= MOST_ROWS / 2 ? turns : new Set<number>();
  const others = thinned(
    [...all.keys()].filter((index) => !kept.has(index)),
    MOST_ROWS - kept.size,
  );
  return [...kept, ...others].toSorted((a, b) => a - b).flatMap((index) => all[index] ?? []);
}

function thinned<One>(some: readonly One[], most: number): readonly One[] {
  if (some.length <= most) return some;
  const step = some.length / most;
  return Array.from({ length: most }, (_, index) => some[Math.floor(index * step)]).filter((one) => one !== undefined);
}
