/**
 * What sets the boundary: from observed cells to ranked explanations, what they leave, what is refuted, what cannot be told apart, and
 * which cells would tell. Pure and deterministic. It looks for simple rules; it does not prove causes.
 */
import { alternativesTo } from './ranking/alternatives.ts';
import { ExceptionCode } from './ranking/code-length.ts';
import type { Explanation, Indistinct, Insight, Proposal } from '../model/results/insight.ts';
import { placeWords } from './place-words.ts';
import { moreEvidence } from './more-evidence.ts';
import { freshShapes, separate, type Candidate, type Hypothesis } from './propose.ts';
import { rank, termsOf, type Conjunction } from './ranking/rank.ts';
import { refutedClaims } from './refuted.ts';
import { CellFacts, type CellRef, type Surroundings } from './cell-facts.ts';
import { tableOf, type Observation, type ObservationTable } from './ranking/observation-table.ts';
import { allHold, type Term } from '../model/results/term.ts';
import { statementOf } from './term-words.ts';
import type { Scalar } from '../model/conditions.ts';
import { siteKey } from '../model/site.ts';
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
/** Bits that an explanation must save before it is one: a rule found among thousands saves a few by chance. */
const LEAST_SAVED = 7;
/** Above these, every k-th cell stands for the others, besides those at which the verdict turns; figures of support are always of all. */
const MOST_ROWS = 6000;
const MOST_CANDIDATES = 8000;
const MOST_EXPLANATIONS = 8;
const MOST_REMAINDERS = 2;
const MOST_RIVALS = 16;
/** Rivals that get a few cells wrong which the first gets right, or the other way round, within so many bits. */
const CONTENDER_BITS = 8;
const MOST_EXCEPTIONS = 12;

export function explain(evidence: Evidence): Insight {
  const { observations } = evidence;
  const bad = observations.filter((one) => one.bad).length;
  const good = observations.length - bad;
  const without = (state: Insight['state'], text: string): Insight => nothing(state, text, good, bad);
  if (observations.length === 0)
    return without(
      'nothing-observed',
      'no cell was observed to be good or bad, so nothing can be said of what sets the boundary',
    );
  if (bad === 0) return without('all-good', `all ${good} observed cells are good: there is no boundary to explain`);
  if (good === 0)
    return without(
      'all-bad',
      `all ${bad} observed cells are bad: without a good one nothing tells what sets the boundary`,
    );
  if (bad < FEWEST_OF_A_SIDE || good < FEWEST_OF_A_SIDE)
    return {
      ...without('too-few', `${bad} bad and ${good} good cells are too few to explain anything`),
      proposals: [...whatWouldTell(evidence)],
    };
  return analysed(evidence, good, bad);
}

function nothing(state: Insight['state'], text: string, good: number, bad: number): Insight {
  return { state, text, good, bad, explanations: [], remainder: [], refuted: [], indistinct: [], proposals: [] };
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
  const code = new ExceptionCode(table.size, observations.filter((one) => one.bad).length);
  return { evidence: { ...evidence, observations, matrix }, facts, table, code, ranked: rank(table, code) };
}

function analysed(whole: Evidence, good: number, bad: number): Insight {
  const { evidence, facts, table, code, ranked } = groundOf(whole);
  const { observations } = evidence;
  const telling = distinct(ranked.filter((one) => code.nothing - one.bits >= LEAST_SAVED));
  const refuted = refutedClaims(observations, table, facts, placeWords(whole.matrix));
  const [first] = telling;
  if (first === undefined) {
    const proposals = evidenceFor(ranked, code, evidence, facts);
    const text = `no simple explanation of the ${bad} bad among ${good + bad} observed cells stands out from chance`;
    return { ...nothing('unclear', text, good, bad), refuted: [...refuted], proposals: [...proposals] };
  }
  const { indistinct, proposals } = rivals(first, telling, table, code, evidence, facts);
  const explanations = explanationsOf(telling.slice(0, MOST_EXPLANATIONS), code, whole.observations, facts);
  return {
    state: 'explained',
    text: sentence(explanations[0], indistinct),
    good,
    bad,
    explanations,
    remainder: remainder(first, observations, facts),
    refuted: [...refuted],
    indistinct: [...indistinct],
    proposals: [...proposals],
  };
}

function sentence(first: Explanation | undefined, indistinct: readonly Indistinct[]): string {
  if (first === undefined) return '';
  const { support, exceptions } = first;
  const fit =
    exceptions.count === 0
      ? `all ${support.bad + support.good} observed cells`
      : `${support.badExplained} of ${support.bad} bad and ${support.goodExplained} of ${support.good} good observed cells`;
  const open = indistinct.filter(({ kind, apart }) => kind === 'same' && apart !== 'nowhere').length;
  return `${first.statement}: fits ${fit}${open === 0 ? '' : `; ${open} other ${open === 1 ? 'explanation says' : 'explanations say'} the same of every observed cell`}`;
}

/** Of explanations with the same quantities only the best, and none that adds an idle term to a better one. */
function distinct(ranked: readonly Conjunction[]): readonly Conjunction[] {
  const kept: { readonly one: Conjunction; readonly about: ReadonlySet<string> }[] = [];
  for (const one of ranked) {
    const about = new Set(termsOf(one).flatMap(subjectsOf));
    if (kept.some((better) => [...better.about].every((name) => about.has(name)))) continue;
    kept.push({ one, about });
    if (kept.length >= MOST_EXPLANATIONS) break;
  }
  return kept.map(({ one }) => one);
}

