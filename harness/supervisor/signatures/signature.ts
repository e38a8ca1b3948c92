/** One kind of log line: what it looks like, what it means and where it was seen. */

export type Channel = 'kernel' | 'stderr';

/** Every class of line, and whether one explains a death by signal: 1 explains most, when one line matches several; null explains none. */
export const SIGNATURE_CLASSES = {
  'queue-preempt-failed': { crashRank: null },
  'queue-restore-failed': { crashRank: null },
  'gpu-reset': { crashRank: null },
  'gpu-soft-recovered': { crashRank: null },
  'gpu-sick': { crashRank: null },
  'gpu-lost': { crashRank: null },
  unkillable: { crashRank: null },
  'memory-fault': { crashRank: 1 },
  'illegal-instruction': { crashRank: 2 },
  'queue-aborted': { crashRank: 7 },
  'shader-error': { crashRank: 5 },
  'launch-failure': { crashRank: 6 },
  crash: { crashRank: 8 },
  'gpu-hang-reported': { crashRank: 3 },
  'no-binary': { crashRank: 4 },
  environment: { crashRank: null },
  'resource-exhausted': { crashRank: null },
  'out-of-memory': { crashRank: null },
  'miopen-error': { crashRank: null },
  progress: { crashRank: null },
  context: { crashRank: null },
  info: { crashRank: null },
  'desktop-affected': { crashRank: null },
} as const satisfies Record<string, { readonly crashRank: number | null }>;
export type SignatureClass = keyof typeof SIGNATURE_CLASSES;

export interface Signature {
  readonly id: string;
  readonly channel: Channel;
  readonly class: SignatureClass;
  readonly pattern: RegExp;
  readonly meaning: string;
  /** Where a line like it was published, or which source builds it. */
  readonly source: string;
  /** A line that the pattern matches. */
  readonly sample: string;
}

export function ofChannel(channel: Channel, lines: readonly Omit<Signature, 'channel'>[]): readonly Signature[] {
  return lines.map((line) => ({ ...line, channel }));
}
