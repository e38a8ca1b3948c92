/** What sets the boundary, in one sentence: the explanation that comes first, or that there is no simple rule. */
import { statementOf } from './term-words.ts';
import { twinWords } from './twins.ts';
import type { Explanation, Indistinct, Insight } from '../model/results/insight.ts';

export type Counts = Pick<Insight, 'good' | 'bad' | 'flaky'>;

/** "3 bad, 4 good and 2 flaky cells" */
export function countWords({ good, bad, flaky = 0 }: Counts): string {
  return flaky === 0 ? `${bad} bad and ${good} good cells` : `${bad} bad, ${good} good and ${flaky} flaky cells`;
}

export function noRule({ good, bad, flaky = 0 }: Counts, best: Explanation | undefined): string {
  const what = `${bad} bad${flaky === 0 ? '' : ` and ${flaky} flaky`} among ${good + bad + flaky} observed cells`;
  if (best === undefined) return `no simple rule: none explains the ${what} better than chance would`;
  const { support, statement } = best;
  return `no simple rule explains as many as half of the ${what}; the best, ${statement}, explains ${support.badExplained}`;
}

export function answer(first: Explanation, indistinct: readonly Indistinct[]): string {
  const open = indistinct.filter(({ kind, apart }) => kind === 'same' && apart !== 'nowhere').length;
  const others = `; ${open} other ${open === 1 ? 'explanation says' : 'explanations say'} the same of every observed cell`;
  const { twins = [], terms } = first;
  // Where a twin is named the colon is its own.
  const fits = `${first.partial === true ? 'partial, ' : ''}fits ${fitWords(first)}${open === 0 ? '' : others}`;
  return twins.length === 0 ? `${first.statement}: ${fits}` : `${withTwins(terms, twins)}${twinWords(twins)}; ${fits}`;
}

function fitWords({ support, exceptions }: Explanation): string {
  const { badExplained, bad, goodExplained, good, flakyExplained = 0, flaky = 0 } = support;
  const firm =
    exceptions.count === 0
      ? `all ${bad + good} observed cells`
      : `${badExplained} of ${bad} bad and ${goodExplained} of ${good} good observed cells`;
  return flaky === 0 ? firm : `${firm}; of ${flaky} flaky cells ${flakyExplained} lie where it holds`;
}

/** "torch 2.3.1 to 2.9.1, or ROCm 5.7 to 6.4, and size above 40" */
function withTwins(terms: Explanation['terms'], twins: NonNullable<Explanation['twins']>): string {
  const parts = terms.map((term) => {
    const words = statementOf([term]);
    const own = 'quantity' in term ? twins.filter(({ instead }) => instead === term.quantity) : [];
    return own.length === 0 ? words : [words, ...own.map((twin) => twin.words)].join(', or ');
  });
  return parts.map((part, index) => (index > 0 && twins.length > 0 ? `, and ${part}` : part)).join('');
}
