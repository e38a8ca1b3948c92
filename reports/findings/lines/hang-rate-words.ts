/** How often lines hang, and what is promised where hangs are flaky. */
import type { HangRate, LineResult, Results } from '../../../harness/model/results/results.ts';
import { counted } from '../words/numbers.ts';

/** "hangs in 7 of 23 tries (13-53 %)": 95 % interval. '' where the line has none. */
export function rateWords({ hangRate }: Pick<LineResult, 'hangRate'>): string {
  return hangRate === undefined
    ? ''
    : `hangs in ${hangRate.hangs} of ${counted(hangRate.tries, 'try', 'tries')} (${percent(hangRate)})`;
}

/** What `flaky` in the matrix promises; null where it is not asked for. */
export function promiseWords({ flaky }: Results['run']): string | null {
  if (flaky === undefined) return null;
  return `A pass at a boundary is ${counted(flaky.tries, 'clean try', 'clean tries')}. If every bad cell is bad in at least ${whole(flaky.smallestRate)} % of its tries, a boundary is wrong with a chance of ${whole(flaky.delta)} % at most; rarer hangs may be missed.`;
}

function percent({ low, high }: HangRate): string {
  return `${Math.round(100 * low)}-${Math.round(100 * high)} %`;
}

function whole(share: number): string {
  return String(Number((100 * share).toPrecision(3)));
}
