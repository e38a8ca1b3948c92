/**
 * Which cells would decide whether there is a rule at all, while none stands out from chance: those whose verdict tells most between the
 * best rules so far and "no rule". Mostly further bad cells where a rule says so, for a search leaves one bad cell on each line.
 */
import type { Proposal } from '../model/results/insight.ts';
import { costOf, predictionsOf, type Candidate } from './propose.ts';
import { termsOf, type Conjunction } from './ranking/rank.ts';
import type { CellFacts } from './cell-facts.ts';
import { statementOf } from './term-words.ts';

/** Rules that are compared. */
const MOST_RULES = 24;
/** That a cell is not as its rule says. */
const MISTAKE = 0.02;
const MOST_PROPOSALS = 4;
/** Bits below which an answer is not worth an attempt. */
const LEAST_TOLD = 1e-4;

/** What no rule costs, with the bits that a rule has to save, and how many cells are bad. */
export interface NoRule {
  readonly bits: number;
  readonly badShare: number;
}

/** `candidates`: cells not tried. The most telling first; none twice. */
export function moreEvidence(
  ranked: readonly Conjunction[],
  noRule: NoRule,
  candidates: readonly Candidate[],
  facts: CellFacts,
): readonly Proposal[] {
  const rules = ranked.slice(0, MOST_RULES);
  if (rules.length === 0) return [];
  const predictions = predictionsOf(
    rules.map((one) => ({ terms: termsOf(one), bits: one.bits })),
    candidates,
    facts,
  );
  const least = Math.min(noRule.bits, ...rules.map(({ bits }) => bits));
  const weights = [2 ** (least - noRule.bits), ...rules.map(({ bits }) => 2 ** (least - bits))];
  const total = weights.reduce((sum, one) => sum + one, 0);
  const likely = weights.slice(1).indexOf(Math.max(...weights.slice(1)));
  return candidates
    .map((candidate, index) => {
      const chances = [noRule.badShare, ...predictions.map(({ bad }) => (bad[index] === 1 ? 1 - MISTAKE : MISTAKE))];
      return {
        candidate,
        index,
        told: toldBits(
          weights.map((one) => one / total),
          chances,
        ),
        cost: costOf(candidate.place, predictions[likely]?.bad[index] === 1, facts),
      };
    })
    .filter(({ told }) => told > LEAST_TOLD)
    .toSorted((a, b) => (Math.abs(a.told - b.told) > 1e-9 ? b.told - a.told : a.cost - b.cost))
    .slice(0, MOST_PROPOSALS)
    .map(({ candidate: { place, id }, index }) => ({
      place: { environment: place.environment, setting: place.setting, case: { ...place.case } },
      cell: id,
      predictions: predictions
        .slice(0, MOST_PROPOSALS)
        .map(({ hypothesis, bad }) => ({ statement: statementOf(hypothesis.terms), bad: bad[index] === 1 })),
    }));
}

/** How much the verdict of a cell tells about which of them holds. */
function toldBits(weights: readonly number[], chances: readonly number[]): number {
  const mixed = weights.reduce((sum, weight, index) => sum + weight * (chances[index] ?? 0), 0);
  return weights.reduce((sum, weight, index) => sum - weight * entropy(chances[index] ?? 0), entropy(mixed));
}

function entropy(chance: number): number {
  if (chance <= 0 || chance >= 1) return 0;
  return -chance * Math.log2(chance) - (1 - chance) * Math.log2(1 - chance);
}
