/** Everything that is measured, in the order of the tables. Another part is a file here and a line. */
import { broken } from './broken.ts';
import { cause } from './caused.ts';
import { clean } from './clean.ts';
import { flaky } from './flaky.ts';
import { monotone } from './monotone.ts';
import { order } from './order.ts';
import { questions } from './questions.ts';
import type { Job, Part } from '../sample.ts';

export const PARTS: readonly Part[] = [monotone, clean, questions, broken, flaky, order, cause];

export interface Wanted {
  /** Every surface follows from it. */
  readonly seed: number;
  /** Words of which one must be in "part: family"; all where there is none. */
  readonly only: readonly string[];
  /** Most surfaces of each family; null for all. */
  readonly surfaces: number | null;
}

/** One job for each surface, the parts and families taken in turn, so that what time is left out is left out everywhere alike. */
export function jobsOf({ seed, only, surfaces }: Wanted): readonly Job[] {
  const jobs = PARTS.flatMap(({ name, families }) =>
    Object.entries(families)
      .filter(([family]) => only.length === 0 || only.some((word) => `${name}: ${family}`.includes(word)))
      .flatMap(([family, count]) =>
        Array.from({ length: Math.min(count, surfaces ?? count) }, (_, index): Job => {
          return { part: name, family, index, seed: mixed(`${seed}: ${name}: ${family}: ${index}`) };
        }),
      ),
  );
  return jobs.toSorted((a, b) => a.index - b.index);
}

/** FNV-1a: neighbours in number are no neighbours in chance. */
function mixed(text: string): number {
  return [...text].reduce((hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5);
}
