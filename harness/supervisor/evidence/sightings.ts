/** Known lines in standard error and in the kernel log, with what they mean. Pure. */
import type { Sighting } from '../../model/attempt/evidence.ts';
import { classify, type SignatureMatch } from '../signatures/classify.ts';

const MOST_LINE = 400;

/** Matches of both channels, standard error first: what the process said of itself explains more. */
export function matchesOf(stderr: string, kernelLines: readonly string[]): SignatureMatch[] {
  return [...classify(stderr, 'stderr'), ...classify(kernelLines.join('\n'), 'kernel')];
}

/** One for each signature, in the order of their first lines. */
export function sightingsOf(matches: readonly SignatureMatch[]): Sighting[] {
  const seen = new Map<string, Sighting>();
  for (const { signature, line } of matches) {
    const { id, channel, meaning } = signature;
    const known = seen.get(id);
    seen.set(
      id,
      known === undefined
        ? { id, channel, class: signature.class, meaning, line: line.slice(0, MOST_LINE), count: 1 }
        : { ...known, count: known.count + 1 },
    );
  }
  return [...seen.values()];
}
