/** What explanations make of every observed cell: how many they explain, which they get wrong, and whether that is enough to be told first. */
import type { CellFacts } from './cell-facts.ts';
import type { ExceptionCode } from './ranking/code-length.ts';
import { isFlaky, type Observation } from './ranking/observation-table.ts';
import { termsOf, type Conjunction } from './ranking/rank.ts';
import type { ChanceTest } from './ranking/chance-test.ts';
import { statementOf } from './term-words.ts';
import type { Explanation } from '../model/results/insight.ts';
import { allHold } from '../model/results/term.ts';

const MOST_EXCEPTIONS = 12;
/** An explanation that leaves out more of the bad cells than this is partial. */
const MOST_LEFT_OUT = 0.1;
/** One that explains fewer than this is no answer. */
const LEAST_EXPLAINED = 0.5;

export function explanationOf(
  one: Conjunction,
  code: ExceptionCode,
  observations: readonly Observation[],
  facts: CellFacts,
  test: ChanceTest,
): Explanation {
  const terms = termsOf(one);
  const support = { badExplained: 0, bad: 0, goodExplained: 0, good: 0 };
  const flaky = { flakyExplained: 0, flaky: 0 };
  const cells: Explanation['exceptions']['cells'] = [];
  let count = 0;
  for (const observation of observations) {
    const { place, bad, share } = observation;
    const right = allHold(terms, facts.lookup(place)) === bad;
    if (isFlaky(observation)) {
      flaky.flaky += 1;
      if (right) flaky.flakyExplained += 1;
    } else {
      support[bad ? 'bad' : 'good'] += 1;
      if (right) support[bad ? 'badExplained' : 'goodExplained'] += 1;
    }
    if (right) continue;
    count += 1;
    if (cells.length === MOST_EXCEPTIONS) continue;
    cells.push({
      environment: place.environment,
      setting: place.setting,
      case: { ...place.case },
      observed: bad ? 'bad' : 'good',
      ...(share !== undefined && isFlaky(observation) ? { share: rounded(share, 3) } : {}),
    });
  }
  return {
    statement: statementOf(terms),
    terms: [...terms],
    support: { ...support, ...(flaky.flaky > 0 ? flaky : {}) },
    ...(explainedShare({ ...support, ...flaky }) < 1 - MOST_LEFT_OUT ? { partial: true } : {}),
    exceptions: { count, cells },
    bits: {
      total: rounded(one.bits),
      terms: rounded(one.termBits),
      saved: rounded(code.nothing - one.bits),
      beyondChance: rounded(test.margin(one)),
    },
  };
}

/** Whether it may be told first. */
export function isAnswer({ support }: Explanation): boolean {
  return explainedShare(support) >= LEAST_EXPLAINED;
}

/** Of the cells that are bad, if only now and then. */
function explainedShare({ badExplained, bad, flakyExplained = 0, flaky = 0 }: Explanation['support']): number {
  return bad + flaky === 0 ? 1 : (badExplained + flakyExplained) / (bad + flaky);
}

export function rounded(bits: number, digits = 1): number {
  return Math.round(bits * 10 ** digits) / 10 ** digits;
}
