/** What a source of the kernel log is asked and what it answers. */

/** Opaque: a moment to which a log can be asked. */
export interface KernelMark {
  /** Records seen until then; 0 where the source does not count. */
  readonly record: number;
  /** Time of day, milliseconds. */
  readonly at: number;
  /** Seconds after boot, as the kernel stamps its lines. */
  readonly uptime: number;
}

export type KernelLines =
  /** `lines`: without their prefix, oldest first; `left`: older ones that were left out. */
  | { readonly kind: 'lines'; readonly source: string; readonly lines: readonly string[]; readonly left: number }
  | { readonly kind: 'not-allowed'; readonly note: string };

/** The most that an attempt's evidence holds. */
const MOST_LINES = 120;

/** The newest are kept: they belong to the end of the attempt. */
export function last(source: string, lines: readonly string[]): KernelLines {
  const kept = lines.slice(-MOST_LINES);
  return { kind: 'lines', source, lines: kept, left: lines.length - kept.length };
}
