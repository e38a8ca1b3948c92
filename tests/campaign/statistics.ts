/** Percentiles and times as campaigns print them. */
import { quantileSorted } from 'simple-statistics';

export const LATENCY_LIMIT_SECONDS = 0.3;

/** "n=200 p50=0.081 s p95=…"; `p99` is NaN without samples. */
export function latencies(samples: readonly number[]): { readonly text: string; readonly p99: number } {
  const sorted = samples.toSorted((a, b) => a - b);
  if (sorted.length === 0) return { text: 'no samples', p99: Number.NaN };
  const at = (share: number): number => quantileSorted(sorted, share);
  const text = `n=${sorted.length} ${[0.5, 0.95, 0.99].map((share) => `p${share * 100}=${at(share).toFixed(3)} s`).join(' ')} max=${(sorted.at(-1) ?? 0).toFixed(3)} s`;
  return { text, p99: at(0.99) };
}
