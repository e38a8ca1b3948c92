/** What one run came to: numbers with names, so that samples of every part travel between processes and into one document. */
import { z } from 'zod';

export const Sample = z.object({
  part: z.string(),
  family: z.string(),
  /** How the surface was searched, such as "audits, fork". */
  mode: z.string(),
  seed: z.number(),
  figures: z.record(z.string(), z.number()),
});
export type Sample = z.infer<typeof Sample>;

/** One surface to be searched in every way that its part wants. */
export const Job = z.object({ part: z.string(), family: z.string(), seed: z.number(), index: z.number() });
export type Job = z.infer<typeof Job>;

export interface Column {
  readonly figure: string;
  readonly of: 'mean' | 'most' | 'sum';
}

/** One row of the closing table. */
export interface Goal {
  readonly goal: string;
  readonly wanted: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface Part {
  readonly name: string;
  /** How many surfaces of each family a whole measurement takes. */
  readonly families: Readonly<Record<string, number>>;
  /** What its table shows of each family and mode. */
  readonly columns: readonly Column[];
  run(job: Job): Promise<readonly Sample[]>;
  /** Of samples of this part alone; families that were not asked for are missing. */
  goals(samples: readonly Sample[]): readonly Goal[];
}

/** The figure of every sample that has it. */
export function figures(samples: readonly Sample[], name: string): readonly number[] {
  return samples.flatMap((sample) => sample.figures[name] ?? []);
}

export type Measure = (samples: readonly Sample[]) => number;

/** Of the figure, over the samples that have it; 0 where there is none. */
export function meanOf(name: string): Measure {
  return (samples) => {
    const all = figures(samples, name);
    return all.reduce((total, one) => total + one, 0) / Math.max(1, all.length);
  };
}

export function sumOf(name: string): Measure {
  return (samples) => figures(samples, name).reduce((total, one) => total + one, 0);
}

export function mostOf(name: string): Measure {
  return (samples) => figures(samples, name).reduce((largest, one) => Math.max(largest, one), 0);
}

/** A row that wants a number to be at most `limit` (or below it); none where nothing was measured. */
export function atMost(
  goal: string,
  limit: number,
  all: readonly Sample[],
  measure: Measure,
  { below = false, percent = false } = {},
): readonly Goal[] {
  if (all.length === 0) return [];
  const value = measure(all);
  const said = (one: number): string => (percent ? `${round(100 * one)} %` : String(round(one)));
  const met = below ? value < limit : value <= limit + 1e-9;
  return [{ goal, wanted: `${below ? 'below' : 'at most'} ${said(limit)}`, measured: said(value), met }];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
