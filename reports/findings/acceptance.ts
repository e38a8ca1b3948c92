/** Whether each row of a run meets the expectations of its matrix: usable, not usable, or not known. */
import type { Results } from '../../harness/verdicts/results.ts';
import type { Overview } from './overview.ts';

export interface Acceptance {
  readonly name: string;
  readonly usable: 'yes' | 'no' | 'unknown';
  readonly met: number;
  readonly missed: number;
  readonly untested: number;
}

/** By environment (or setting, as the maps' rows); empty when the matrix expects nothing. */
export function acceptanceOf(results: Results, overview: Overview): Acceptance[] {
  const tally = new Map<string, { met: number; missed: number; untested: number }>();
  for (const expectation of results.expectations) {
    const cell = overview.cellById.get(expectation.cell);
    if (cell === undefined) continue;
    const name = overview.shapes.rowKind === 'setting' ? cell.setting : cell.environment;
    const one = tally.get(name) ?? { met: 0, missed: 0, untested: 0 };
    one[expectation.status] += 1;
    tally.set(name, one);
  }
  return overview.rows.flatMap(({ name }) => {
    const one = tally.get(name);
    return one === undefined ? [] : [{ name, usable: one.missed > 0 ? 'no' : one.untested > 0 ? 'unknown' : 'yes', ...one }];
  });
}