/** A power of two and a limit of one quantity are two things. */
function subjectsOf(term: Term): readonly string[] {
  return term.kind === 'property' ? [`${term.property} ${term.of} ${term.quantities.join()}`] : [term.quantity];
}

/** What each of them makes of every observed cell. */
function explanationsOf(
  all: readonly Conjunction[],
  code: ExceptionCode,
  observations: readonly Observation[],
  facts: CellFacts,
): Explanation[] {
  const told = all.map((one) => ({
    one,
    terms: termsOf(one),
    support: { badExplained: 0, bad: 0, goodExplained: 0, good: 0 },
    count: 0,
    cells: new Array<Explanation['exceptions']['cells'][number]>(),
  }));
  for (const { place, bad } of observations) {
    const lookup = facts.lookup(place);
    for (const each of told) {
      each.support[bad ? 'bad' : 'good'] += 1;
      if (allHold(each.terms, lookup) === bad) {
        each.support[bad ? 'badExplained' : 'goodExplained'] += 1;
        continue;
      }
      each.count += 1;
      const { environment, setting, case: parameters } = place;
      if (each.cells.length < MOST_EXCEPTIONS)
        each.cells.push({ environment, setting, case: { ...parameters }, observed: bad ? 'bad' : 'good' });
    }
  }
  return told.map(({ one, terms, support, count, cells }) => ({
    statement: statementOf(terms),
    terms: [...terms],
    support,
    exceptions: { count, cells },
    bits: { total: rounded(one.bits), terms: rounded(one.termBits), saved: rounded(code.nothing - one.bits) },
  }));
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
    const code = new ExceptionCode(table.size, bad);
    const [best] = rank(table, code);
    if (best === undefined || code.nothing - best.bits < LEAST_SAVED) break;
    terms = termsOf(best);
    found.push(...explanationsOf([best], code, left, facts));
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
): { readonly indistinct: readonly Indistinct[]; readonly proposals: Insight['proposals'] } {
  const own: Hypothesis = { terms: termsOf(first), bits: first.bits };
  const same = alternativesTo(first, table, code).map((one) => ({ ...one, kind: 'same' as const }));
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
  return { indistinct, proposals };
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
  const noRule = { bits: code.nothing - LEAST_SAVED, badShare: code.bad / code.total };
  const within = moreEvidence(ranked, noRule, open, facts);
  if (within.length > 0) return within;
  return moreEvidence(
    ranked,
    noRule,
    freshShapes(
      facts.knowledge,
      evidence.matrix,
      basesOf(termsOf(best), evidence, facts),
      seenValues(evidence.matrix),
      observed,
    ),
    facts,
  );
}

const BASES_OF_A_SIDE = 2;

/** Observed cells to vary: small bad ones of the environment with the most of them, and the good ones nearest to those. */
function basesOf(terms: readonly Term[], { observations, askable }: Evidence, facts: CellFacts): readonly CellRef[] {
  const bad = observations.filter((one) => one.bad && askable(one.place) && allHold(terms, facts.lookup(one.place)));
  const counts = new Map<string, number>();
  for (const { place } of bad) counts.set(siteKey(place), (counts.get(siteKey(place)) ?? 0) + 1);
  const [unit] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? [];
  const small = bad
    .filter(({ place }) => siteKey(place) === unit)
    .map(({ place }) => place)
    .toSorted((a, b) => sizeOf(a) - sizeOf(b))
    .slice(0, BASES_OF_A_SIDE);
  const [anchor] = small;
  if (anchor === undefined) return [];
  const near = observations
    .filter(({ bad: isBad, place }) => !isBad && siteKey(place) === unit)
    .map(({ place }) => ({ place, distance: distance(place.case, anchor.case) }))
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, BASES_OF_A_SIDE);
  return [...small, ...near.map(({ place }) => place)];
}

function sizeOf({ case: parameters }: CellRef): number {
  return Object.values(parameters).reduce<number>(
    (sum, value) => (typeof value === 'number' && value > 0 ? sum + Math.log2(value) : sum),
    0,
  );
}

function distance(a: Readonly<Record<string, Scalar>>, b: Readonly<Record<string, Scalar>>): number {
  return Object.entries(a).reduce((sum, [name, value]) => {
    const other = b[name];
    if (value === other) return sum;
    return (
      sum +
      1 +
      (typeof value === 'number' && typeof other === 'number' && value > 0 && other > 0
        ? Math.abs(Math.log2(value / other))
        : 1)
    );
  }, 0);
}

function seenValues(matrix: readonly Candidate[]): ReadonlyMap<string, readonly Scalar[]> {
  const seen = new Map<string, Set<Scalar>>();
  for (const { place } of matrix) {
    for (const [name, value] of Object.entries(place.case)) {
      const values = seen.get(name) ?? new Set<Scalar>();
      seen.set(name, values.add(value));
    }
  }
  return new Map([...seen].map(([name, values]) => [name, [...values]]));
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

function rounded(bits: number): number {
  return Math.round(bits * 10) / 10;
}
