/** How much more work one case is than another. An estimate for deadlines, from above; never a number for a report. Pure. */
import type { Case } from '../../model/cell.ts';

export interface Work {
  /** As the probe told them; null where it has not. */
  readonly flops: number | null;
  readonly bytes: number | null;
  readonly parameters: Case;
}

/** The work of a case grows with the square of its size: an image has two sides, a matrix product has one more than its data. */
const POWER = 2;

/** Above 0. What a probe told of both counts; else the product of the numbers among the parameters, squared. */
export function timesTheWork(work: Work, than: Work): number {
  const told = [ratio(work.flops, than.flops), ratio(work.bytes, than.bytes)].filter((one) => one !== null);
  if (told.length > 0) return Math.max(...told);
  return (sizeOf(work.parameters) / sizeOf(than.parameters)) ** POWER;
}

function ratio(work: number | null, than: number | null): number | null {
  return work === null || than === null || than <= 0 ? null : work / than;
}

function sizeOf(parameters: Case): number {
  return Object.values(parameters).reduce<number>(
    (product, value) => (typeof value === 'number' && value > 0 ? product * value : product),
    1,
  );
}
