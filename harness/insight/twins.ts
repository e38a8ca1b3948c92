/** Versions and settings that changed at the same steps over the observed cells: an explanation that names one of them names the others. */
import type { Alternative } from './ranking/alternatives.ts';
import type { CellFacts } from './cell-facts.ts';
import type { Explanation } from '../model/results/insight.ts';
import { quantityWords, statementOf } from './term-words.ts';

type Twins = NonNullable<Explanation['twins']>;

/** More would be a list and no answer. */
const MOST_TWINS = 3;
/** Names of all that is in an environment or a setting: they say the same by nature. */
const BUNDLES: ReadonlySet<string> = new Set(['environment', 'setting']);

/** `same`: other ways to say the same of every observed cell, cheapest first. */
export function twinsOf(same: readonly Alternative[], facts: CellFacts): Twins {
  const names = new Set(facts.factors.flatMap(({ name }) => (BUNDLES.has(name) ? [] : [name])));
  const found = new Map<string, Twins[number]>();
  for (const { instead, term, terms } of same) {
    if (instead.kind !== 'one-of' || instead.or !== undefined || term.kind !== 'one-of') continue;
    const { quantity } = term;
    if (!names.has(quantity) || !names.has(instead.quantity) || quantity === instead.quantity) continue;
    const key = `${instead.quantity} ${quantity}`;
    if (!found.has(key))
      found.set(key, {
        instead: instead.quantity,
        quantity,
        words: statementOf([term]),
        statement: statementOf(terms),
      });
  }
  return [...found.values()].slice(0, MOST_TWINS);
}

/** Such as ": these wheels cannot tell torch from ROCm"; nothing without twins. */
export function twinWords(twins: Twins): string {
  if (twins.length === 0) return '';
  const of = (kind: RegExp): boolean =>
    twins.every(({ instead, quantity }) => kind.test(instead) && kind.test(quantity));
  const what = of(/^(torch|rocm|python)$/) ? 'wheels' : of(/^(env|switch)\./) ? 'settings' : 'cells';
  const names = [...new Set(twins.flatMap(({ instead, quantity }) => [instead, quantity]))].map(quantityWords);
  return `: these ${what} cannot tell ${names.slice(0, -1).join(', ')} from ${names.at(-1) ?? ''}`;
}
