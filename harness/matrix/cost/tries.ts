/** How many clean attempts a good cell takes. */
import { Flaky, type Matrix, type MatrixFile } from '../file/schema.ts';
import { atValue, type Finding } from '../file/problem.ts';
import type { Draft } from '../rules/draft.ts';

/**
 * So many that a line goes wrong with chance `delta` at most, if hanging cells hang in at least `smallest_rate` of their attempts. A
 * boundary stands on one cell that was clean in all of them; the other half of delta is for cells passed on the way there.
 */
export function cleanTries({ delta, smallest_rate: rate }: Flaky): number {
  return rate >= 1 ? 1 : Math.max(1, Math.ceil(Math.log(delta / 2) / Math.log(1 - rate)));
}

/** Of what a boundary rests on once a cell was flaky: as many as `flaky` promises, or would by default; `attempts` are the least. */
export function promisedTries({ attempts, flaky }: Pick<Matrix, 'attempts' | 'flaky'>): number {
  return Math.max(attempts, cleanTries(flaky ?? Flaky.parse({})));
}

/** Fewer attempts than `flaky` needs would make its promise an empty one. */
export function checkTries({ file: { attempts, flaky } }: Draft): readonly Finding[] {
  if (typeof attempts !== 'number' || flaky === undefined) return [];
  const needed = cleanTries(flaky);
  if (attempts >= needed) return [];
  const message = `${attempts} clean ${attempts === 1 ? 'attempt' : 'attempts'} cannot keep what \`flaky\` promises: delta ${flaky.delta} with smallest_rate ${flaky.smallest_rate} takes ${needed}; write ${needed} or auto, or take \`flaky\` away`;
  return [atValue(['attempts'], message)];
}

/** A number that was written stands: it is at least what `flaky` needs. */
export function triesOf({
  attempts,
  flaky,
}: Pick<MatrixFile, 'attempts' | 'flaky'>): Pick<Matrix, 'attempts' | 'flaky'> {
  if (typeof attempts === 'number') return flaky === undefined ? { attempts } : { attempts, flaky };
  if (attempts === undefined && flaky === undefined) return { attempts: 1 };
  const promise = flaky ?? Flaky.parse({});
  return { attempts: cleanTries(promise), flaky: promise };
}
