/** In which order environments are likely to be wanted, so that they can be built before they are. Pure. */
import type { Matrix } from '../../matrix/file/schema.ts';
import type { Environment } from '../../matrix/kinds/kinds.ts';
import { STRATEGIES } from '../../model/strategy.ts';

/** As the search will ask for them, so far as that can be told beforehand: what a bisection needs beside its ends depends on what it finds. */
export function buildOrder({ environments, search }: Pick<Matrix, 'environments' | 'search'>): readonly Environment[] {
  if (!STRATEGIES[search.strategy].endsFirst) return environments;
  const first = environments.slice(0, 1);
  const last = environments.length > 1 ? environments.slice(-1) : [];
  return search.every === false ? [...first, ...last] : [...first, ...last, ...environments.slice(1, -1)];
}
